// `createEmbed`: the session and, where there is one, the frame, as one thing with one state. Needs no DOM without a frame.
import { EmbedError, aborted, throwIfAborted } from "./errors.js";
import { Frame, sheetUrl } from "./frame.js";
import type { FrameElement, MessageTarget } from "./frame.js";
import { Heights } from "./heights.js";
import type { Size } from "./heights.js";
import { isLocalNetworkDenied } from "./localnet.js";
import { browserPorts } from "./ports.js";
import type { Ports } from "./ports.js";
import type { KeepAlive } from "./pulse.js";
import type { Doc } from "./qix.js";
import { Session } from "./session.js";
import type { Change } from "./session.js";
import type { How, State, StateName } from "./state.js";
import type { TokenSource } from "./token.js";
import type { FrameMessage, OperatorMessage } from "./wire.js";

export interface EmbedOptions {
  /** The tenant's origin, such as `https://tenant.example`. */
  readonly host: string;
  readonly app: string;
  readonly sheet?: string | undefined;
  /** A single object in place of a sheet. */
  readonly object?: string | undefined;
  /** Embeds of one person and app with the same identity share selections. */
  readonly identity?: string | undefined;
  readonly webIntegration?: string | undefined;
  /** Address of the portal's token endpoint; asked by `POST` with the portal's cookies. */
  readonly tokenEndpoint?: string | undefined;
  /** Headers of that request, such as the portal's own CSRF token; read anew each time. */
  readonly tokenHeaders?: (() => Readonly<Record<string, string>>) | undefined;
  /** In place of an endpoint: the portal's own code that comes by a token. */
  readonly getToken?: ((signal: AbortSignal) => Promise<string>) | undefined;
  /** Default: `visible`. */
  readonly keepAlive?: KeepAlive | undefined;
  /** Default: the app's own theme. */
  readonly theme?: string | undefined;
  readonly lang?: string | undefined;
  readonly bookmark?: string | undefined;
  readonly opt?: readonly string[] | undefined;
  readonly select?: readonly string[] | undefined;
  /** How long the engine session is to outlive its last connection. */
  readonly ttlSeconds?: number | undefined;
  /** The full schema of enigma.js, for calls beyond the usual ones. */
  readonly schema?: object | undefined;
  /** Where the sheet is shown; without one the embed is an engine session only. */
  readonly frame?: FrameElement | undefined;
  /**
   * Lets the sheet be as high as its content and say so: a frame's message of type `height`. The owner of the frame gives it
   * that height; `<fanlight-embed auto-height>` does it by itself.
   */
  readonly autoHeight?: boolean | undefined;
  /** `none` for tenants whose sheet page does not speak to its parent; then a refused frame goes unnoticed. */
  readonly handshake?: "required" | "none" | undefined;
  /** `manual`: wait for {@link Embed.restart}. */
  readonly start?: "at-once" | "manual" | undefined;
  /** Aborting it disposes the embed. */
  readonly signal?: AbortSignal | undefined;
  /** What stands in for the browser, in tests. */
  readonly ports?: Ports | undefined;
  readonly messages?: MessageTarget | undefined;
}

/** One transition, told once. */
export interface StateEvent {
  readonly state: StateName;
  readonly previous: StateName;
  readonly reason: string | null;
  /** Close code of the engine's WebSocket, where one was involved. */
  readonly code: number | null;
  /** Attempt to resume, from 1. */
  readonly attempt: number | null;
  /** When that attempt starts, in milliseconds since 1970. */
  readonly nextAt: number | null;
  readonly secondsLeft: number | null;
  /** For `live`: what the connection found. */
  readonly how: How | null;
  readonly notRestored: readonly string[];
  /**
   * For `blocked` one technical line, never a token. For `revoked` the reason that an operator gave.
   */
  readonly detail: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface EmbedEvents {
  state: StateEvent;
  /** What the framed page tells. */
  frame: FrameMessage;
  /** An operator has something to say to the person. */
  message: OperatorMessage;
  /** The session is fine, but the framed page cannot show the sheet. */
  error: EmbedError;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface Embed {
  readonly state: State;
  /** The open app; null before the first `live` and after the end. */
  readonly app: Doc | null;
  /** Aborts when the embed is disposed. */
  readonly signal: AbortSignal;
  /** Returns what stops the listening. */
  on<K extends keyof EmbedEvents>(type: K, listener: (event: EmbedEvents[K]) => void): () => void;
  /** Starts the session, or a new one in place of the present one. */
  restart(): void;
  /** Lets go of the connection until {@link resume}; the engine session is kept for a while. */
  suspend(): void;
  resume(): void;
  /** Puts off an end that was announced, whatever the keep-alive policy says. */
  stay(): Promise<void>;
  /** Signs the person out of the tenant, in all tabs. */
  end(options?: CallOptions): Promise<void>;
  /** Resolves with the open app as soon as the session is live; rejects when it has ended, or is blocked. */
  whenLive(options?: CallOptions): Promise<Doc>;
  /** Takes everything down. The login session stays. */
  dispose(): void;
}

/** How long a frame that failed soon after it was loaded again has to wait for the next time. */
const reloadWaitsMs = { first: 10_000, cap: 60_000 } as const;
/** A frame that lasted longer starts with no wait again. */
const calmMs = 120_000;

/** What a frame says that may go well the next time. */
const passingFailures: ReadonlySet<string> = new Set([
  "unreachable",
  "offline",
  "no-ticket",
  "session-ended",
  "too-many-requests",
  "charts-not-loaded",
]);

export function createEmbed(options: EmbedOptions): Embed {
  return new SessionEmbed(options);
}

class SessionEmbed implements Embed {
  readonly #options: EmbedOptions;
  readonly #host: string;
  readonly #ports: Ports;
  readonly #session: Session;
  readonly #frame: Frame | null;
  readonly #life = new AbortController();
  readonly #listeners: { [K in keyof EmbedEvents]: Set<(event: EmbedEvents[K]) => void> } = {
    state: new Set(),
    frame: new Set(),
    message: new Set(),
    error: new Set(),
  };
  readonly #heights = new Heights();
  #isFramed = false;
  #reloadedAt = Number.NEGATIVE_INFINITY;
  /** How often the frame was loaded again without a calm time since. */
  #reloads = 0;
  #cancelReload: (() => void) | null = null;

  constructor(options: EmbedOptions) {
    this.#options = options;
    this.#host = originOf(options.host);
    if (options.app === "") throw new EmbedError("bad-option", "app is empty");
    this.#ports = options.ports ?? browserPorts;
    this.#session = new Session(
      {
        host: this.#host,
        app: options.app,
        identity: options.identity ?? null,
        webIntegration: options.webIntegration ?? null,
        token: tokenSource(options),
        keepAlive: options.keepAlive ?? "visible",
        ttlSeconds: options.ttlSeconds ?? null,
        theme: options.theme ?? null,
        schema: options.schema ?? null,
      },
      this.#ports,
      {
        changed: (change) => this.#changed(change),
        said: (message) => this.#emit("message", message),
      },
    );
    this.#frame = this.#makeFrame();
    options.signal?.addEventListener("abort", () => this.dispose(), { signal: this.#life.signal });
    if (options.signal?.aborted) this.dispose();
    else if (options.start !== "manual") queueMicrotask(() => this.#begin());
  }

  get state(): State {
    return this.#session.state;
  }

  get app(): Doc | null {
    return this.#session.doc;
  }

  get signal(): AbortSignal {
    return this.#life.signal;
  }

  on<K extends keyof EmbedEvents>(type: K, listener: (event: EmbedEvents[K]) => void): () => void {
    this.#listeners[type].add(listener);
    return () => this.#listeners[type].delete(listener);
  }

  restart(): void {
    this.#session.restart();
  }

  suspend(): void {
    this.#session.dispatch({ type: "suspend" });
  }

  resume(): void {
    this.#session.dispatch({ type: "resume" });
  }

  stay(): Promise<void> {
    return this.#session.stayAlive();
  }

  end({ signal }: CallOptions = {}): Promise<void> {
    return this.#session.end(signal ?? this.#life.signal);
  }

  async whenLive({ signal: own }: CallOptions = {}): Promise<Doc> {
    const signal = own === undefined ? this.#life.signal : AbortSignal.any([own, this.#life.signal]);
    throwIfAborted(signal);
    const settled = this.#settled();
    if (settled !== null) return settled;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        stopListening();
        signal.removeEventListener("abort", abort);
      };
      const abort = (): void => {
        done();
        reject(aborted(signal));
      };
      const stopListening = this.on("state", () => {
        const now = this.#settled();
        if (now === null) return;
        done();
        now.then(resolve, reject);
      });
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  dispose(): void {
    if (this.#life.signal.aborted) return;
    this.#session.dispose();
    this.#cancelReload?.();
    this.#frame?.dispose();
    this.#life.abort();
  }

  #begin(): void {
    if (this.#session.state.name === "idle") this.restart();
  }

  /** The app or the reason why there is none; null as long as that may change by itself. */
  #settled(): Promise<Doc> | null {
    const { state, doc } = this.#session;
    if ((state.name === "live" || state.name === "expiring") && doc !== null) return Promise.resolve(doc);
    if (state.name === "ended") return Promise.reject(new EmbedError(state.reason, state.detail));
    if (state.name === "blocked") return Promise.reject(new EmbedError(state.reason, state.detail));
    return null;
  }

  #makeFrame(): Frame | null {
    const { frame, handshake, messages } = this.#options;
    if (frame === undefined) return null;
    const events = {
      told: (message: FrameMessage): void => this.#told(message),
      silent: (): void => void this.#frameSilent(),
      stuck: (): void => this.#lostFrame(1006, "stuck"),
    };
    const patience = handshake === "none" ? null : undefined;
    return new Frame(frame, this.#host, this.#ports, messages ?? window, events, patience);
  }

  /** The tenant refuses the frame, or the browser does not let it get there. */
  async #frameSilent(): Promise<void> {
    const reason = (await isLocalNetworkDenied(this.#ports)) ? "local-network-denied" : "frame-refused";
    // Meanwhile the page may have gone on to something else.
    if (this.#frame?.isSilent !== true) return;
    this.#session.dispatch({ type: "blocked", reason, detail: "the frame stayed silent" });
  }

  #changed({ state, previous, at }: Change): void {
    this.#follow(state, previous);
    this.#emit("state", stateEvent(state, previous, at));
  }

  /** The frame is kept, covered by whoever shows it, for as long as the session may come back. */
  #follow(state: State, previous: State): void {
    // Whatever comes next, the frame comes by its page in another way.
    if (state.name !== "live" && state.name !== "expiring") this.#cancelReload?.();
    switch (state.name) {
      case "live":
        if (previous.name === "expiring") return;
        if (!this.#isFramed || state.notRestored.length > 0) this.#frame?.show(this.#url());
        else this.#frame?.recover(this.#url());
        this.#isFramed = true;
        return;
      case "suspended":
        if (state.reason === "manual") this.#frame?.send({ type: "suspend" });
        return this.#frame?.pause();
      case "resuming":
        return this.#frame?.pause();
      case "idle":
      case "signing-in":
      case "ended":
      case "blocked":
        this.#isFramed = false;
        return this.#frame?.clear();
      case "connecting":
      case "expiring":
    }
  }

  #told(message: FrameMessage): void {
    if (message.type === "loading") this.#heights.forget();
    if (message.type === "height") return this.#toldHeight(message);
    this.#emit("frame", message);
    switch (message.type) {
      case "error":
        return this.#frameFailed(message.code, message.message);
      case "closed":
        return this.#lostFrame(message.closeCode, message.code);
      case "activity":
        return this.#session.activity();
      case "ticket-wanted":
        return void this.#giveTicket().catch(() => undefined);
      case "loading":
      case "ready":
      case "rendered":
      case "suspended":
      case "resumed":
    }
  }

  #toldHeight(size: Size): void {
    if (this.#options.autoHeight !== true) return;
    const height = this.#heights.accept(size);
    if (height !== null) this.#emit("frame", { type: "height", height, width: size.width });
  }

  #frameFailed(code: string, message: string): void {
    if (code === "cookies-blocked")
      this.#session.dispatch({
        type: "blocked",
        reason: "cookies-blocked",
        detail: "the frame keeps no cookie",
      });
    else if (code === "session-limit")
      this.#session.dispatch({ type: "ended", reason: "session-limit", code: null, detail: "" });
    else if (this.#mayPass(code)) this.#lostFrame(1006, code);
    else if (code === "signed-out") void this.#frameSignedOut().catch(() => undefined);
    else this.#emit("error", new EmbedError("frame-error", `${code}: ${message}`));
  }

  #mayPass(code: string): boolean {
    // A page by ticket is in nobody's cookie session; all that can be amiss is its ticket.
    return passingFailures.has(code) || (code === "signed-out" && this.#session.credential === "ticket");
  }

  /**
   * A frame that lost its own connection for good, or never had one, while the session goes on, is loaded again: at once
   * the first time, and with longer and longer waits, each told as an error, when that does not help.
   */
  #lostFrame(closeCode: number, code: string): void {
    const goesOn = this.#session.frameLost(closeCode);
    goesOn.then((does) => (does ? this.#reloadSoon(code) : undefined)).catch(() => undefined);
  }

  async #frameSignedOut(): Promise<void> {
    if (await this.#session.frameSignedOut()) this.#reloadSoon("signed-out");
  }

  #reloadSoon(code: string): void {
    if (this.#ports.now() - this.#reloadedAt >= calmMs) this.#reloads = 0;
    if (this.#reloads === 0) return this.#reload();
    const { first, cap } = reloadWaitsMs;
    const wait = Math.min(cap, first * 2 ** (this.#reloads - 1));
    this.#cancelReload?.();
    this.#cancelReload = this.#ports.timer(() => this.#reload(), wait);
    const again = `${code}: the frame is loaded again in ${wait / 1000} s`;
    this.#emit("error", new EmbedError("frame-error", again));
  }

  #reload(): void {
    this.#reloads += 1;
    this.#reloadedAt = this.#ports.now();
    this.#frame?.show(this.#url());
  }

  async #giveTicket(): Promise<void> {
    const ticket = await this.#session.frameTicket(this.#life.signal);
    this.#frame?.send({ type: "ticket", ticket });
  }

  #url(): string {
    const { app, sheet, object, identity, lang, bookmark, opt, select } = this.#options;
    return sheetUrl(this.#host, {
      app,
      sheet: sheet ?? null,
      object: object ?? null,
      identity: identity ?? null,
      theme: this.#session.theme,
      lang: lang ?? null,
      bookmark: bookmark ?? null,
      opt: opt ?? [],
      select: select ?? [],
      credential: this.#session.credential,
      isAutoHigh: this.#options.autoHeight === true,
    });
  }

  /** A listener that throws is the portal's bug, and must not keep the others or the session from going on. */
  #emit<K extends keyof EmbedEvents>(type: K, event: EmbedEvents[K]): void {
    for (const listener of [...this.#listeners[type]]) {
      try {
        listener(event);
      } catch (error) {
        reportError(error);
      }
    }
  }
}

export function stateEvent(state: State, previous: State, at: number): StateEvent {
  return {
    state: state.name,
    previous: previous.name,
    reason: "reason" in state ? state.reason : null,
    code: "code" in state ? state.code : null,
    attempt: "attempt" in state ? state.attempt : null,
    nextAt: "nextAt" in state ? state.nextAt : null,
    secondsLeft: "secondsLeft" in state ? state.secondsLeft : null,
    how: "how" in state ? state.how : null,
    notRestored: "notRestored" in state ? state.notRestored : [],
    detail: "detail" in state ? state.detail : "",
    at,
  };
}

function tokenSource({ tokenEndpoint, tokenHeaders, getToken }: EmbedOptions): TokenSource {
  if (getToken !== undefined) return getToken;
  if (tokenEndpoint === undefined || tokenEndpoint === "")
    throw new EmbedError("bad-option", "give tokenEndpoint or getToken");
  return { url: tokenEndpoint, headers: tokenHeaders ?? (() => ({})) };
}

function originOf(host: string): string {
  const text = /^https?:\/\//.test(host) ? host : `https://${host}`;
  if (!URL.canParse(text)) throw new EmbedError("bad-option", `host is no address: ${host}`);
  return new URL(text).origin;
}
