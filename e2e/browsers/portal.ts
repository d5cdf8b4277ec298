// The demo portal's front page in a window of any browser. Its embed A leaves it to the SDK to tell what happens.
import { expect } from "@playwright/test";
import { randomUUID } from "node:crypto";
import type { BrowserWindow } from "./window.js";

const embed = "embed-a";

export class Portal {
  readonly #window: BrowserWindow;

  constructor(window: BrowserWindow) {
    this.#window = window;
  }

  /** Signs in as Ada, unless the browser still is, with an engine session of its own; and waits for the charts. */
  async signIn(portal: string): Promise<void> {
    await this.#window.open(`${portal}/?identity=${randomUUID()}`);
    // The page that shows the embeds has been entered once they have their attributes.
    const enter = `if (document.getElementById("${embed}")?.hasAttribute("app")) return true;
      [...document.querySelectorAll("button")].find(({ textContent }) => /Ada/.test(textContent))?.click();
      return false;`;
    await expect.poll(() => this.#window.run(enter)).toBe(true);
    await this.isLive();
    await this.isDrawn();
  }

  /** All three embeds have their sessions. */
  async isLive(): Promise<void> {
    const states = `return [...document.querySelectorAll("fanlight-embed")].map(({ state }) => state.name);`;
    await expect.poll(() => this.#window.run(states)).toEqual(["live", "live", "live"]);
  }

  /** The sheet can be seen, and each of its charts has put something into its cell. */
  async isDrawn(): Promise<void> {
    await expect.poll(() => this.message()).toBeNull();
    const isDrawn = `const count = (selector) => document.querySelectorAll(selector).length;
      return count(".cell") > 0 && count(".cell.pending, .cell.missing") === 0 && count(".cell canvas, .cell svg") > 0;`;
    await expect.poll(() => this.#window.runIn(embed, isDrawn)).toBe(true);
  }

  /** What lets the frame in: its address says so. */
  async way(): Promise<"cookie" | "ticket"> {
    const source = await this.#window.run(
      `return document.getElementById("${embed}").shadowRoot.querySelector("iframe").src;`,
    );
    return new URL(String(source)).searchParams.get("auth") === "ticket" ? "ticket" : "cookie";
  }

  /** All transitions so far as words, oldest first: `suspended:network`, `live:attached`. The portal's page lists them. */
  async path(): Promise<string[]> {
    const rows = `return [...document.querySelectorAll("#transitions tr")].reverse().map((row) => {
      const [, state, reason] = [...row.cells].map(({ textContent }) => textContent.trim());
      return reason === "" ? state : state + ":" + reason;
    });`;
    return (await this.#window.run(rows)) as string[];
  }

  /** The SDK's own words over the chart: title and text. */
  async message(): Promise<readonly [string, string] | null> {
    const shown = `const root = document.getElementById("${embed}").shadowRoot;
      const place = root.querySelector("[part=cover]:not([hidden]), [part=banner]:not([hidden]), dialog[open]");
      const title = place?.querySelector("[part=title]")?.textContent;
      return title ? [title, place.querySelector("[part=text]")?.textContent ?? ""] : null;`;
    return (await this.#window.run(shown)) as readonly [string, string] | null;
  }

  /** Presses a button of the panel "Make it fail". */
  async fail(name: string): Promise<void> {
    await this.#window.run(`document.querySelector('[data-failure="${name}"]').click();`);
  }

  async backToNormal(): Promise<void> {
    await this.#window.run(`document.getElementById("normal").click();`);
    await this.isLive();
  }

  /** A method of the element that takes no arguments. */
  async call(method: "suspend" | "resume" | "end"): Promise<void> {
    await this.#window.run(`await document.getElementById("${embed}").${method}();`);
  }

  /** What a chart says in words. */
  textOf(object: string): Promise<unknown> {
    return this.#window.runIn(embed, `return document.querySelector('[data-object="${object}"]').innerText;`);
  }

  /** Selects a value as the portal's own code could. */
  async select(field: string, value: string): Promise<void> {
    const select = `const field = await document.getElementById("${embed}").app.getField("${field}");
      return field.selectValues([{ qText: "${value}" }]);`;
    expect(await this.#window.run(select), `${field} can be selected`).toBe(true);
  }

  /** Clicks on the first bar of the bar chart and confirms. */
  async selectFirstBar(): Promise<void> {
    const confirm = `[...document.querySelectorAll("button")].find(({ title, ariaLabel }) => /Confirm selection/.test(title + ariaLabel))`;
    const isOffered = `const button = ${confirm}; return button !== undefined && !button.disabled;`;
    await expect(async () => {
      // A chart that has just been drawn may not take clicks yet; a second click on a selected bar would take it back.
      if (await this.#window.runIn(embed, isOffered)) return;
      // Bars stand on the axis near the bottom; the first one is to the right of the measure axis.
      const spot = { selector: `[data-object="departures-by-carrier"]`, across: 0.2, down: 0.72 };
      await this.#window.clickIn(embed, spot);
      await expect.poll(() => this.#window.runIn(embed, isOffered), { timeout: 15_000 }).toBe(true);
    }).toPass();
    await this.#window.runIn(embed, `${confirm}.click();`);
  }

  /** The fields with a selection, as the engine has them. */
  async selectedFields(): Promise<string[]> {
    const fields = `const { app } = document.getElementById("${embed}");
      const list = await app.createSessionObject({ qInfo: { qType: "CurrentSelections" }, qSelectionObjectDef: {} });
      const { qSelectionObject } = await list.getLayout();
      await app.destroySessionObject(list.id);
      return (qSelectionObject.qSelections ?? []).map(({ qField }) => qField);`;
    return (await this.#window.run(fields)) as string[];
  }
}
