// Embeds that share a session are over together, and start again together: whoever clicks on one of them means the session.
import { endsLogin } from "./lifetime.js";
import type { Ports } from "./ports.js";
import type { State } from "./state.js";
import type { TabMessage, Tabs } from "./tabs.js";

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
    const { name } = this.#self.state();
    if (name !== "ended" && name !== "blocked") return;
    this.#tabs.tell({ type: "restarted", identity: this.#identity, page: this.#page });
  }

  heard({ identity, page }: Extract<TabMessage, { readonly type: "restarted" }>): void {
    if (identity === this.#identity && this.#comesAlong(page === this.#page)) this.#self.start();
  }

  /** What ended for a reason of its own, such as an app that is gone, would only end again. */
  #comesAlong(isSamePage: boolean): boolean {
    const state = this.#self.state();
    if (state.name === "blocked") return true;
    if (state.name !== "ended") return false;
    // A page that was made for the person before is not to fill with the data of the one after.
    return endsLogin(state.reason) && (isSamePage || state.reason !== "replaced");
  }
}
