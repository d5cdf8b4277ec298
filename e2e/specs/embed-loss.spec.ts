// What comes back, and how: lost networks, half-open connections, sleep, and single failures on the way to a renewal. At
// the end of each the state says what is so.
import type { CDPSession, Page } from "@playwright/test";
import {
  advanceClock,
  delayEngine,
  dropEngine,
  engineOf,
  freezeEngine,
  noFaults,
  setFaults,
} from "../support/control.js";
import { EmbedPage } from "../support/embed-page.js";
import { Admin, passLifetimeUpTo } from "../support/faults.js";
import { expect, test } from "../support/fixtures.js";
import { expectPath } from "../support/told.js";

const opening = ["signing-in", "connecting", "live:created"];

/** Counts how often the page asks for a token. */
function countTokens(page: Page): () => number {
  let asked = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/analytics-token")) asked += 1;
  });
  return () => asked;
}

/** A live state is one in which the engine answers; nothing else counts. */
async function expectTruth(embed: EmbedPage): Promise<string> {
  await embed.reaches("(live|ended)");
  const last = (await embed.path()).at(-1) ?? "";
  if (last.startsWith("live")) expect(await embed.answers(), "the engine answers").toBe(true);
  else await expect(embed.button("Start again")).toBeVisible();
  return last;
}

for (const cookies of ["blocked", "allowed"] as const) {
  test.describe(`third-party cookies ${cookies}`, () => {
    test.use({ cookies });

    test("35 seconds without a network end within a second of its return, with the same selections", async ({
      page,
      server: { ready },
    }) => {
      await page.clock.install();
      const embed = await EmbedPage.open(page, ready, { frame: "real" });
      await embed.embedLive();
      await embed.select("Carrier", "AA");
      await page.context().setOffline(true);
      await embed.reaches("suspended:offline");
      await dropEngine(ready, (await engineOf(ready, embed.identity)).id);
      await advanceClock(ready, 35);
      await page.clock.runFor(35_000);
      await page.context().setOffline(false);
      await embed.reaches("live:attached");

      await expectPath(embed, [...opening, "suspended:offline", "resuming:offline", "live:attached"]);
      const [online = 0] = await embed.onlineAt();
      const back = (await embed.told()).at(-1)?.at ?? 0;
      // At once, and not when a wait of up to half a minute is over.
      expect(back - online, "milliseconds from `online` to `live`").toBeLessThan(5000);
      expect(await embed.selections()).toEqual({ Carrier: "AA" });
      const resumed = async () =>
        (await embed.framed()).find(({ type }) => type === "resumed")?.at ?? Infinity;
      await expect.poll(async () => (await resumed()) - online).toBeLessThan(5000);
      await expect(embed.message).toBeHidden();
    });

    test("a connection that is open and silent is noticed, and comes back", async ({
      page,
      server: { ready },
    }) => {
      await page.clock.install();
      const embed = await EmbedPage.open(page, ready, { frame: "stand-in" });
      await embed.embedLive();
      await embed.select("Carrier", "AA");
      const { id } = await engineOf(ready, embed.identity);
      expect(await freezeEngine(ready, id)).toBe(1);
      // Silence for 20 s makes the page ask, and 5 s without an answer are enough.
      for (let step = 0; step < 6; step += 1) await page.clock.runFor(5_000);
      await embed.reaches("live:attached");
      const path = ["suspended:network", "resuming:network", "live:attached"];
      await expectPath(embed, [...opening, ...path]);
      expect(await embed.selections()).toEqual({ Carrier: "AA" });
    });

    test("a slow connection is no lost one", async ({ page, server: { ready } }) => {
      const embed = await EmbedPage.open(page, ready, { frame: "none" });
      await embed.embedLive();
      const { id } = await engineOf(ready, embed.identity);
      expect(await delayEngine(ready, id, 1500)).toBe(1);
      // Makes the page ask whether the connection is there.
      await page.evaluate(() => dispatchEvent(new Event("online")));
      expect(await embed.answers()).toBe(true);
      await delayEngine(ready, id, 0);
      expect(await embed.answers()).toBe(true);
      await expectPath(embed, opening);
    });

    test("a token endpoint that fails once delays a renewal, and ends nothing", async ({
      page,
      server: { ready },
    }) => {
      const admin = new Admin(ready);
      await admin.limit(1440, 60);
      try {
        const embed = await EmbedPage.open(page, ready, { frame: "none" });
        await embed.embedLive();
        await embed.select("Carrier", "AA");
        await passLifetimeUpTo(ready, 90, () => embed.answers());
        const asked = countTokens(page);
        await setFaults(ready, { "token-endpoint-500": 1 });
        await advanceClock(ready, 45);
        await expect.poll(() => embed.path()).toEqual([...opening, "expiring:lifetime", "live:created"]);
        expect(asked()).toBe(2);

        // The lifetime that was announced is over by now, and the renewed one has begun.
        await advanceClock(ready, 120);
        expect(await embed.selections()).toEqual({ Carrier: "AA" });
        await expectPath(embed, [...opening, "expiring:lifetime", "live:created"]);
      } finally {
        await admin.limit(30, 1440);
      }
    });

    test("a token endpoint that fails once does not keep a session from coming about", async ({
      page,
      server: { ready },
    }) => {
      const embed = await EmbedPage.open(page, ready, { frame: "none" });
      const asked = countTokens(page);
      await setFaults(ready, { "token-endpoint-500": 1 });
      await embed.embedLive();
      expect(asked()).toBe(2);
      await expectPath(embed, opening);
    });

    test("a CSRF token that is refused once ends nothing", async ({ page, server: { ready } }) => {
      const embed = await EmbedPage.open(page, ready, { frame: "none" });
      await setFaults(ready, { "csrf-refuse-once": true });
      await embed.embedLive();
      await expectPath(embed, opening);

      await setFaults(ready, { "csrf-refuse-once": true });
      await dropEngine(ready, (await engineOf(ready, embed.identity)).id);
      await embed.reaches("live:attached");
      const path = ["suspended:network#1006", "resuming:network", "live:attached"];
      await expectPath(embed, [...opening, ...path]);
      const attempts = (await embed.told()).filter(({ state }) => state === "resuming");
      expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
      expect(await setFaults(ready, {}), "both faults have come about").toEqual(noFaults);
    });

    test("an app that is denied once is asked for again", async ({ page, server: { ready } }) => {
      const embed = await EmbedPage.open(page, ready, { frame: "none" });
      await setFaults(ready, { "deny-app-once": true });
      await embed.embedLive();
      await expectPath(embed, opening);
      expect(await setFaults(ready, {}), "the fault has come about").toEqual(noFaults);
    });

    for (const [length, minutes, end] of [
      ["10 minutes", 10, /^live:(attached|rebuilt)$/],
      ["2 hours", 120, /^ended:idle-timeout/],
    ] as const) {
      test(`a frozen page that sleeps for ${length} wakes up to the truth`, async ({
        page,
        server: { ready },
      }) => {
        await page.clock.install();
        const embed = await EmbedPage.open(page, ready, { frame: "stand-in" });
        await embed.embedLive();
        await embed.select("Carrier", "AA");
        const devtools: CDPSession = await page.context().newCDPSession(page);
        await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
        await advanceClock(ready, minutes * 60);
        await page.clock.fastForward(minutes * 60_000);
        await devtools.send("Page.setWebLifecycleState", { state: "active" });
        await expect.poll(() => expectTruth(embed)).toMatch(end);
        if (minutes === 10) expect(await embed.selections()).toEqual({ Carrier: "AA" });
      });

      test(`a clock that jumps by ${length} leads to the truth`, async ({ page, server: { ready } }) => {
        await page.clock.install();
        const embed = await EmbedPage.open(page, ready, { frame: "stand-in" });
        await embed.embedLive();
        await page.clock.fastForward(minutes * 60_000);
        await advanceClock(ready, minutes * 60);
        await expect.poll(() => expectTruth(embed)).toMatch(end);
        const path = await embed.path();
        expect(path.filter((step) => step === "suspended:asleep")).toHaveLength(1);
      });
    }
  });
}
