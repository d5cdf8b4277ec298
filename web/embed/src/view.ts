// What a state looks like to the person: which message, shown how, with which buttons. No DOM here.
import type { Action, MessageKey } from "./messages/keys.js";
import type { State, StateName } from "./state.js";

/**
 * `cover`: over the frame. `modal`: a dialog over the whole page, which holds the focus. `banner`: beside the frame, which
 * stays in use. `none`: nothing; the portal listens. `redirect`: to another address.
 */
export type Presentation =
  | { readonly how: "cover" | "modal" | "banner" | "none" }
  | { readonly how: "redirect"; readonly url: string };

export type Presentations = Partial<Readonly<Record<StateName, Presentation>>>;

/** Whether an operator's message is shown over the sheet, or left to the page. */
export type MessagePresentation = "toast" | "none";

export interface View {
  readonly state: StateName;
  readonly presentation: Presentation;
  /** Null = there is nothing to say. */
  readonly key: MessageKey | null;
  /** What somebody wrote for the person, in place of the message's own text; null = nobody did. */
  readonly words: string | null;
  readonly actions: readonly Action[];
  /** Whether something is under way that ends by itself. */
  readonly isBusy: boolean;
}

const nothing: Presentation = { how: "none" };

const defaults: Readonly<Record<StateName, Presentation>> = {
  idle: nothing,
  "signing-in": { how: "cover" },
  connecting: { how: "cover" },
  live: { how: "banner" },
  expiring: { how: "banner" },
  suspended: { how: "cover" },
  resuming: { how: "cover" },
  ended: { how: "cover" },
  blocked: { how: "cover" },
};

/** The view of `state`; `isDrawn` = the framed page stands. */
export function viewOf(state: State, isDrawn: boolean, chosen: Presentations): View {
  const { key, actions, isBusy } = contentOf(state, isDrawn);
  // Until the sheet stands, a live session still looks like one that is being opened.
  const shown = state.name === "live" && !isDrawn ? "connecting" : state.name;
  const presentation = key === null ? nothing : (chosen[shown] ?? defaults[shown]);
  return { state: shown, presentation, key, words: wordsOf(state), actions, isBusy };
}

/** Of the reasons of an end, only an operator's is written for the person. */
function wordsOf(state: State): string | null {
  return state.name === "ended" && state.reason === "revoked" && state.detail !== "" ? state.detail : null;
}

function contentOf(state: State, isDrawn: boolean): Pick<View, "key" | "actions" | "isBusy"> {
  switch (state.name) {
    case "idle":
      return { key: null, actions: [], isBusy: false };
    case "signing-in":
    case "connecting":
    case "resuming":
      return { key: state.name, actions: [], isBusy: true };
    case "live":
      if (!isDrawn) return { key: "connecting", actions: [], isBusy: true };
      if (state.notRestored.length === 0) return { key: null, actions: [], isBusy: false };
      return { key: "rebuilt", actions: ["dismiss"], isBusy: false };
    case "expiring":
      return { key: `expiring.${state.reason}`, actions: ["stay"], isBusy: false };
    case "suspended":
      return {
        key: `suspended.${state.reason}`,
        actions: state.reason === "manual" ? ["resume"] : [],
        isBusy: state.reason !== "manual" && state.reason !== "offline",
      };
    case "ended":
      return { key: `ended.${state.reason}`, actions: ["restart"], isBusy: false };
    case "blocked":
      return { key: `blocked.${state.reason}`, actions: ["restart"], isBusy: false };
  }
}

/** Reads `message=none` out of the same text. */
export function readMessagePresentation(text: string): MessagePresentation {
  return text.split(/\s+/).includes("message=none") ? "none" : "toast";
}

/** Reads `ended=modal blocked=redirect:/help expiring=none`; what makes no sense is left out. */
export function readPresentations(text: string): Presentations {
  const chosen: Partial<Record<StateName, Presentation>> = {};
  for (const word of text.split(/\s+/)) {
    const [name = "", ...rest] = word.split("=");
    const how = rest.join("=");
    if (!Object.hasOwn(defaults, name)) continue;
    const state = name as StateName;
    if (how === "cover" || how === "modal" || how === "banner" || how === "none") chosen[state] = { how };
    else if (how.startsWith("redirect:"))
      chosen[state] = { how: "redirect", url: how.slice("redirect:".length) };
  }
  return chosen;
}
