// The operator's page: it shows a signed-in person's sessions live, and ends them, by keyboard alone.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { Portal, expect, test } from "../support/fixtures.js";
import type { Ready } from "../support/server.js";

test.use({ cookies: "allowed" });

/** Tabs on until the element has the focus; nothing on the way may keep it. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate(() => {
      const at = document.activeElement;
      return at?.getAttribute("aria-label") ?? at?.textContent ?? "";
    });
    if (name.test(label.trim())) return;
  }
  throw new Error(`the Tab key does not reach ${name}`);
}

async function openConsole(page: Page, ready: Ready): Promise<void> {
  await page.goto(`${ready.tenant}/console/`);
  await expect(page.getByRole("heading", { name: "Sign in to the console" })).toBeVisible();
  await tabTo(page, /^Sign in$/);
  await page.keyboard.press("Enter");
  // The sign-in page is another document: the Tab key may start there only when it has come.
  await expect(page.getByRole("heading", { name: "Who are you?" })).toBeVisible();
  await tabTo(page, /^Mary Ketch/);
  await page.keyboard.press("Enter");
  await expect(page.locator("#stream-text")).toHaveText("Live");
  expect(page.url(), "the token has left the address").toBe(`${ready.tenant}/console/`);
}

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

test("a session is seen live, and ending it empties the person's page", async ({ page, server }) => {
  const { ready } = server;
  const context = page.context();
  const operator = await context.newPage();
  await openConsole(operator, ready);
  const logins = operator.locator('tr[data-kind="login"]', { hasText: "Ada Quill" });
  await expect(logins).toHaveCount(0);

  const portal = new Portal(page);
  await portal.signIn(ready.portal, /Ada/);
  await portal.isDrawn();
  await operator.bringToFront();
  await expect(logins.first()).toBeVisible();
  await expect(operator.locator('tr[data-kind="engine"]', { hasText: "flights" }).first()).toBeVisible();
  expect(await violations(operator)).toEqual([]);
  await operator.screenshot({ path: "out/console-desk.png" });

  await operator.setViewportSize({ width: 390, height: 844 });
  const { scroll, width } = await operator.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    width: document.documentElement.clientWidth,
  }));
  expect(scroll).toBeLessThanOrEqual(width);
  expect(await violations(operator)).toEqual([]);
  await operator.screenshot({ path: "out/console-phone.png" });
  await operator.setViewportSize({ width: 1280, height: 800 });

  await tabTo(operator, /^Choose the login session of Ada Quill/);
  await operator.keyboard.press("Space");
  await operator.locator("#end").focus();
  await operator.keyboard.press("Enter");
  await expect(operator.getByRole("dialog")).toBeVisible();
  expect(await violations(operator)).toEqual([]);
  await operator.keyboard.type("The shift is over");
  const asked = Date.now();
  await operator.keyboard.press("Enter");
  await expect(portal.message()).toBeVisible();
  expect(Date.now() - asked, "milliseconds until the person's page is told").toBeLessThan(2000);
  await expect(logins).toHaveCount(0);

  await operator.locator("#tab-sessions").focus();
  await operator.keyboard.press("ArrowRight");
  await expect(operator.locator("#events")).toContainText("revoked: The shift is over");
  await operator.keyboard.press("ArrowRight");
  await expect(operator.locator("#audit")).toContainText("Administrator ends sessions");
  expect(await violations(operator)).toEqual([]);
  await operator.screenshot({ path: "out/console-audit.png" });
});

test("who is no administrator sees no session", async ({ page, server }) => {
  const { ready } = server;
  const minted = await fetch(`${ready.tokenEndpoint.replace("portal.localhost", "127.0.0.1")}?user=mary`);
  expect(minted.status, "no token of an operator for anyone").toBe(403);
  const ada = await fetch(`${ready.tokenEndpoint.replace("portal.localhost", "127.0.0.1")}?user=ada`);
  const { body } = (await ada.json()) as { body: string };
  await page.goto(`${ready.tenant}/console/`);
  await page.evaluate(async (token) => {
    await fetch("/login/jwt-session", { method: "POST", headers: { authorization: `Bearer ${token}` } });
  }, body);
  await page.reload();
  await expect(page.getByRole("heading", { name: "The console is for administrators" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test("a token that the console did not ask for signs nobody in", async ({ page, server }) => {
  const { ready } = server;
  const ada = await fetch(`${ready.tokenEndpoint.replace("portal.localhost", "127.0.0.1")}?user=ada`);
  const { body } = (await ada.json()) as { body: string };
  await page.goto(`${ready.tenant}/console/?state=1#token=${body}`);
  await expect(page.getByRole("heading", { name: "Sign in to the console" })).toBeVisible();
  expect(page.url()).toBe(`${ready.tenant}/console/`);
});
