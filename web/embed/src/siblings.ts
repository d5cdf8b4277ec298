// Embeds that share a session are over together, and start again together: whoever clicks on one of them means the session.
import { endsLogin } from "./lifetime.js";
import type { Ports } from "./ports.js";
import type { State } from "./state.js";
import type { TabMessage, Tabs } from "./tabs.js";

type Restarted = Extract<TabMessage, { readonly type: "restarted" }>;

/** The embed that has siblings. */
export interface Sibling {
  state(): State;
  /** Starts a new session, and tells nobody. */
  start(): void;
}

/** One word for all embeds of a page. */
const pages = new WeakMap<Ports, string>();

export class Siblings {
  readonly #tabs: Tabs;
  readonly #identity: string | null;
  readonly #page: string;
  readonly #self: Sibling;

  constructor(ports: Ports, tabs: Tabs, identity: string | null, self: Sibling) {
    this.#tabs = tabs;
    this.#identity = identity;
    this.#self = self;
    this.#page = pages.get(ports) ?? `${ports.now()}.${ports.random()}`;
    pages.set(ports, this.#page);
  }

  /** The person starts this one again; the others hear of it where it was over. */
  restarts(): void {
    const state = this.#self.state();
    if (state.name !== "ended" && state.name !== "blocked") return;
    const reason = state.name === "ended" ? state.reason : null;
    this.#tabs.tell({ type: "restarted", identity: this.#identity, page: this.#page, reason });
  }

  heard({ identity, page, reason }: Restarted): void {
    if (identity === this.#identity && this.#comesAlong(page === this.#page, reason)) this.#self.start();
  }

  /** What ended for a reason of its own, such as another app that is gone, would only end again. */
  #comesAlong(isSamePage: boolean, reason: Restarted["reason"]): boolean {
    const state = this.#self.state();
    if (state.name === "blocked") return true;
    if (state.name !== "ended" || !(endsLogin(state.reason) || state.reason === reason)) return false;
    // A page that was made for the person before is not to fill with the data of the one after.
    return isSamePage || state.reason !== "replaced";
  }
}
