// The bar above the sheet: what could not be applied, what operators say, and that the session ends soon.
import { directionOf } from "./messages.js";
import type { Speech } from "./messages.js";
import type { NotApplied } from "./preselect.js";

export interface Notice {
  /** A later notice of the same key takes the place of the earlier one. */
  readonly key: string;
  readonly text: string;
  readonly severity: "notice" | "warning";
  readonly actions?: readonly Action[];
}

interface Action {
  readonly label: string;
  readonly act: () => void;
}

/** Says in the bar what there is to say. Each notice stays until it is closed, by its reader or by `withdraw`. */
export class Notices {
  readonly #bar: HTMLElement;
  readonly #shown = new Map<string, HTMLElement>();

  constructor(bar: HTMLElement) {
    this.#bar = bar;
  }

  show({ key, text, severity, actions = [] }: Notice, speech: Speech): void {
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.dataset["severity"] = severity;
    notice.dataset["key"] = key;
    notice.lang = speech.language;
    notice.dir = directionOf(speech.language);
    const words = document.createElement("p");
    // An operator may write in another language than the page's.
    words.dir = "auto";
    words.textContent = text;
    const close = { label: speech.words.close, act: () => this.withdraw(key) };
    notice.append(words, ...[...actions, close].map(button));
    const before = this.#shown.get(key);
    if (before === undefined) this.#bar.append(notice);
    else before.replaceWith(notice);
    this.#shown.set(key, notice);
  }

  /** Changes the text of a notice that is shown, without its being read out again. */
  retext(key: string, text: string): void {
    const words = this.#shown.get(key)?.querySelector("p");
    if (words) words.textContent = text;
  }

  withdraw(key: string): void {
    this.#shown.get(key)?.remove();
    this.#shown.delete(key);
  }
}

/** Names what could not be applied, in the reader's language. */
export function sayNotApplied(missed: readonly NotApplied[], speech: Speech): string {
  const named = missed.map((one) => {
    if (one.kind !== "values") return `${speech.words[one.kind]} “${one.name}”`;
    const values = one.values.map((value) => `“${value}”`).join(", ");
    return values === "" ? `“${one.name}”` : `${one.name}: ${values}`;
  });
  return `${speech.words["not-applied"]} ${named.join("; ")}`;
}

function button({ label, act }: Action): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.addEventListener("click", act);
  return element;
}
