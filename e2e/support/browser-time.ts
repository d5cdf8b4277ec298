// Time that passes for all pages of a browser, in steps that none of them takes for a sleep.
import { expect } from "@playwright/test";
import type { BrowserContext, Page, Request } from "@playwright/test";

const stepMs = 15_000;

export class BrowserTime {
  readonly #context: BrowserContext;
  /** What pages have asked and not been told so far, by HTTP and over their WebSockets. */
  readonly #open = new Set<string>();

  private constructor(context: BrowserContext) {
    this.#context = context;
    const nameOf = (request: Request): string => `${request.method()} ${request.url()}`;
    context.on("request", (request) => void this.#open.add(nameOf(request)));
    context.on("response", (response) => void this.#open.delete(nameOf(response.request())));
    context.on("requestfailed", (request) => void this.#open.delete(nameOf(request)));
    context.on("page", (page) => this.#followSockets(page));
    for (const page of context.pages()) this.#followSockets(page);
  }

  /** Goes before the pages are opened. Their time also passes by itself, as ours does. */
  static async install(context: BrowserContext): Promise<BrowserTime> {
    await context.clock.install();
    return new BrowserTime(context);
  }

  /**
   * The pages' deadlines run on their clock, so each of their calls is answered before the next step, and whoever waits
   * for another page to be done has had its turn.
   */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await this.#context.clock.fastForward(Math.min(stepMs, ms - passed));
      await expect.poll(() => this.#underWay(), { intervals: [20] }).toEqual([]);
    }
  }

  /** One call leads to the next, so nothing may be open before and after the pages' turn. */
  async #underWay(): Promise<string[]> {
    const before = [...this.#open];
    const locks = await Promise.all(this.#context.pages().map((page) => page.evaluate(locksOf)));
    return [...before, ...locks.flat(), ...this.#open];
  }

  #followSockets(page: Page): void {
    page.on("websocket", (socket) => {
      const idOf = (text: string | Buffer): string => {
        const { id } = JSON.parse(text.toString()) as { id?: number };
        return `${socket.url()} ${id}`;
      };
      socket.on("framesent", ({ payload }) => void this.#open.add(idOf(payload)));
      socket.on("framereceived", ({ payload }) => void this.#open.delete(idOf(payload)));
      socket.on("close", () => {
        for (const name of this.#open) if (name.startsWith(socket.url())) this.#open.delete(name);
      });
    });
  }
}

/** What the pages of this origin do one at a time. */
async function locksOf(): Promise<string[]> {
  const { held = [], pending = [] } = await navigator.locks.query();
  return [...held, ...pending].map(({ name }) => name ?? "");
}
