// The session: carries out what the state machine decides, and reports what comes of it.
import { Engine } from "./engine.js";
import { EmbedError, Refusal, passing, throwIfAborted } from "./errors.js";
import type { Verdict } from "./errors.js";
import { Keeper } from "./keeper.js";
import type { Kept } from "./keeper.js";
import { Lifetime, endsLogin } from "./lifetime.js";
import { Login } from "./login.js";
import type { LoginWord } from "./login.js";
import { finalEvent, isSilence, patientWithAccess } from "./outcome.js";
import type { Ports } from "./ports.js";
import { Pulse } from "./pulse.js";
import type { KeepAlive } from "./pulse.js";
import type { Doc } from "./qix.js";
import { Siblings } from "./siblings.js";
import { Stability } from "./stability.js";
import { graceMs, initial, transition } from "./state.js";
import type { Connected, Effect, EndReason, Event, State } from "./state.js";
import { Tabs } from "./tabs.js";
import type { TabMessage } from "./tabs.js";
import { Tenant } from "./tenant.js";
import type { TokenSource } from "./token.js";
import { backOff, pause, retrying, within } from "./wait.js";
import { closeVerdict, readExpiring, readLifetime, readOperatorMessage } from "./wire.js";
import type { CloseVerdict, OperatorMessage } from "./wire.js";

export interface SessionOptions {
  /** The tenant's origin. */
  readonly host: string;
  readonly app: string;
  /** Sessions of one user and app with the same identity share selections. */
  readonly identity: string | null;
  readonly webIntegration: string | null;
  readonly token: TokenSource;
  readonly keepAlive: KeepAlive;
  /** How long the engine session is to outlive its last connection; null = as the tenant likes. */
  readonly ttlSeconds: number | null;
  /** Null = find out the app's own theme. */
  readonly theme: string | null;
  readonly schema: object | null;
}

export interface SessionEvents {
  changed(change: Change): void;
  /** An operator has something to say to the person. */
  said(message: OperatorMessage): void;
}

export interface Change {
  readonly state: State;
  readonly previous: State;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const connectTries = 5;
const frameGraceMs = 1_000;
/** How long a closed connection may pass for an open one, while the tenant is asked what its closing means. */
const outlivedMs = 3_000;

export class Session {
  readonly #options: SessionOptions;
  readonly #ports: Ports;
  readonly #events: SessionEvents;
  readonly #tenant: Tenant;
  readonly #engine: Engine;
  readonly #pulse: Pulse;
  readonly #tabs: Tabs;
  readonly #siblings: Siblings;
  readonly #login: Login;
  readonly #lifetime: Lifetime;
  readonly #stability: Stability;
  readonly #keeper: Keeper;
  readonly #life = new AbortController();
  readonly #stopListening: (() => void)[];
  readonly #queue: Event[] = [];
  #isBusy = false;
  #state: State = initial;
  /** Aborts when the session is over or another one is begun: what was asked about this one is no news of that one. */
  #current = new AbortController();
  /** Aborts what is under way when the state machine says `cancel`. */
  #attempt = new AbortController();
  #cancelWait: (() => void) | null = null;
  /** The app's own theme; undefined until it was asked for. */
  #theme: string | null | undefined;
  /** What the server said of an end while the app was being opened. */
  #expiring: Event | null = null;

  constructor(options: SessionOptions, ports: Ports, events: SessionEvents) {
    this.#options = options;
    this.#ports = ports;
    this.#events = events;
    this.#tenant = new Tenant(ports, options);
    this.#engine = new Engine(ports, options, {
      lost: (verdict, code) => this.#lost(verdict, code),
      notified: (name, params) => this.#notified(name, params),
      heard: () => this.#pulse.heard(),
    });
    this.#pulse = new Pulse(ports, options.keepAlive, {
      slept: () => this.dispatch({ type: "slept" }),
      quiet: () => void this.#probe(),
      present: () => void this.#keeper.present(),
    });
    this.#tabs = new Tabs(ports, options.host, (message) => this.#overheard(message));
    this.#siblings = new Siblings(ports, this.#tabs, options.identity, {
      state: () => this.#state,
      start: () => this.dispatch({ type: "start" }),
    });
    this.#login = new Login(ports, this.#tenant, this.#tabs, options);
    this.#stability = new Stability(ports);
    this.#lifetime = new Lifetime(ports, () => void this.#keeper.extend("lifetime", "policy"));
    this.#keeper = this.#makeKeeper();
    this.#stopListening = [
      ports.listen("online", () => this.dispatch({ type: "online" })),
      ports.listen("offline", () => this.dispatch({ type: "offline" })),
      ports.listen("shown", () => this.#shown()),
      ports.listen("activity", () => this.activity()),
    ];
  }

  get state(): State {
    return this.#state;
  }

  /** Starts the session, or a new one in place of the present one; its siblings that are over come along. */
  restart(): void {
    this.#siblings.restarts();
    this.dispatch({ type: "start" });
  }

  /** The open app; null until the session was live for the first time, and after its end. */
  get doc(): Doc | null {
    return this.#engine.doc;
  }

  /** The theme to show the sheet in; null = the tenant's default. */
  get theme(): string | null {
    return this.#options.theme ?? this.#theme ?? null;
  }

  /** How connections of this session are let in. */
  get credential(): "cookie" | "ticket" {
    return this.#login.by === "ticket" ? "ticket" : "cookie";
  }

  /** Tells the state machine; events that come while one is dealt with wait for their turn. */
  dispatch(event: Event): void {
    if (this.#life.signal.aborted) return;
    this.#queue.push(event);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#isBusy = false;
    }
  }

  /** The person did something in the page or in the frame. */
  activity(): void {
    this.#pulse.active();
    this.dispatch({ type: "activity" });
  }

  /** Puts off an end that was announced, whatever the keep-alive policy says. */
  async stayAlive(): Promise<void> {
    if (this.#state.name === "expiring") await this.#keeper.extend(this.#state.reason, "portal");
  }

  /** Signs out: ends the login session, and with it every tab's engine sessions. */
  async end(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    // A renewal under way would sign the person in again.
    this.#beginAnew();
    try {
      await this.#login.signOut(signal);
    } catch (error) {
      throwIfAborted(signal);
      const cause = error instanceof Error ? error : undefined;
      throw new EmbedError("tenant-unreachable", "the tenant did not hear of the sign-out", { cause });
    } finally {
      // Whatever the tenant heard, this page is done with it.
      if (!signal.aborted) this.dispatch({ type: "ended", reason: "signed-out", code: null, detail: "" });
    }
  }

  /**
   * The framed page's own connection was closed with `code`. It shares the engine session, so this page's connection is
   * given a moment to tell the reason itself. Resolves with whether the session goes on.
   */
  async frameLost(code: number): Promise<boolean> {
    const verdict = closeVerdict(code, null);
    await pause(this.#ports, frameGraceMs, this.#current.signal);
    if (!this.#isOpen) return false;
    if (verdict.kind !== "ended" || this.#lifetime.isOutlived(verdict.reason)) return true;
    this.dispatch({ type: "ended", reason: verdict.reason, code, detail: verdict.detail });
    return false;
  }

  /**
   * The framed page says that nobody is signed in: either that is so, or its frame gets no cookie. Resolves with whether
   * the session goes on.
   */
  async frameSignedOut(): Promise<boolean> {
    const { signal } = this.#current;
    const word = await this.#login.ask(signal);
    if (signal.aborted || !this.#isOpen) return false;
    // Without an answer nothing is known of cookies, only that the network is not what it should be.
    if (word === "silent") return true;
    if (word !== "stands") this.dispatch({ type: "ended", reason: word, code: null, detail: "" });
    else this.dispatch({ type: "blocked", reason: "cookies-blocked", detail: "the frame gets no cookie" });
    return false;
  }

  /** A credential for one WebSocket of the framed page, in a session without cookies. */
  frameTicket(signal: AbortSignal): Promise<string> {
    return this.#login.ticket(signal);
  }

  /** Lets go of everything. The login session stays. */
  dispose(): void {
    this.dispatch({ type: "stop" });
    this.#life.abort();
    this.#current.abort();
    this.#attempt.abort();
    for (const stop of this.#stopListening) stop();
    this.#pulse.stop();
    this.#tabs.close();
  }

  #beginAnew(): void {
    this.#current.abort();
    this.#current = new AbortController();
  }

  #shown(): void {
    if (this.#pulse.noticeSleep()) return;
    // The word that the network is back may have come while the page was frozen.
    const missedOnline =
      this.#state.name === "suspended" && this.#state.reason === "offline" && this.#ports.online();
    this.dispatch({ type: missedOnline ? "online" : "shown" });
  }

  #step(event: Event): void {
    const previous = this.#state;
    const at = this.#ports.now();
    const { state, effects } = transition(previous, event, at);
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    if (state === previous) return;
    this.#follow(state, previous);
    this.#events.changed({ state, previous, at });
    // A browser without network says so once, before anything was tried.
    const isOpening = state.name === "signing-in" || state.name === "connecting";
    if (isOpening && !this.#ports.online()) this.#queue.push({ type: "offline" });
  }

  get #isOpen(): boolean {
    return isOpen(this.#state);
  }

  #follow(state: State, previous: State): void {
    if (isOpen(state) && !isOpen(previous)) {
      this.#stability.connected();
      this.#lifetime.connected();
      this.#pulse.connected();
      if (this.#expiring !== null) this.#queue.push(this.#expiring);
      this.#expiring = null;
    } else if (!isOpen(state) && isOpen(previous)) {
      this.#pulse.disconnected();
    }
    // Tabs that are over already do not listen, so the word does not go round in circles.
    if (state.name === "ended" && endsLogin(state.reason))
      this.#tabs.tell({ type: "ended", reason: state.reason, detail: state.detail });
    const isOver = state.name === "ended" || state.name === "blocked" || state.name === "idle";
    if (isOver || state.name === "signing-in") this.#beginAnew();
    if (isOver) {
      this.#pulse.stop();
      this.#lifetime.stop();
    } else {
      this.#pulse.start();
    }
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case "cancel":
        this.#attempt.abort();
        this.#attempt = new AbortController();
        this.#cancelWait?.();
        this.#cancelWait = null;
        return;
      case "disconnect":
        return this.#engine.disconnect();
      case "close":
        this.#login.forget();
        return this.#engine.close();
      case "sign-in":
        return this.#run((signal) => this.#login.signIn(signal).then(() => ({ type: "signed-in" })));
      case "connect":
        return this.#run((signal) => this.#connectFirst(signal));
      case "resume":
        return this.#run((signal) => this.#resume(signal));
      case "wait":
        this.#cancelWait?.();
        this.#cancelWait = this.#ports.timer(
          () => this.dispatch({ type: "due" }),
          Math.max(0, effect.until - this.#ports.now()),
        );
        return;
      case "probe":
        return void this.#probe();
      case "extend":
        return void this.#keeper.extend(effect.reason, effect.by);
    }
  }

  /** Does `work` and dispatches its outcome, unless it was cancelled meanwhile. */
  #run(work: (signal: AbortSignal) => Promise<Event>): void {
    const { signal } = this.#attempt;
    work(signal)
      .catch((error: unknown) => this.#eventOf(error))
      .then((event) => {
        if (!signal.aborted) this.dispatch(event);
      })
      // A listener of the portal that throws must not look like a failed attempt.
      .catch((error: unknown) => reportError(error));
  }

  #eventOf(error: unknown): Event {
    const verdict: Verdict =
      error instanceof Refusal
        ? error.verdict
        : { kind: "blocked", reason: "tenant-unreachable", detail: String(error) };
    const last = verdict.kind === "retry" ? verdict.otherwise : verdict;
    // Without a network nobody was there to refuse anything.
    if (!this.#ports.online() && isSilence(last.reason)) return { type: "offline" };
    if (verdict.kind !== "retry" || this.#state.name !== "resuming") return finalEvent(last);
    const retryInMs = backOff(this.#state.attempt, () => this.#ports.random(), verdict.patience);
    return { type: "failed", retryInMs };
  }

  async #connectFirst(signal: AbortSignal): Promise<Event> {
    const connect = async (): Promise<Connected> => {
      try {
        return await this.#connect(signal);
      } catch (error) {
        throw patientWithAccess(error);
      }
    };
    return { type: "opened", ...(await retrying(this.#ports, connectTries, signal, connect)) };
  }

  async #resume(signal: AbortSignal): Promise<Event> {
    if (this.#login.by === "nothing") await this.#login.signIn(signal);
    else await this.#login.checkPerson(signal);
    try {
      return { type: "opened", ...(await this.#connect(signal)) };
    } catch (error) {
      const verdict = error instanceof Refusal ? error.verdict : null;
      // The lifetime ran out while the page could not renew it.
      const canRenew = verdict?.kind === "ended" && verdict.reason === "lifetime" && this.#pulse.mayKeep;
      if (!canRenew) throw error;
      if (this.#login.by === "ticket") await this.#login.signIn(signal);
      else await this.#login.renew(0, signal);
      return { type: "opened", ...(await this.#connect(signal)) };
    }
  }

  async #connect(signal: AbortSignal): Promise<Connected> {
    const query = await this.#login.credentials(signal);
    this.#expiring = null;
    const { app, identity, ttlSeconds } = this.#options;
    const connected = await this.#engine.connect(
      this.#tenant.socketUrl(app, identity, ttlSeconds, query),
      signal,
    );
    if (this.theme === null && this.#theme === undefined) this.#theme = await this.#engine.theme(signal);
    // The connection may have gone again while the theme was on its way.
    if (!this.#engine.isConnected) throw passing("tenant-unreachable", "the connection was lost at once");
    return connected;
  }

  #lost(verdict: CloseVerdict, code: number): void {
    if (verdict.kind === "ended" && this.#lifetime.isOutlived(verdict.reason))
      return void this.#outlive(verdict.reason, code, verdict.detail).catch(() => undefined);
    if (verdict.kind === "ended")
      return this.dispatch({ type: "ended", reason: verdict.reason, code, detail: verdict.detail });
    this.#dropped(verdict, code);
  }

  /** An end that may be that of a login session with a successor: nothing is told before the tenant was asked about that one. */
  async #outlive(reason: EndReason, code: number, detail: string): Promise<void> {
    const { signal } = this.#attempt;
    const ask = (own: AbortSignal): Promise<LoginWord> => this.#login.ask(own);
    const late = (): Error => new EmbedError("tenant-unreachable", "");
    const word = await within(this.#ports, outlivedMs, signal, ask, late).catch(() => "silent" as const);
    // Meanwhile the network may have gone, a new connection come, or the person gone on to something else.
    if (signal.aborted || !this.#isOpen) return;
    if (word !== "stands" && word !== "silent") return this.dispatch({ type: "ended", reason, code, detail });
    this.#dropped({ kind: "dropped", reason: "network", patience: "none" }, code);
  }

  #dropped(verdict: Extract<CloseVerdict, { readonly kind: "dropped" }>, code: number): void {
    if (!this.#ports.online()) return this.dispatch({ type: "offline" });
    const { reason, patience } = verdict;
    this.dispatch({ type: "dropped", reason, code, retryInMs: this.#stability.firstWait(reason, patience) });
  }

  #notified(name: string, params: unknown): void {
    const said = readOperatorMessage(name, params);
    if (said !== null) this.#events.said(said);
    if (name === "OnSessionExpiring") {
      const expiring = readExpiring(params);
      if (expiring === null) return;
      if (this.#isOpen) this.dispatch({ type: "expiring", ...expiring });
      else this.#expiring = { type: "expiring", ...expiring };
    } else if (name === "OnSessionExtended") {
      this.#expiring = null;
      this.dispatch({ type: "renewed" });
    }
    const left = readLifetime(params);
    if (left !== null) this.#lifetime.heard(left * 1000, name === "OnSessionExtended");
  }

  async #probe(): Promise<void> {
    const { signal } = this.#attempt;
    const answers = await this.#engine.ping(signal).catch(() => null);
    if (signal.aborted || answers === null) return;
    const state = this.#state;
    if (!answers) {
      if (!this.#ports.online()) return this.dispatch({ type: "offline" });
      return this.dispatch({ type: "dropped", reason: "network", code: null, retryInMs: 0 });
    }
    // The end that was announced is past, and the session is there: somebody put it off.
    if (state.name === "expiring" && state.endsAt + graceMs <= this.#ports.now())
      this.dispatch({ type: "renewed" });
  }

  #makeKeeper(): Keeper {
    const session: Kept = {
      state: () => this.#state,
      signal: () => this.#current.signal,
      dispatch: (event) => this.dispatch(event),
      probe: () => this.#probe(),
    };
    return new Keeper(session, {
      policy: this.#options.keepAlive,
      engine: this.#engine,
      login: this.#login,
      pulse: this.#pulse,
      lifetime: this.#lifetime,
    });
  }

  #overheard(message: TabMessage): void {
    if (message.type === "restarted") return this.#siblings.heard(message);
    if (this.#login.by === "ticket") return this.#overheardByTicket(message);
    if (this.#login.by !== "cookie") return;
    switch (message.type) {
      case "renewed":
        return this.#keeper.renewed();
      case "signed-in":
        this.#lifetime.signedInAgain();
        if (message.user === this.#login.user) return;
        return this.dispatch({ type: "ended", reason: "replaced", code: null, detail: "" });
      case "ended":
        return void this.#heardOfEnd(message.reason, message.detail);
    }
  }

  /** Each tab has a login session of its own then, but the person who signs out in one of them means all. */
  #overheardByTicket(message: TabMessage): void {
    if (message.type === "ended" && message.reason === "signed-out")
      this.dispatch({ type: "ended", reason: "signed-out", code: null, detail: "" });
  }

  /** Another tab's session has ended with its login session. That may be one that this tab has left behind. */
  async #heardOfEnd(reason: EndReason, detail: string): Promise<void> {
    const { signal } = this.#current;
    const word = await this.#login.ask(signal);
    if (signal.aborted || word === "stands" || word === "silent") return;
    this.dispatch({ type: "ended", reason, code: null, detail });
  }
}

/** Whether there is a connection. */
function isOpen({ name }: State): boolean {
  return name === "live" || name === "expiring";
}
