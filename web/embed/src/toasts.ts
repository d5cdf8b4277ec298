// What operators say to the person: over the sheet, read out when it comes, and there until it is closed.
import { box, paragraph } from "./dom.js";
import type { Messages } from "./messages/keys.js";
import type { OperatorMessage } from "./wire.js";

/** Older ones make way. */
const mostAtOnce = 4;

export class Toasts {
  readonly element = box("toasts", "toasts");
  readonly #list = box("toast-list", "toast-list");
  readonly #slot = document.createElement("slot");
  readonly #close = document.createElement("button");

  constructor() {
    // It stays in place, since regions that come with their text are not read.
    this.element.setAttribute("role", "log");
    this.element.setAttribute("aria-live", "polite");
    this.#slot.name = "message";
    this.#close.type = "button";
    this.#close.setAttribute("part", "button dismiss");
    this.#close.dataset["fanlight"] = "dismiss-messages";
    this.#slot.append(this.#list, this.#close);
    this.element.append(this.#slot);
    this.close();
  }

  show({ severity, text }: OperatorMessage, messages: Messages, language: string): void {
    const toast = box("toast", `toast ${severity}`);
    toast.dataset["severity"] = severity;
    toast.append(paragraph("text", text));
    this.#list.append(toast);
    while (this.#list.childElementCount > mostAtOnce) this.#list.firstElementChild?.remove();
    this.#close.textContent = messages.actions.dismiss;
    this.#close.lang = language;
    for (const place of slottedPlaces(this.#slot)) place.textContent = text;
    this.element.classList.remove("empty");
  }

  close(): void {
    this.element.classList.add("empty");
    this.#list.replaceChildren();
  }
}

/** Where a portal's own content wants the words: `data-fanlight-text`. */
export function slottedPlaces(slot: HTMLSlotElement): Element[] {
  return slot
    .assignedElements()
    .flatMap((element) => [
      ...(element.matches("[data-fanlight-text]") ? [element] : []),
      ...element.querySelectorAll("[data-fanlight-text]"),
    ]);
}
