// Putting off an end that was announced: who may, and by what call.
import type { Engine } from "./engine.js";
import type { Lifetime } from "./lifetime.js";
import type { Login } from "./login.js";
import type { KeepAlive, Pulse } from "./pulse.js";
import type { Event, ExpiryReason, State } from "./state.js";

/** Who wants the end put off: the keep-alive policy, the person by doing something, or the portal by its own code. */
export type Asker = "policy" | "person" | "portal";

/** The session, as far as its keeper sees it. */
export interface Kept {
  state(): State;
  /** Aborts when the session is over or another one is begun. */
  signal(): AbortSignal;
  dispatch(event: Event): void;
  /** Finds out whether the connection still answers. */
  probe(): Promise<void>;
}

interface Means {
  readonly policy: KeepAlive;
  readonly engine: Engine;
  readonly login: Login;
  readonly pulse: Pulse;
  readonly lifetime: Lifetime;
}

const defaultFreshMs = 60_000;

export class Keeper {
  readonly #session: Kept;
  readonly #means: Means;
  /** Being put off, by what may be one of many clicks. */
  #isExtending = false;

  constructor(session: Kept, means: Means) {
    this.#session = session;
    this.#means = means;
  }

  /** By the policy, the person counts as present. */
  async present(): Promise<void> {
    const state = this.#session.state();
    const isWarned = state.name === "expiring" && state.reason === "idle";
    if (!isWarned || this.#may("idle", "policy")) await this.#touch();
  }

  async extend(reason: ExpiryReason, by: Asker): Promise<void> {
    if (!this.#may(reason, by) || (this.#isExtending && by === "person")) return;
    this.#isExtending = true;
    const signal = this.#session.signal();
    try {
      if (reason === "idle") {
        if (await this.#touch()) this.#session.dispatch({ type: "renewed" });
        return;
      }
      const state = this.#session.state();
      const freshForMs = state.name === "expiring" ? state.secondsLeft * 1000 : defaultFreshMs;
      await this.#means.login.renew(freshForMs, signal);
      if (!signal.aborted) this.renewed();
    } catch {
      // The end comes as it was announced, and is told then.
    } finally {
      this.#isExtending = false;
    }
  }

  /** The login session was renewed by a token. */
  renewed(): void {
    this.#means.lifetime.signedInAgain();
    const state = this.#session.state();
    if (state.name === "expiring" && state.reason === "idle") return;
    this.#session.dispatch({ type: "renewed" });
  }

  #may(reason: ExpiryReason, by: Asker): boolean {
    const { policy, pulse } = this.#means;
    if (by === "portal") return true;
    if (by === "person") return policy !== "never";
    // Whoever was asked whether they are there has to do something: that the page can be seen is no answer.
    return pulse.mayKeep && (reason === "lifetime" || policy !== "visible");
  }

  /** Calls that count as the person's presence, to the engine session and to the login session. */
  async #touch(): Promise<boolean> {
    const signal = this.#session.signal();
    try {
      await this.#means.login.touch(signal);
      if (await this.#means.engine.touch(signal)) return true;
    } catch {
      // What that means is found out next.
    }
    await this.#session.probe();
    return false;
  }
}
