// Who keeps a session from going idle. Half an hour is the limit, and both clocks go together.
import type { Page } from "@playwright/test";
import { BrowserTime } from "../support/browser-time.js";
import { advanceClock } from "../support/control.js";
import { EmbedPage } from "../support/embed-page.js";
import { expect, test } from "../support/fixtures.js";
import type { Ready } from "../support/server.js";

/** Lets four minutes pass, for the page and for the server. */
async function passFourMinutes(time: BrowserTime, ready: Ready): Promise<void> {
  await time.pass(4 * 60_000);
  await advanceClock(ready, 4 * 60);
}

/** The page's own timers go on while it is hidden, only less often; what counts here is what it makes of being hidden. */
function hide(page: Page): Promise<void> {
  return page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

interface Policy {
  readonly policy: "visible" | "active" | "always" | "never";
  readonly when: string;
  readonly begin?: (page: Page) => Promise<void>;
  /** Every four minutes. */
  readonly meanwhile?: (page: Page, embed: EmbedPage) => Promise<unknown>;
  readonly lives: boolean;
}

const clickBeside = (page: Page): Promise<void> => page.locator("html").click({ position: { x: 2, y: 2 } });

const policies: readonly Policy[] = [
  { policy: "visible", when: "the tab can be seen", lives: true },
  { policy: "visible", when: "the tab is hidden", begin: hide, lives: false },
  { policy: "active", when: "the person is active in the page", meanwhile: clickBeside, lives: true },
  { policy: "active", when: "nobody does anything in the page", lives: false },
  { policy: "always", when: "the tab is hidden", begin: hide, lives: true },
  { policy: "never", when: "the person is active beside the sheet", meanwhile: clickBeside, lives: false },
  { policy: "never", when: "the sheet is in use", meanwhile: (_, embed) => embed.answers(), lives: true },
];

for (const { policy, when, begin, meanwhile, lives } of policies) {
  test(`${policy}: when ${when}, the session ${lives ? "goes on" : "ends"}`, async ({
    page,
    server: { ready },
  }) => {
    const time = await BrowserTime.install(page.context());
    const attributes = { "keep-alive": policy };
    const embed = await EmbedPage.open(page, ready, { frame: "none", attributes });
    await embed.embedLive();
    await begin?.(page);
    for (let minutes = 0; minutes < 40; minutes += 4) {
      await passFourMinutes(time, ready);
      if (!lives && (await embed.path()).at(-1)?.startsWith("ended") === true) break;
      await meanwhile?.(page, embed);
    }
    if (lives) {
      expect(await embed.answers()).toBe(true);
      expect(await embed.path()).toEqual(["signing-in", "connecting", "live:created"]);
    } else {
      await embed.reaches("ended:idle-timeout");
    }
  });
}
