// The demo portal's front page, seen as its user does.
import type { FrameLocator, Locator, Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";
import { sheetIsDrawn } from "./fixtures.js";

export type Letter = "a" | "b" | "c";
export const letters: readonly Letter[] = ["a", "b", "c"];

export class Front {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** With an identity of its own: the sessions of other tests may linger, with their selections. */
  async signIn(portal: string, identity: string = randomUUID()): Promise<void> {
    await this.page.goto(`${portal}/?identity=${identity}`);
    await this.page.getByRole("button", { name: /Ada/ }).click();
  }

  card(letter: Letter): Locator {
    return this.page.locator(`article[data-embed="${letter}"]`);
  }

  /** What the card says of the session's state. */
  chip(letter: Letter): Locator {
    return this.card(letter).locator("header .chip");
  }

  sheet(letter: Letter): FrameLocator {
    return this.page.locator(`#embed-${letter}`).frameLocator("iframe");
  }

  /** The SDK's own message over the chart. */
  message(letter: Letter): Locator {
    return this.page.locator(`#embed-${letter} .message:visible`);
  }

  /** The portal's words for a state. */
  slot(letter: Letter, state: string): Locator {
    return this.page.locator(`#embed-${letter} [slot="${state}"]:visible`);
  }

  selections(letter: Letter): Locator {
    return this.page
      .getByRole("list", { name: `Selections of embed ${letter.toUpperCase()}` })
      .locator("li:not(.clear)");
  }

  async watch(letter: Letter): Promise<void> {
    await this.page.locator(`#choices input[value="${letter.toUpperCase()}"]`).check();
  }

  async fail(name: string): Promise<void> {
    await this.page.locator(`[data-failure="${name}"]`).click();
  }

  async backToNormal(): Promise<void> {
    await this.page.getByRole("button", { name: "Back to normal" }).click();
  }

  /** One of the facts about the present state of the embed that is watched. */
  fact(name: "state" | "reason" | "code" | "attempt" | "note"): Locator {
    return this.page.locator(`#now [data-fact="${name}"] dd`);
  }

  /** The states that the embed that is watched went through, oldest first; a word of each line of the log. */
  async went(): Promise<string[]> {
    return (await this.page.locator("#transitions .word").allInnerTexts()).reverse();
  }

  async areLive(): Promise<void> {
    for (const letter of letters) await expect(this.chip(letter)).toHaveText("live");
    await this.areDrawn(letters);
  }

  async areDrawn(which: readonly Letter[]): Promise<void> {
    for (const letter of which) await sheetIsDrawn(this.sheet(letter));
  }

  selectMonth(letter: Letter): Promise<void> {
    return this.select(letter, "Month", "Feb");
  }

  /** Selects a value in the session of one embed, as the page itself could. */
  async select(letter: Letter, name: string, value: string): Promise<void> {
    const given = { name, value };
    await this.page.locator(`#embed-${letter}`).evaluate(async (element, { name, value }) => {
      const { app } = element as unknown as {
        app: { getField(name: string): Promise<{ selectValues(values: object[]): Promise<boolean> }> };
      };
      const field = await app.getField(name);
      await field.selectValues([{ qText: value }]);
    }, given);
  }
}
