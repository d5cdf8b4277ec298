// The page's three embeds: two that share a session, and one apart.
import { csrfHeader } from "./backend.js";
import type { Config } from "./backend.js";
import { completeSlots, speakForIt } from "./covers.js";
import { make, part } from "./dom.js";
import { showSelections } from "./selections.js";
import { Story, inWords } from "./story.js";
import type { FanlightEmbedElement, StateEvent } from "./tenant.js";

/** An embed, where it sits in the page, and what it went through. */
export interface Seat {
  readonly letter: string;
  readonly identity: string;
  readonly embed: FanlightEmbedElement;
  readonly story: Story;
  /** Says the state in the card and in the chooser. */
  readonly chips: readonly HTMLElement[];
  readonly choice: HTMLInputElement;
}

const object = "departures-by-month";
const isPhone = matchMedia("(max-width: 639px)");

/** Embeds with the same identity share their selections, in this page and in others; `base` keeps pages apart. */
export function takeSeats(base: string): readonly Seat[] {
  const seats = [seat("A", base), seat("B", base), seat("C", `${base}-apart`)];
  const [, b, c] = seats;
  if (b !== undefined) completeSlots(b.embed);
  if (c !== undefined) speakForIt(c.embed);
  return seats;
}

/** From here on the embeds sign in and show their charts. */
export function start(seats: readonly Seat[], config: Config, theme: string): void {
  for (const { letter, identity, embed } of seats) {
    // A single chart has no room for the selections bar; its card lists the selections.
    const shown = letter === "A" ? { sheet: config.sheetId, opt: "currsel" } : { object };
    const attributes = {
      theme,
      identity,
      host: config.tenant,
      app: config.appId,
      "web-integration": config.webIntegrationId,
      "token-endpoint": "/analytics-token",
      ...shown,
    };
    // On a phone a sheet is one column, longer than the window: it takes its own height, and the page alone scrolls.
    embed.toggleAttribute("auto-height", isPhone.matches);
    embed.tokenHeaders = csrfHeader;
    for (const [name, value] of Object.entries(attributes)) embed.setAttribute(name, value);
  }
}

export function tell({ chips, story }: Seat, event: StateEvent): void {
  story.add(event);
  showChips(chips, event);
}

function showChips(chips: readonly HTMLElement[], event: StateEvent): void {
  for (const chip of chips) {
    chip.dataset["state"] = event.state;
    chip.title = inWords(event);
    chip.replaceChildren(make("span", event.state));
  }
}

function seat(letter: string, identity: string): Seat {
  const id = letter.toLowerCase();
  const embed = part<FanlightEmbedElement>(`embed-${id}`);
  const header = embed.closest("article")?.querySelector("header");
  const selections = make("ul", "", "selections");
  selections.setAttribute("aria-label", `Selections of embed ${letter}`);
  const chips = [make("p", "", "chip"), make("span", "", "chip")];
  const [inCard, inChoice] = chips as [HTMLElement, HTMLElement];
  header?.append(selections, inCard);

  const choice = make("input");
  choice.type = "radio";
  choice.name = "watched";
  choice.value = letter;
  const label = make("label");
  label.dataset["identity"] = id === "c" ? "apart" : "shared";
  label.append(choice, make("span", letter, "letter"), inChoice);
  part("choices").append(label);

  showSelections(embed, selections);
  const story = new Story();
  showChips(chips, story.present);
  return { letter, identity, embed, story, chips, choice };
}
