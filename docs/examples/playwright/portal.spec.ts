// Every state that an embedded sheet can be in, made on demand.
import { test as base, expect } from "@playwright/test";
import type { Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { Demo, inChromium, sendsThirdPartyCookies } from "./fanlight.js";
import { Portal } from "./portal.js";

const test = base.extend<object, { demo: Demo; portal: Portal }>({
  demo: [
    async ({}, use) => {
      const demo = await Demo.start();
      await use(demo);
      await demo.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  portal: [
    async ({ demo }, use) => {
      const portal = await Portal.start(demo);
      await use(portal);
      portal.stop();
    },
    { scope: "worker" },
  ],
});

// The demo and the portal are shared by the tests of a worker.
test.afterEach(async ({ demo, portal }) => {
  portal.fails = false;
  await demo.control("faults", { "deny-app-once": false, "plain-cookies": false, "tickets-refuse": false });
});

interface Report {
  readonly person: string;
  readonly identity: string;
}

/** Opens the page as somebody whom no other test knows. */
async function openReport(page: Page, { origin }: Portal): Promise<Report> {
  const report = { person: `person-${randomUUID()}`, identity: randomUUID() };
  await page.goto(`${origin}/report?${new URLSearchParams(report)}`);
  return report;
}

function story(page: Page) {
  return page.locator("#story li");
}

/** The state in which the page is now. */
function state(page: Page) {
  return story(page).last();
}

test("a sheet becomes live, each state said once", async ({ page, portal }) => {
  await openReport(page, portal);
  await expect(state(page)).toHaveText("live created");
  await expect(story(page)).toHaveText(["signing-in", "connecting", "live created"]);
});

for (const [reason, body] of [
  ["idle-timeout", { reason: "idle-timeout" }],
  ["lifetime", { reason: "lifetime" }],
] as const) {
  test(`a login session ends: ${reason}`, async ({ page, demo, portal }) => {
    const { person } = await openReport(page, portal);
    await expect(state(page)).toHaveText("live created");
    const { id } = await demo.loginSession(person);
    await demo.control(`login-sessions/${id}/expire`, body);
    await expect(state(page)).toHaveText(`ended ${reason}`);
  });
}

test("an administrator ends the session, and the person can start again", async ({ page, demo, portal }) => {
  const { person } = await openReport(page, portal);
  await expect(state(page)).toHaveText("live created");
  const { id } = await demo.loginSession(person);
  await demo.control(`login-sessions/${id}/revoke`, { reason: "lost laptop" });
  await expect(state(page)).toHaveText("ended revoked");
  await page.locator("fanlight-embed").evaluate((embed: HTMLElement & { restart(): void }) => embed.restart());
  await expect(state(page)).toHaveText("live created");
});

for (const [code, reason] of [
  [4004, "app-removed"],
  [4005, "session-limit"],
  [4203, "not-permitted"],
] as const) {
  test(`the engine session ends with ${code}`, async ({ page, demo, portal }) => {
    const { identity } = await openReport(page, portal);
    await expect(state(page)).toHaveText("live created");
    const { id } = await demo.engineSession(identity);
    await demo.control(`engine-sessions/${id}/close`, { code });
    await expect(state(page)).toHaveText(`ended ${reason}`);
  });
}

test("a lost connection comes back to the same session", async ({ page, demo, portal }) => {
  const { identity } = await openReport(page, portal);
  await expect(state(page)).toHaveText("live created");
  const { id } = await demo.engineSession(identity);
  await demo.control(`engine-sessions/${id}/drop`);
  await expect(state(page)).toHaveText("live attached");
  await expect(story(page).filter({ hasText: "suspended network" })).toHaveCount(1);
});

test("a restart of the engine comes back by itself", async ({ page, demo, portal }) => {
  const { identity } = await openReport(page, portal);
  await expect(state(page)).toHaveText("live created");
  const { id } = await demo.engineSession(identity);
  await demo.control(`engine-sessions/${id}/close`, { code: 4003 });
  await expect(story(page).filter({ hasText: "suspended engine-restart" })).toHaveCount(1);
  await expect(state(page)).toHaveText(/^live/);
});

test("the page warns before the end, in virtual time", async ({ page, demo, portal }) => {
  await openReport(page, portal);
  await expect(state(page)).toHaveText("live created");
  await expect(page.frameLocator("iframe").locator(".cell").first()).toBeVisible();
  // 30 minutes are the idle limit; the warning comes a minute before. Nobody waits for it. A chart that still asks the engine
  // for something puts the end off, as it should; then time passes once more.
  await expect(async () => {
    await demo.control("clock", { advance: 30 * 60 - 50 });
    await expect(state(page)).toHaveText("expiring idle", { timeout: 3_000 });
    await demo.control("clock", { advance: 50 });
    await expect(state(page)).toHaveText("ended idle-timeout", { timeout: 3_000 });
  }).toPass();
});

test("an app is denied, and a person who is new here is given a moment", async ({ page, demo, portal }) => {
  await demo.control("faults", { "deny-app-once": true });
  await openReport(page, portal);
  await expect(state(page)).toHaveText("live created");
});

test("an app is denied for good", async ({ page, demo, portal }) => {
  await demo.control("faults", { "deny-app-once": 100 });
  await openReport(page, portal);
  await expect(state(page)).toHaveText("ended not-permitted");
});

test("the portal's own token endpoint fails", async ({ page, portal }) => {
  portal.fails = true;
  await openReport(page, portal);
  await expect(state(page)).toHaveText("blocked token-endpoint-failed");
});

for (const [cookies, expected] of [
  ["blocked", "blocked cookies-blocked"],
  ["allowed", "live created"],
] as const) {
  test(`cookies without a partition, third-party cookies ${cookies}`, async ({ demo, portal }) => {
    await inChromium(cookies, async (page) => {
      expect(await sendsThirdPartyCookies(page)).toBe(cookies === "allowed");
      await demo.control("faults", { "plain-cookies": true, "tickets-refuse": true });
      await openReport(page, portal);
      await expect(state(page)).toHaveText(expected);
    });
  });
}
