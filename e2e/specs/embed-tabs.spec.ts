// Ten tabs of one person: one renewal per expiry, and one end.
import type { BrowserContext, Page } from "@playwright/test";
import { BrowserTime } from "../support/browser-time.js";
import { advanceClock } from "../support/control.js";
import { EmbedPage } from "../support/embed-page.js";
import type { Options } from "../support/embed-page.js";
import { Admin, passLifetimeUpTo } from "../support/faults.js";
import { expect, sheetIsDrawn, test } from "../support/fixtures.js";
import { messageOf } from "../support/messages.js";
import type { Ready } from "../support/server.js";

const count = 10;

/** Ten tabs with live embeds, each with an engine session of its own. */
async function openTabs(
  page: Page,
  ready: Ready,
  frame: NonNullable<Options["frame"]>,
): Promise<EmbedPage[]> {
  const tabs: EmbedPage[] = [];
  for (let at = 0; at < count; at += 1) {
    const own = at === 0 ? page : await page.context().newPage();
    const tab = await EmbedPage.open(own, ready, { frame, attributes: { "keep-alive": "always" } });
    await tab.embedLive();
    if (frame === "real") await sheetIsDrawn(tab.element.frameLocator("iframe"));
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

/** The clock of all pages of a browser, in milliseconds since 1970. */
const timeIn = (page: Page): Promise<number> => page.evaluate(() => Date.now());

/**
 * A tab that is not told, but finds out by asking, does so 20 s after the last word at the earliest. The second that the
 * server promises is kept by tests of its own: here ten tabs and the test share the machine with it.
 */
const toldWithinMs = 10_000;

/** Every tab hears of the end that came about at `since`, and shows the message in place of its charts. */
async function expectEmpty(tabs: readonly EmbedPage[], reason: string, since: number): Promise<void> {
  const times: number[] = [];
  // One after the other: looking into ten pages at once would keep them busy.
  for (const tab of tabs) {
    await tab.reaches(`ended:${reason}`);
    const told = await tab.told();
    expect(told.map(({ state }) => state)).toEqual(["signing-in", "connecting", "live", "ended"]);
    const end = told.at(-1);
    expect(end).toMatchObject({
      frame: null,
      shown: { place: "cover", title: messageOf(`ended:${reason}`)?.[0] },
    });
    times.push((end?.seenAt ?? Number.NaN) - since);
    await expect(tab.message).toBeVisible();
    await expect(tab.element.locator("iframe")).toBeHidden();
    await expect.poll(() => tab.page.frames().map((frame) => frame.url())).not.toContainEqual(sheets);
  }
  expect(Math.max(...times), "milliseconds until the last tab is empty").toBeLessThan(toldWithinMs);
  expect(Math.min(...times), "the clock goes forward").toBeGreaterThanOrEqual(0);
}

const sheets = expect.stringContaining("/single/");

for (const cookies of ["blocked", "allowed"] as const) {
  test.describe(`third-party cookies ${cookies}`, () => {
    test.use({ cookies });

    // What is renewed is the login session, so these need no sheets, which would only keep the machine busy.
    test("ten tabs renew once when the end is announced, and go on", async ({ page, server: { ready } }) => {
      const admin = new Admin(ready);
      await admin.limit(1440, 60);
      try {
        const tabs = await openTabs(page, ready, "none");
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
        expect(calls()).toEqual({ tokens: 1, signIns: 1 });
      } finally {
        await admin.limit(30, 1440);
      }
    });

    test.describe("the end", () => {
      // Ten whole sheets are much for a machine; the way on which a tab hears of its end is the same without.
      const frame = cookies === "blocked" ? "real" : "stand-in";
      test("ending the session in the console empties ten tabs", async ({ page, server: { ready } }) => {
        await new Admin(ready).endSessionsOf("ada");
        const tabs = await openTabs(page, ready, frame);
        const operator = await page.context().newPage();
        await operator.goto(`${ready.tenant}/console/`);
        await operator.getByRole("button", { name: "Sign in" }).click();
        await operator.getByRole("button", { name: /^Mary Ketch/ }).click();
        await operator.getByLabel(/^Choose the login session of Ada Quill/).check();
        await operator.locator("#end").click();
        await operator.keyboard.type("The shift is over");
        const pressed = await timeIn(operator);
        await operator.keyboard.press("Enter");
        await expectEmpty(tabs, "revoked", pressed);
      });

      test("an operator's program empties ten tabs", async ({ page, server: { ready } }) => {
        const tabs = await openTabs(page, ready, frame);
        const asked = await timeIn(page);
        await new Admin(ready).endSessionsOf("ada");
        await expectEmpty(tabs, "revoked", asked);
      });

      test("signing out in one tab empties all ten", async ({ page, server: { ready } }) => {
        const tabs = await openTabs(page, ready, frame);
        const asked = await timeIn(page);
        await tabs[4]?.end();
        await expectEmpty(tabs, "signed-out", asked);
      });
    });
  });
}

test("ten tabs renew once by themselves, a minute before each of two ends", async ({
  page,
  server: { ready },
}) => {
  test.setTimeout(240_000);
  const admin = new Admin(ready);
  await admin.limit(1440, 60);
  try {
    const time = await BrowserTime.install(page.context());
    const tabs = await openTabs(page, ready, "none");
    const calls = countCalls(page.context(), ready);
    for (const renewals of [1, 2]) {
      // The last minutes pass for the tabs alone, or the server would announce the end.
      for (let minutes = 0; minutes < 56; minutes += 4) {
        await time.pass(4 * 60_000);
        await advanceClock(ready, 4 * 60);
      }
      expect(calls()).toEqual({ tokens: renewals - 1, signIns: renewals - 1 });
      await time.pass(4 * 60_000);
      await expect.poll(calls).toEqual({ tokens: renewals, signIns: renewals });
    }
    await advanceClock(ready, 10 * 60);
    for (const tab of tabs) {
      expect(await tab.answers()).toBe(true);
      expect(await tab.path()).toEqual(["signing-in", "connecting", "live:created"]);
    }
    expect(calls()).toEqual({ tokens: 2, signIns: 2 });
  } finally {
    await admin.limit(30, 1440);
  }
});
