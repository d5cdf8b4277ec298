// What stands around the frame: cover, banner, dialog, and the line that screen readers read out. Shows views; knows no
// session.
import { box, paragraph } from "./dom.js";
import { localNetworkPolicy } from "./localnet.js";
import type { MessageKey, Messages } from "./messages/keys.js";
import { style } from "./style.js";
import { Toasts, slottedPlaces } from "./toasts.js";
import type { View } from "./view.js";
import type { OperatorMessage } from "./wire.js";

/** What a portal may put in place of the default message; null = the default after all. */
export type RenderMessage = (view: View) => Node | string | null;

export class Cover {
  readonly frame = document.createElement("iframe");
  readonly #cover = box("cover", "cover");
  readonly #banner = box("banner", "banner");
  readonly #dialog = document.createElement("dialog");
  /** Read out when its text changes; it stays in place, since regions that come with their text are not read. */
  readonly #said = box("said", "announcement");
  readonly #message = box("message", "message");
  readonly #slot = document.createElement("slot");
  readonly #toasts = new Toasts();
  #isModal = false;
  #stopCounting: (() => void) | null = null;

  constructor(root: ShadowRoot) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    const stage = box("stage", "stage");
    this.frame.setAttribute("part", "frame");
    this.frame.referrerPolicy = "origin";
    this.frame.allow = localNetworkPolicy;
    this.#dialog.setAttribute("part", "dialog");
    this.#said.setAttribute("role", "status");
    this.#said.setAttribute("aria-live", "polite");
    this.#message.setAttribute("role", "group");
    this.#message.tabIndex = -1;
    this.#message.append(this.#slot);
    // The state decides when the dialog may go, not the Escape key, and browsers let a page refuse only the first one.
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
    this.#dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") event.preventDefault();
    });
    this.#dialog.addEventListener("close", () => {
      if (this.#isModal && this.#dialog.isConnected) this.#dialog.showModal();
    });
    stage.append(this.#banner, this.frame);
    root.append(stage, this.#cover, this.#dialog, this.#toasts.element, this.#said);
    this.#hideAll();
  }

  /** Shows `view`. `endsAt` is when the announced end comes, for the count-down. */
  show(
    view: View,
    messages: Messages,
    language: string,
    endsAt: number | null,
    render: RenderMessage | null,
  ): void {
    this.#stopCounting?.();
    this.#stopCounting = null;
    this.frame.title = messages.frame;
    const { how } = view.presentation;
    if (view.key === null || how === "none" || how === "redirect") {
      this.#hideAll();
      return;
    }
    const hadFocus = this.#hasFocus();
    this.#slot.name = view.state;
    this.#fill(view, messages, language, endsAt, render?.(view) ?? null);
    const { title, text } = textsOf(view, view.key, messages);
    this.#message.setAttribute("aria-label", title);
    this.#place(how);
    this.#announce(`${title}. ${secondsIn(text, endsAt)}`, language);
    // Whoever was in the frame would be left on nothing when it becomes inert.
    if (how === "cover" && hadFocus) this.#message.focus({ preventScroll: true });
  }

  /** Shows what an operator says, over the sheet, until it is closed. */
  toast(message: OperatorMessage, messages: Messages, language: string): void {
    this.#toasts.show(message, messages, language);
  }

  closeToasts(): void {
    this.#toasts.close();
  }

  /** The frame's height in pixels of CSS; null = as high as the element leaves room for. */
  setHeight(height: number | null): void {
    if (height === null) this.frame.style.removeProperty("block-size");
    else this.frame.style.blockSize = `${height}px`;
  }

  hide(): void {
    this.#stopCounting?.();
    this.#hideAll();
  }

  #place(how: "cover" | "modal" | "banner"): void {
    const home = how === "cover" ? this.#cover : how === "banner" ? this.#banner : this.#dialog;
    if (this.#message.parentElement !== home) home.append(this.#message);
    this.#cover.hidden = how !== "cover";
    this.#banner.hidden = how !== "banner";
    this.frame.inert = how !== "banner";
    this.#isModal = how === "modal";
    this.#dialog.setAttribute("aria-label", this.#message.getAttribute("aria-label") ?? "");
    if (!this.#isModal) this.#dialog.close();
    else if (!this.#dialog.open) this.#dialog.showModal();
  }

  #hideAll(): void {
    this.#cover.hidden = true;
    this.#banner.hidden = true;
    this.#isModal = false;
    this.#dialog.close();
    this.#said.textContent = "";
    this.frame.inert = false;
  }

  /** The slot's own content shows where the portal gave none for this state. */
  #fill(
    view: View,
    messages: Messages,
    language: string,
    endsAt: number | null,
    own: Node | string | null,
  ): void {
    if (view.key === null) return;
    const { title, text } = textsOf(view, view.key, messages);
    for (const place of slottedPlaces(this.#slot)) place.textContent = text;
    if (own !== null) {
      this.#slot.replaceChildren(own);
      return;
    }
    const body = paragraph("text", "");
    const write = (): void => {
      body.textContent = secondsIn(text, endsAt);
    };
    write();
    if (endsAt !== null) {
      const timer = setInterval(write, 1000);
      this.#stopCounting = () => clearInterval(timer);
    }
    const parts: Node[] = [paragraph("title", title), body];
    if (view.isBusy) parts.unshift(spinner());
    if (view.actions.length > 0) {
      const actions = box("actions", "actions");
      for (const action of view.actions) {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset["fanlight"] = action;
        button.setAttribute("part", `button ${action}`);
        button.textContent = messages.actions[action];
        actions.append(button);
      }
      parts.push(actions);
    }
    this.#message.lang = language;
    this.#slot.replaceChildren(...parts);
  }

  #announce(text: string, language: string): void {
    const slotted = this.#slot.assignedElements().map((element) => element.textContent ?? "");
    this.#said.lang = language;
    this.#said.textContent = slotted.length > 0 ? slotted.join(" ").trim() : text;
  }

  #hasFocus(): boolean {
    const root = this.frame.getRootNode();
    return root instanceof ShadowRoot && root.activeElement !== null;
  }
}

/** The message of a view: what was written for the person goes before what there is in their language. */
function textsOf(view: View, key: MessageKey, messages: Messages): { title: string; text: string } {
  const [title, text] = messages.texts[key];
  return { title, text: view.words ?? text };
}

function secondsIn(text: string, endsAt: number | null): string {
  const left = endsAt === null ? 0 : Math.max(0, Math.round((endsAt - Date.now()) / 1000));
  return text.replace("{seconds}", String(left));
}

function spinner(): HTMLElement {
  const element = box("spinner", "spinner");
  element.setAttribute("aria-hidden", "true");
  return element;
}
