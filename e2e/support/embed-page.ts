// A page of the demo portal that holds embeds and little else, and writes down every transition of theirs.
import { expect } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import type { Ready } from "./server.js";

/** A `fanlight-state` event, and what its page showed for it. */
export interface Told {
  readonly state: string;
  readonly previous: string;
  readonly reason: string | null;
  readonly code: number | null;
  readonly attempt: number | null;
  readonly secondsLeft: number | null;
  readonly how: string | null;
  readonly notRestored: readonly string[];
  readonly detail: string;
  /** Milliseconds of the page's clock since 1970. */
  readonly at: number;
  /** The same, when the page had dealt with it. */
  readonly seenAt: number;
  readonly shown: Shown | null;
  /** What the frame is to hold by then. */
  readonly frame: string | null;
}

export interface Shown {
  /** The part that the message stands in: `cover`, `banner`, or `dialog`. */
  readonly place: string;
  readonly title: string;
  readonly text: string;
}

/** A message of the framed page. */
export interface Framed {
  readonly type: string;
  /** Milliseconds of the page's clock since 1970. */
  readonly at: number;
}

/** What the page's own script keeps. */
interface EmbedWindow {
  /** By the embed's identity. */
  readonly told: Record<string, Told[]>;
  readonly onlineAt: number[];
  readonly framed: Framed[];
  readonly csrf: string;
  embedWithoutFrame(identity: string, attributes: Attributes): void;
  readonly embeds: Record<string, Embed>;
}

/** The element, or what `createEmbed` makes. */
interface Embed {
  readonly app: App | null;
  suspend(): void;
  end(): Promise<void>;
}

/** The open app, as far as the specs call it. */
interface App {
  getAppLayout(): Promise<unknown>;
  getField(name: string): Promise<{
    selectValues(values: readonly { qText: string }[]): Promise<boolean>;
  }>;
  createSessionObject(properties: object): Promise<{ readonly id: string; getLayout(): Promise<unknown> }>;
  destroySessionObject(id: string): Promise<unknown>;
}

export type Attributes = Readonly<Record<string, string>>;

export interface Options {
  readonly identity?: string;
  /** Beside what every embed needs; an empty one is left out. */
  readonly attributes?: Attributes;
  /**
   * `real`: the tenant's own page with one chart. `stand-in`: a page that shakes hands as the tenant's does and draws
   * nothing. `none`: no element, an engine session without a sheet.
   */
  readonly frame?: "real" | "stand-in" | "none";
}

const standIn = `<!doctype html><html lang="en"><title>Stand-in</title><script>
  const tell = (type, more) => parent.postMessage({ source: "fanlight-single", type, ...more }, "*");
  tell("loading");
  tell("ready", { title: "", charts: 0 });
</script></html>`;

const script = (tenant: string): string => `
  import { createEmbed } from "${tenant}/embed/fanlight-embed.js";
  const shownIn = (element) => {
    const root = element.shadowRoot;
    const place = root?.querySelector("[part=cover]:not([hidden]), [part=banner]:not([hidden]), dialog[open]");
    const title = place?.querySelector("[part=title]")?.textContent;
    const text = place?.querySelector("[part=text]")?.textContent;
    return title ? { place: place.getAttribute("part"), title, text } : null;
  };
  const keep = (identity, event, element) => (told[identity] ??= []).push({
    ...event,
    shown: element && shownIn(element),
    frame: element?.shadowRoot.querySelector("iframe").getAttribute("src") ?? null,
    seenAt: Date.now(),
  });
  addEventListener("fanlight-state", ({ target, detail }) => keep(target.getAttribute("identity"), detail, target));
  addEventListener("fanlight-frame", ({ detail }) =>
    framed.push({ type: detail.type, at: Date.now() }));
  addEventListener("online", () => onlineAt.push(Date.now()));
  window.embedWithoutFrame = (identity, attributes) => {
    const embed = createEmbed({
      host: attributes.host, app: attributes.app, identity, webIntegration: attributes["web-integration"],
      tokenEndpoint: attributes["token-endpoint"], tokenHeaders: () => ({ "x-csrf-token": csrf }),
      keepAlive: attributes["keep-alive"],
    });
    embeds[identity] = embed;
    embed.on("state", (event) => keep(identity, event, null));
  };
  window.isReady = true;
`;

const html = (
  tenant: string,
): string => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Embeds</title>
  <script>Object.assign(window, { told: {}, framed: [], onlineAt: [], embeds: {} });</script>
  <script type="module">${script(tenant)}</script>
  <main></main></html>`;

export class EmbedPage {
  readonly page: Page;
  readonly ready: Ready;
  readonly identity: string;
  readonly #options: Options;

  private constructor(page: Page, ready: Ready, options: Options) {
    this.page = page;
    this.ready = ready;
    this.identity = options.identity ?? randomUUID();
    this.#options = options;
  }

  /** A page whose person is signed in to the portal; nothing is embedded so far. */
  static async open(page: Page, ready: Ready, options: Options = {}): Promise<EmbedPage> {
    const own = new EmbedPage(page, ready, options);
    const { tenant, portal } = ready;
    await page.route(`${portal}/embeds`, (route) =>
      route.fulfill({ contentType: "text/html", body: html(tenant) }),
    );
    if (options.frame === "stand-in")
      await page.route(`${tenant}/single/**`, (route) =>
        route.fulfill({ contentType: "text/html", body: standIn }),
      );
    await page.goto(`${portal}/embeds`);
    await page.waitForFunction(() => "isReady" in window);
    await page.evaluate(async () => {
      const known = await fetch("/me");
      const signIn = {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"person":"ada"}',
      };
      const { csrf } = (await (known.ok ? known : await fetch("/sign-in", signIn)).json()) as {
        csrf: string;
      };
      Object.assign(window, { csrf });
    });
    return own;
  }

  /** Puts the embed into the page. */
  async embed(): Promise<void> {
    const { tenant, appId, webIntegrationId } = this.ready;
    const given: Record<string, string> = {
      host: tenant,
      app: appId,
      object: "kpi-departures",
      lang: "en",
      "web-integration": webIntegrationId,
      "token-endpoint": "/analytics-token",
      ...this.#options.attributes,
    };
    const isElement = this.#options.frame !== "none";
    await this.page.evaluate(
      ({ given, identity, isElement }) => {
        const own = window as unknown as EmbedWindow;
        if (!isElement) return own.embedWithoutFrame(identity, given);
        const element = document.createElement("fanlight-embed");
        for (const [name, value] of Object.entries({ ...given, identity }))
          if (value !== "") element.setAttribute(name, value);
        Object.assign(element, {
          tokenHeaders: () => ({ "x-csrf-token": own.csrf }),
        });
        own.embeds[identity] = element as unknown as Embed;
        document.querySelector("main")?.append(element);
      },
      { given, identity: this.identity, isElement },
    );
  }

  /** Puts the embed into the page, and waits until its charts answer. */
  async embedLive(): Promise<void> {
    await this.embed();
    await this.reaches("live");
    if (this.#options.frame !== "none") await expect(this.message).toBeHidden();
  }

  get element(): Locator {
    return this.page.locator("fanlight-embed");
  }

  /** The message over, or beside, the frame. */
  get message(): Locator {
    return this.element.getByRole("group");
  }

  button(name: string): Locator {
    return this.element.getByRole("button", { name });
  }

  told(): Promise<Told[]> {
    return this.page.evaluate(
      (identity) => (window as unknown as EmbedWindow).told[identity] ?? [],
      this.identity,
    );
  }

  /** All transitions so far as words: `suspended:network#1006`, `live:attached`. */
  async path(): Promise<string[]> {
    return pathOf(await this.told());
  }

  /** Waits until the newest transition begins with `step`, such as `live` or `ended:revoked`. */
  async reaches(step: string): Promise<void> {
    const newest = async (): Promise<string> => (await this.path()).at(-1) ?? "nothing";
    await expect.poll(newest, { intervals: [50] }).toMatch(new RegExp(`^${step}`));
  }

  /** Waits for the transition after the first `count`, which begins with `step`, whatever comes after it. */
  async goesOn(count: number, step: string): Promise<void> {
    const next = async (): Promise<string> => (await this.path())[count] ?? "nothing";
    await expect.poll(next, { intervals: [50] }).toMatch(new RegExp(`^${step}`));
  }

  /** When each `online` event came, and what the frame has told. */
  onlineAt(): Promise<number[]> {
    return this.page.evaluate(() => (window as unknown as EmbedWindow).onlineAt);
  }

  framed(): Promise<Framed[]> {
    return this.page.evaluate(() => (window as unknown as EmbedWindow).framed);
  }

  /** Selects in the open app. */
  async select(field: string, ...values: readonly string[]): Promise<void> {
    const isSelected = await this.page.evaluate(
      async ({ identity, field, values }) => {
        const app = (window as unknown as EmbedWindow).embeds[identity]?.app;
        const found = await app?.getField(field);
        return found?.selectValues(values.map((qText) => ({ qText })));
      },
      { identity: this.identity, field, values },
    );
    expect(isSelected, `${field} can be selected`).toBe(true);
  }

  /** The selected values by field, as the engine has them. */
  selections(): Promise<Record<string, string>> {
    return this.page.evaluate(async (identity) => {
      const app = (window as unknown as EmbedWindow).embeds[identity]?.app;
      if (app === null || app === undefined) throw new Error("no app is open");
      const list = await app.createSessionObject({
        qInfo: { qType: "CurrentSelections" },
        qSelectionObjectDef: {},
      });
      const { qSelectionObject } = (await list.getLayout()) as {
        qSelectionObject: {
          qSelections?: { qField: string; qSelected: string }[];
        };
      };
      await app.destroySessionObject(list.id);
      const found = qSelectionObject.qSelections ?? [];
      return Object.fromEntries(found.map(({ qField, qSelected }) => [qField, qSelected]));
    }, this.identity);
  }

  /** Whether the engine answers a call of the page. */
  async answers(): Promise<boolean> {
    return this.page.evaluate(async (identity) => {
      const app = (window as unknown as EmbedWindow).embeds[identity]?.app;
      return (await app?.getAppLayout()) !== undefined;
    }, this.identity);
  }

  async suspend(): Promise<void> {
    await this.page.evaluate(
      (identity) => (window as unknown as EmbedWindow).embeds[identity]?.suspend(),
      this.identity,
    );
  }

  /** Signs out of the tenant, as a portal's own button would. */
  async end(): Promise<void> {
    await this.page.evaluate(
      (identity) => (window as unknown as EmbedWindow).embeds[identity]?.end(),
      this.identity,
    );
  }
}

/** Attempts of one resumption count as one step: how many there are is the network's affair. */
export function pathOf(told: readonly Told[]): string[] {
  const steps = told.filter(({ state, attempt }) => state !== "resuming" || attempt === 1);
  return steps.map(stepOf);
}

export function stepOf({ state, reason, how, code }: Told): string {
  const detail = reason ?? how;
  return `${state}${detail === null ? "" : `:${detail}`}${code === null ? "" : `#${code}`}`;
}
