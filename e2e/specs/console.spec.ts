// The operator's page: it shows a signed-in person's sessions live, and ends them, by keyboard alone.
import { openConsole } from "../support/console.js";
import { createSession, openApp, signIn, signOut } from "../support/engine.js";
import { Portal, expect, test } from "../support/fixtures.js";
import { tabTo } from "../support/keyboard.js";
import { blemishes, sizes, violations } from "../support/looks.js";

test.use({ cookies: "allowed" });

test("a session is seen live, and ending it empties the person's page", async ({ page, server }) => {
  const { ready } = server;
  const context = page.context();
  const operator = await context.newPage();
  await openConsole(operator, ready);
  const logins = operator.locator('tr[data-kind="login"]', {
    hasText: "Ada Quill",
  });
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
  await operator.keyboard.press("Enter");
  await expect(portal.message()).toBeVisible();
  await expect(logins).toHaveCount(0);

  await tabTo(operator, /^Sessions$/, "Shift+Tab");
  await operator.keyboard.press("ArrowRight");
  await expect(operator.locator("#events")).toContainText("revoked: The shift is over");
  await operator.keyboard.press("ArrowRight");
  await expect(operator.locator("#audit")).toContainText("Administrator ends sessions");
});

/** The views of what makes up the tenant, and what each shows of the demo. */
const views = [
  ["Apps", "Flights from New York, 2013"],
  ["Web integrations", "Demo portal"],
  ["Identity providers", "https://portal.localhost/demo"],
  ["API keys", "fanlight demo"],
  ["Users", "ada@portal.example"],
  ["Settings", "frame-ancestors"],
] as const;

test("sessions are found by name, and the counters do not follow the filter", async ({ page, server }) => {
  const { ready } = server;
  const credentials = await signIn(ready, "ada");
  const session = createSession(ready, credentials, {
    identity: "found-by-name",
  });
  await openApp(ready, session);
  await openConsole(page, ready);
  const rows = page.locator("#sessions tr");
  const engine = page.locator('tr[data-kind="engine"]', {
    hasText: "found-by-name",
  });
  await expect(engine).toContainText("Flights from New York, 2013");
  await expect(engine).toContainText("flights · found-by-name");
  const counts = await page.locator(".counts dd").allInnerTexts();
  const all = await rows.count();
  expect(all).toBeGreaterThan(2);
  for (const [text, place] of [
    ["FOUND-by", 1],
    ["nobody at all", 0],
  ] as const) {
    await page.getByLabel("Name or id").first().fill(text);
    await expect(rows).toHaveCount(place);
    expect(await page.locator(".counts dd").allInnerTexts()).toEqual(counts);
  }
  await page.getByLabel("Name or id").first().fill("from new york");
  await expect(engine).toBeVisible();
  await page.getByRole("button", { name: "Clear" }).first().click();
  await expect(rows).toHaveCount(all);
  await session.close();
  await signOut(ready, credentials);
});

test("the audit log names people, and is found by name, kind and time", async ({ page, server }) => {
  const { ready } = server;
  const credentials = await signIn(ready, "ada");
  await signOut(ready, credentials);
  await openConsole(page, ready);
  await page.getByRole("tab", { name: "Audit log" }).click();
  const entries = page.locator("#audit li");
  await expect(entries.filter({ hasText: "Signed out" }).first()).toContainText("Ada Quill");
  await page.getByLabel("Name, id or words").fill("mary ketch");
  // Some of them name somebody else as well, whose session she ended.
  await expect(entries.filter({ hasNotText: "Mary Ketch" })).toHaveCount(0);
  await expect(entries.first()).toContainText("Mary Ketch");
  await page.getByLabel("Name, id or words").fill("");
  await page.getByLabel("What").selectOption({ label: "Signed out" });
  await expect(entries.filter({ hasText: "Signed in" })).toHaveCount(0);
  await expect(entries.filter({ hasText: "Signed out" }).first()).toBeVisible();
  await page.getByLabel("Before").fill("2001-01-01T00:00");
  await expect(page.getByText("No entry matches.")).toBeVisible();
});

test("a web integration is made, changed and deleted by keyboard alone, each time after being asked", async ({
  page,
  server,
}) => {
  await openConsole(page, server.ready);
  await tabTo(page, /^Sessions$/, "Shift+Tab");
  for (let place = 0; place < 4; place += 1) await page.keyboard.press("ArrowRight");
  const panel = page.getByRole("tabpanel", { name: "Web integrations" });
  await expect(panel).toContainText("Demo portal");
  await tabTo(page, /^New web integration…$/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "New web integration" })).toBeVisible();
  await page.keyboard.type("Second portal");
  await page.keyboard.press("Tab");
  await page.keyboard.type("second.example");
  await tabTo(page, /^Create$/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("validOrigins");
  await page.getByLabel(/^Origins of/).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("https://second.example");
  await tabTo(page, /^Create$/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  const row = panel.getByRole("row", { name: /Second portal/ });
  await expect(row).toContainText("https://second.example");
  await tabTo(page, /^Change the web integration Second portal$/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Third portal");
  await page.keyboard.press("Enter");
  await expect(panel.getByRole("row", { name: /Third portal/ })).toBeVisible();
  await tabTo(page, /^Delete the web integration Third portal$/);
  await page.keyboard.press("Enter");
  // Whoever only presses Enter deletes nothing.
  await expect(page.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(panel.getByRole("row", { name: /Third portal/ })).toBeVisible();
  await tabTo(page, /^Delete the web integration Third portal$/);
  await page.keyboard.press("Enter");
  await tabTo(page, /^Delete$/);
  await page.keyboard.press("Enter");
  await expect(panel.getByRole("row", { name: /Third portal/ })).toHaveCount(0);
});

test("an API key is shown once, and works until it is revoked", async ({ page, server }) => {
  const { ready } = server;
  await openConsole(page, ready);
  await page.getByRole("tab", { name: "API keys" }).click();
  await page.getByRole("button", { name: "New API key…" }).click();
  await page.getByLabel("What it is for").fill("nightly export");
  await page.getByRole("button", { name: "Create" }).click();
  const shown = page.getByRole("dialog", { name: "The new API key" });
  const token = await shown.locator("output").innerText();
  expect(token).toMatch(/^flk_/);
  const answers = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    return (
      await fetch(`${ready.tenant.replace("tenant.localhost", "127.0.0.1")}/api/v1/users/me`, { headers })
    ).status;
  };
  expect(await answers()).toBe(200);
  await shown.getByRole("button", { name: "Cancel" }).click();
  await expect(page.locator("body")).not.toContainText(token);
  await page.getByRole("button", { name: "Revoke the API key nightly export" }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByRole("row", { name: /nightly export/ })).toContainText("revoked");
  expect(await answers()).toBe(401);
});

for (const [name, size] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`on a ${name}, ${colorScheme}`, () => {
      test.use({ size });

      test("each view passes axe, and looks right", async ({ page, server: { ready } }) => {
        const check = async (view: string): Promise<void> => {
          await page.screenshot({
            path: `out/console-${view}-${name}-${colorScheme}.png`,
          });
          expect(await violations(page), view).toEqual([]);
          expect(await blemishes(page), view).toEqual([]);
        };
        await page.emulateMedia({ colorScheme });
        await page.goto(`${ready.tenant}/console/`);
        await expect(page.getByRole("heading", { name: "Sign in to the console" })).toBeVisible();
        await check("gate");
        await openConsole(page, ready);
        const credentials = await signIn(ready, "ada");
        const session = createSession(ready, credentials, {
          identity: "looks",
        });
        await openApp(ready, session);
        await expect(
          page.locator('tr[data-kind="engine"]', { hasText: "flights · looks" }).first(),
        ).toBeVisible();
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
        for (const [tab, holds] of views) {
          await page.getByRole("tab", { name: tab }).click();
          const panel = page.getByRole("tabpanel", { name: tab });
          await expect(panel).toContainText(holds);
          await check(tab.toLowerCase().replace(" ", "-"));
        }
        await page.getByRole("button", { name: "New CSP origin…" }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await check("form");
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
    await fetch("/login/jwt-session", {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
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
