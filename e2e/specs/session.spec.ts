// Everything that can happen to a session, as the portal's user is told.
import { Portal, expect, selectFirstBar, test } from "../support/fixtures.js";

test("a suspended session is covered, and resumes with its selections", async ({ page, server }) => {
  const portal = new Portal(page);
  await portal.signIn(server.ready.portal, /Ada/);
  await portal.isDrawn();
  await selectFirstBar(portal);
  await expect(portal.selections()).toHaveText(/^Carrier/);
  const selected = await portal.cell("kpi-departures").innerText();

  await page.getByRole("button", { name: "Suspend" }).click();
  await expect(portal.message()).toContainText("Paused");
  await expect(portal.status()).toHaveText("Suspended · manual");
  await portal.message().getByRole("button", { name: "Resume" }).click();

  await expect(portal.status()).toHaveText("Live · resumed, selections kept");
  await expect(portal.message()).toBeHidden();
  await expect(portal.selections()).toHaveText(/^Carrier/);
  await expect(portal.cell("kpi-departures")).toHaveText(selected, { useInnerText: true });
});

test("the session can be ended after ten seconds, and started again", async ({ page, server }) => {
  await page.clock.install();
  const portal = new Portal(page);
  await portal.signIn(server.ready.portal, /Ada/);
  await portal.isDrawn();
  await page.getByRole("button", { name: "End in 10 s" }).click();
  await page.clock.fastForward(10_000);
  await expect(portal.message()).toContainText("Session ended");
  await expect(portal.status()).toHaveText("Ended · closed (1000)");
  await portal.message().getByRole("button", { name: "Start again" }).click();
  await portal.isDrawn();
});

test("signing out elsewhere ends the session at once", async ({ page, server }) => {
  const portal = new Portal(page);
  await portal.signIn(server.ready.portal, /Ada/);
  await portal.isDrawn();
  const other = new Portal(await page.context().newPage());
  await other.page.goto(`${server.ready.portal}/by-hand/`);
  await other.isDrawn();
  await other.page.getByRole("button", { name: "Sign out" }).click();
  await expect(portal.message()).toContainText("Signed out");
  await expect(portal.status()).toHaveText("Ended · signed-out (4006)");
});

test("offline is said at once, and ends by itself", async ({ page, server }) => {
  const portal = new Portal(page);
  await portal.signIn(server.ready.portal, /Ada/);
  await portal.isDrawn();
  await selectFirstBar(portal);
  await page.context().setOffline(true);
  await expect(portal.message()).toContainText("You are offline");
  await page.context().setOffline(false);
  await expect(portal.status()).toHaveText("Live · resumed, selections kept");
  await expect(portal.selections()).toHaveText(/^Carrier/);
  await expect(portal.sheet.locator("#cover")).toBeHidden();
});

test("a crashed server is told and waited for", async ({ page, server }) => {
  const portal = new Portal(page);
  await portal.signIn(server.ready.portal, /Ada/);
  await portal.isDrawn();
  await server.kill();
  await expect(portal.message()).toContainText("Connection lost");
  await server.restart();
  await expect(portal.status()).toHaveText("Live · new session, selections cleared");
  await portal.isDrawn();
});

test.describe("with every cookie of the tenant refused", () => {
  test.use({ cookies: "none" });

  test("the page says that cookies are blocked", async ({ page, server }) => {
    const portal = new Portal(page);
    await portal.signIn(server.ready.portal, /Ada/);
    await expect(portal.message()).toContainText("Your browser blocks our cookies");
    await expect(portal.status()).toHaveText("Blocked · cookies-blocked");
  });
});
