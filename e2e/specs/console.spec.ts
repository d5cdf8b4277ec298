// The operator's page: it shows a signed-in person's sessions live, and ends them, by keyboard alone.
import type { Page } from "@playwright/test";
import { createSession, openApp, signIn, signOut } from "../support/engine.js";
import { Portal, expect, test } from "../support/fixtures.js";
import { tabTo } from "../support/keyboard.js";
import { blemishes, sizes, violations } from "../support/looks.js";
import type { Ready } from "../support/server.js";

test.use({ cookies: "allowed" });

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

  await tabTo(operator, /^Choose the login session of Ada Quill/);
  await operator.keyboard.press("Space");
  await tabTo(operator, /^End…$/, "Shift+Tab");
  await operator.keyboard.press("Enter");
  await expect(operator.getByRole("dialog")).toBeVisible();
  await operator.keyboard.type("The shift is over");
  const asked = Date.now();
  await operator.keyboard.press("Enter");
  await expect(portal.message()).toBeVisible();
  expect(Date.now() - asked, "milliseconds until the person's page is told").toBeLessThan(2000);
  await expect(logins).toHaveCount(0);

  await tabTo(operator, /^Sessions$/, "Shift+Tab");
  await operator.keyboard.press("ArrowRight");
  await expect(operator.locator("#events")).toContainText("revoked: The shift is over");
  await operator.keyboard.press("ArrowRight");
  await expect(operator.locator("#audit")).toContainText("Administrator ends sessions");
});

for (const [name, size] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`on a ${name}, ${colorScheme}`, () => {
      test.use({ size });

      test("each view passes axe, and looks right", async ({ page, server: { ready } }) => {
        const check = async (view: string): Promise<void> => {
          await page.screenshot({ path: `out/console-${view}-${name}-${colorScheme}.png` });
          expect(await violations(page), view).toEqual([]);
          expect(await blemishes(page), view).toEqual([]);
        };
        await page.emulateMedia({ colorScheme });
        await page.goto(`${ready.tenant}/console/`);
        await expect(page.getByRole("heading", { name: "Sign in to the console" })).toBeVisible();
        await check("gate");
        await openConsole(page, ready);
        const credentials = await signIn(ready, "ada");
        const session = createSession(ready, credentials, { identity: "looks" });
        await openApp(ready, session);
        await expect(page.locator('tr[data-kind="engine"]', { hasText: "flights · looks" })).toBeVisible();
        await check("sessions");
        await page
          .getByLabel(/^Choose the login session of Ada Quill/)
          .first()
          .check();
        await page.getByRole("button", { name: "Message…" }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await check("dialog");
        await page.getByRole("button", { name: "Cancel" }).click();
        await session.close();
        await signOut(ready, credentials);
        await page.getByRole("tab", { name: "Events" }).click();
        await expect(page.locator("#events")).toContainText("Signed out");
        await check("events");
        await page.getByRole("tab", { name: "Audit log" }).click();
        await expect(page.locator("#audit")).toContainText("Signed out");
        await check("audit");
      });
    });
  }
}

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
