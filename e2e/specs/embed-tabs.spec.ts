// Ten tabs of one person: one renewal, and one end. Their embeds have no frame, because ten sheets would only keep the
// machine busy: what is shared between tabs is the login session.
import type { BrowserContext, Page } from "@playwright/test";
import { advanceClock } from "../support/control.js";
import { EmbedPage } from "../support/embed-page.js";
import { Admin, passLifetimeUpTo } from "../support/faults.js";
import { expect, test } from "../support/fixtures.js";
import type { Ready } from "../support/server.js";

const count = 10;

/** Ten tabs with live embeds, each with an engine session of its own. */
async function openTabs(page: Page, ready: Ready): Promise<EmbedPage[]> {
  const tabs: EmbedPage[] = [];
  for (let at = 0; at < count; at += 1) {
    const own = at === 0 ? page : await page.context().newPage();
    const tab = await EmbedPage.open(own, ready, { frame: "none", attributes: { "keep-alive": "always" } });
    await tab.embedLive();
    tabs.push(tab);
  }
  return tabs;
}

/** Counts what a renewal costs. */
function countCalls(context: BrowserContext, ready: Ready): () => { tokens: number; signIns: number } {
  const found = { tokens: 0, signIns: 0 };
  context.on("request", (request) => {
    if (request.method() !== "POST") return;
    const { origin, pathname } = new URL(request.url());
    if (pathname === "/analytics-token") found.tokens += 1;
    if (origin === ready.tenant && pathname === "/login/jwt-session") found.signIns += 1;
  });
  return () => ({ ...found });
}

/** All have ended for this reason, and the last within a second of the first. */
async function expectEnd(tabs: readonly EmbedPage[], reason: string): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.reaches(`ended:${reason}`)));
  const times: number[] = [];
  for (const tab of tabs) {
    const told = await tab.told();
    expect(told.map(({ state }) => state)).toEqual(["signing-in", "connecting", "live", "ended"]);
    times.push(told.at(-1)?.at ?? 0);
  }
  expect(Math.max(...times) - Math.min(...times), "milliseconds from the first to the last").toBeLessThan(
    1000,
  );
}

for (const cookies of ["blocked", "allowed"] as const) {
  test.describe(`third-party cookies ${cookies}`, () => {
    test.use({ cookies });

    test("ten tabs renew once, and go on", async ({ page, server: { ready } }) => {
      const admin = new Admin(ready);
      await admin.limit(1440, 60);
      try {
        const tabs = await openTabs(page, ready);
        const calls = countCalls(page.context(), ready);
        await passLifetimeUpTo(ready, 30, () => Promise.all(tabs.map((tab) => tab.answers())));
        const path = ["signing-in", "connecting", "live:created", "expiring:lifetime", "live:created"];
        for (const tab of tabs) await expect.poll(() => tab.path()).toEqual(path);
        expect(calls()).toEqual({ tokens: 1, signIns: 1 });

        await advanceClock(ready, 120);
        for (const tab of tabs) {
          expect(await tab.answers()).toBe(true);
          expect(await tab.path()).toEqual(path);
        }
      } finally {
        await admin.limit(30, 1440);
      }
    });

    test("ending the session in the console empties ten tabs", async ({ page, server: { ready } }) => {
      await new Admin(ready).endSessionsOf("ada");
      const tabs = await openTabs(page, ready);
      const operator = await page.context().newPage();
      await operator.goto(`${ready.tenant}/console/`);
      await operator.getByRole("button", { name: "Sign in" }).click();
      await operator.getByRole("button", { name: /^Mary Ketch/ }).click();
      await operator.getByLabel(/^Choose the login session of Ada Quill/).check();
      await operator.locator("#end").click();
      await operator.keyboard.type("The shift is over");
      await operator.keyboard.press("Enter");
      await expectEnd(tabs, "revoked");
    });

    test("an operator's program empties ten tabs", async ({ page, server: { ready } }) => {
      const tabs = await openTabs(page, ready);
      const asked = Date.now();
      await new Admin(ready).endSessionsOf("ada");
      await expectEnd(tabs, "revoked");
      const last = (await tabs[count - 1]?.told())?.at(-1)?.at ?? Number.NaN;
      test.info().annotations.push({
        type: "milliseconds until the last tab was told",
        description: `${last - asked}`,
      });
    });

    test("signing out in one tab empties the other nine", async ({ page, server: { ready } }) => {
      const tabs = await openTabs(page, ready);
      await tabs[4]?.end();
      await expectEnd(tabs, "signed-out");
    });
  });
}
