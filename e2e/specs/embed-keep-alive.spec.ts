// Who keeps a session from going idle. Half an hour is the limit; both clocks go together, in steps that no page takes for
// a sleep.
import type { Page, Request } from "@playwright/test";
import { advanceClock } from "../support/control.js";
import { EmbedPage } from "../support/embed-page.js";
import { expect, test } from "../support/fixtures.js";
import type { Ready } from "../support/server.js";

const stepMs = 15_000;

/** What the page has asked and not been told so far, by HTTP and over its WebSockets. */
function followCalls(page: Page): ReadonlySet<string> {
  const open = new Set<string>();
  const nameOf = (request: Request): string => `${request.method()} ${request.url()}`;
  page.on("request", (request) => void open.add(nameOf(request)));
  page.on("response", (response) => void open.delete(nameOf(response.request())));
  page.on("requestfailed", (request) => void open.delete(nameOf(request)));
  page.on("websocket", (socket) => {
    const idOf = (text: string | Buffer): string => {
      const { id } = JSON.parse(text.toString()) as { id?: number };
      return `${socket.url()} ${id}`;
    };
    socket.on("framesent", ({ payload }) => void open.add(idOf(payload)));
    socket.on("framereceived", ({ payload }) => void open.delete(idOf(payload)));
    socket.on("close", () => {
      for (const name of open) if (name.startsWith(socket.url())) open.delete(name);
    });
  });
  return open;
}

/** Lets four minutes pass. The page's deadlines run on its clock, so each of its calls is answered before the next step. */
async function passFourMinutes(page: Page, ready: Ready, open: ReadonlySet<string>): Promise<void> {
  for (let passed = 0; passed < 4 * 60_000; passed += stepMs) {
    await page.clock.fastForward(stepMs);
    await expect
      .poll(async () => {
        // One call leads to the next, so nothing may be open before and after the page's turn.
        const before = [...open];
        await page.evaluate(() => new Promise((resolve) => queueMicrotask(() => resolve(null))));
        return [...before, ...open];
      })
      .toEqual([]);
  }
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
    await page.clock.install();
    const open = followCalls(page);
    const attributes = { "keep-alive": policy };
    const embed = await EmbedPage.open(page, ready, { frame: "none", attributes });
    await embed.embedLive();
    await begin?.(page);
    for (let minutes = 0; minutes < 40; minutes += 4) {
      await passFourMinutes(page, ready, open);
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
