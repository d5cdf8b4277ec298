// A tenant, the portal's token endpoint and a browser, in one object that tests can make fail.
import type { Channel, PageEvent, Ports } from "../src/ports.js";
import type { TicketRequest } from "../src/wire.js";
import { ManualClock } from "./clock.js";
import { FakeSocket } from "./socket.js";

export const host = "https://tenant.example";

/** Answers one request in place of the tenant; null = the tenant answers after all. */
type Fault = (path: string, init: RequestInit) => Response | Error | null;

export class World {
  readonly clock = new ManualClock();
  readonly requests: string[] = [];
  readonly sockets: FakeSocket[] = [];
  /** Whether packets arrive. */
  isReachable = true;
  isOnline = true;
  blocksCookies = false;
  hasTickets = false;
  /** Whether a sign-in with the cookie of a live login session renews that one. */
  renewsInPlace = false;
  user = "u-ada";
  /** The login session of the browser's cookie. */
  cookie: string | null = null;
  readonly loginSessions = new Map<string, "active" | string>();
  /** The engine session that connections attach to. */
  engineSession: "none" | "kept" = "none";
  connectedExtras: object = {};
  /** Whether `OnConnected` names the engine session. */
  tellsIds = true;
  /** Counts the engine sessions; objects live in one of them. */
  engineN = 0;
  #objectsOf = 0;
  /** How long a message of one tab takes to the others. */
  channelMs = 0;
  faults: Fault[] = [];
  socketFault: ((socket: FakeSocket) => boolean) | null = null;
  openDocError: number | null = null;
  /** Told of each call before it is answered. */
  onCall: (socket: FakeSocket, method: string) => void = () => undefined;
  #n = 0;
  readonly #held = new Map<string, Promise<void>>();
  readonly #channels = new Map<string, Set<(message: unknown) => void>>();
  readonly #locks = new Map<string, Promise<unknown>>();

  /** The connections that are open. */
  get open(): FakeSocket[] {
    return this.sockets.filter(({ readyState }) => readyState === 1);
  }

  /** How often `path` was asked for. */
  count(path: string): number {
    return this.requests.filter((request) => request === path).length;
  }

  failNext(path: string, times: number, answer: () => Response | Error): void {
    let left = times;
    this.faults.push((asked) => {
      if (asked !== path || left === 0) return null;
      left -= 1;
      return answer();
    });
  }

  async fetch(url: string, init: RequestInit): Promise<Response> {
    const { origin, pathname } = new URL(url, "https://portal.example");
    const path = origin === host ? pathname : `portal:${pathname}`;
    this.requests.push(path);
    await Promise.resolve();
    if (init.signal?.aborted) throw new DOMException("aborted", "AbortError");
    for (const fault of this.faults) {
      const answer = fault(path, init);
      if (answer instanceof Error) throw answer;
      if (answer !== null) return answer;
    }
    if (!this.isReachable) throw new TypeError("Failed to fetch");
    const answer = this.#answer(path, init);
    const held = this.#held.get(path);
    this.#held.delete(path);
    await held;
    return answer;
  }

  /** The next answer to `path` is under way until the function that is returned was called. */
  hold(path: string): () => void {
    let release = (): void => undefined;
    this.#held.set(path, new Promise((resolve) => (release = resolve)));
    return () => release();
  }

  #answer(path: string, init: RequestInit): Response {
    const token = new Headers(init.headers).get("authorization")?.replace("Bearer ", "");
    switch (path) {
      case "portal:/analytics-token":
        return Response.json({ body: `head.${this.user}.${(this.#n += 1)}` });
      case "/login/jwt-session": {
        if (this.renewsInPlace && this.#refusal() === null) {
          for (const socket of this.open) socket.notify("OnSessionExtended", { lifetimeSecondsLeft: 3600 });
          return Response.json({});
        }
        const id = `login-${(this.#n += 1)}`;
        this.loginSessions.set(id, "active");
        if (!this.blocksCookies) this.cookie = id;
        return Response.json({});
      }
      case "/api/fanlight/v1/tickets":
        if (!this.hasTickets) return new Response(null, { status: 404 });
        return this.#tickets(token ?? "", JSON.parse(String(init.body)) as TicketRequest);
      case "/api/v1/users/me":
        return this.#refusal() ?? Response.json({ id: this.user });
      case "/api/v1/csrf-token":
        return this.#refusal() ?? new Response(null, { status: 204, headers: { "qlik-csrf-token": "csrf" } });
      case "/logout":
        this.endLogin("signed-out");
        return new Response(null, { status: 204 });
      default:
        return new Response(null, { status: 404 });
    }
  }

  #tickets(token: string, { sessionId = `login-${(this.#n += 1)}`, renew }: TicketRequest): Response {
    const standing = this.loginSessions.get(sessionId) ?? "active";
    this.loginSessions.set(sessionId, standing);
    if (standing !== "active") {
      const errors = [{ code: "AUTH-2", title: "The login session has ended", detail: standing }];
      return Response.json({ errors }, { status: 401 });
    }
    if (renew)
      for (const socket of this.open) socket.notify("OnSessionExtended", { lifetimeSecondsLeft: 3600 });
    return Response.json({ tickets: [`ticket-${token}`], sessionId, expiresInSeconds: 60 }, { status: 201 });
  }

  #refusal(): Response | null {
    const standing = this.cookie === null ? "none" : this.loginSessions.get(this.cookie);
    if (standing === "active") return null;
    const errors = [{ code: "AUTH-2", title: "The login session has ended", detail: standing }];
    return Response.json({ errors }, { status: 401 });
  }

  /** Ends the cookie's login session on the server; its connections are left as they are. */
  endLogin(reason: string): void {
    if (this.cookie !== null) this.loginSessions.set(this.cookie, reason);
  }

  socket(url: string): WebSocket {
    const socket = new FakeSocket(
      url,
      (from, text) => this.#receive(from, text),
      (from, code) => {
        if (code === 1000 && from.readyState === 2) this.engineSession = "none";
      },
    );
    this.sockets.push(socket);
    queueMicrotask(() => {
      if (socket.readyState !== 0) return;
      if (!this.isReachable) return socket.closeBy(1006);
      if (this.socketFault?.(socket)) return;
      socket.accept();
      const qSessionState = this.engineSession === "kept" ? "SESSION_ATTACHED" : "SESSION_CREATED";
      if (this.engineSession === "none") this.engineN += 1;
      this.engineSession = "kept";
      const ids = this.tellsIds ? { sessionId: `engine-${this.engineN}` } : {};
      socket.notify("OnConnected", { qSessionState, ...ids, ...this.connectedExtras });
      this.#fresh.set(socket, qSessionState === "SESSION_CREATED");
    });
    return socket as unknown as WebSocket;
  }

  readonly #fresh = new Map<FakeSocket, boolean>();

  #receive(socket: FakeSocket, text: string): void {
    const { id, method } = JSON.parse(text) as { id: number; method: string };
    this.requests.push(`rpc:${method}`);
    this.onCall(socket, method);
    const answer = this.#call(socket, method);
    queueMicrotask(() => socket.say({ jsonrpc: "2.0", id, ...answer }));
  }

  #call(socket: FakeSocket, method: string): object {
    const doc = { qReturn: { qType: "Doc", qHandle: 1, qGenericId: "flights" } };
    switch (method) {
      case "OpenDoc":
        return this.openDocError === null
          ? { result: doc }
          : { error: { code: this.openDocError, message: "no", parameter: "" } };
      case "GetActiveDoc":
        return this.#fresh.get(socket)
          ? { error: { code: 1007, message: "no active app", parameter: "" } }
          : { result: doc };
      case "EngineVersion":
        return { result: { qVersion: { qComponentVersion: "1" } } };
      case "CreateSessionObject":
        this.#objectsOf = this.engineN;
        return {
          result: {
            qReturn: { qType: "GenericObject", qHandle: (this.#n += 1) + 100, qGenericId: "AppPropsList" },
          },
        };
      case "GetObject":
        return this.#objectsOf === this.engineN
          ? { result: { qReturn: { qType: "GenericObject", qHandle: 8, qGenericId: "AppPropsList" } } }
          : { result: { qReturn: { qType: null, qHandle: null } } };
      case "DestroySessionObject":
        return { result: { qSuccess: true } };
      case "GetLayout":
        return { result: { qLayout: { qAppObjectList: { qItems: [{ qData: { theme: "dusk" } }] } } } };
      default:
        return { result: {} };
    }
  }

  channel(name: string): Channel {
    const listeners = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, listeners);
    let own: ((message: unknown) => void) | null = null;
    return {
      post: (message) => {
        for (const listener of listeners)
          if (listener !== own) this.clock.timer(() => listener(message), this.channelMs);
      },
      listen(listener) {
        own = listener;
        listeners.add(listener);
      },
      close() {
        if (own !== null) listeners.delete(own);
      },
    };
  }

  async lock<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#locks.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#locks.set(
      name,
      mine.catch(() => undefined),
    );
    return mine;
  }
}

/** One tab of the world's browser. */
export class Tab implements Ports {
  readonly #world: World;
  readonly #listeners = new Map<PageEvent, Set<() => void>>();
  isVisible = true;
  readonly permissions = new Map<string, "granted" | "denied" | "prompt">();
  nextRandom = 0.5;

  constructor(world: World) {
    this.#world = world;
  }

  fetch(url: string, init: RequestInit): Promise<Response> {
    return this.#world.fetch(url, init);
  }

  socket(url: string): WebSocket {
    return this.#world.socket(url);
  }

  now(): number {
    return this.#world.clock.now;
  }

  timer(callback: () => void, ms: number): () => void {
    return this.#world.clock.timer(callback, ms);
  }

  random(): number {
    return this.nextRandom;
  }

  lock<T>(name: string, _signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#world.lock(name, work);
  }

  channel(name: string): Channel {
    return this.#world.channel(name);
  }

  online(): boolean {
    return this.#world.isOnline;
  }

  async permission(name: string): Promise<"granted" | "denied" | "prompt" | null> {
    return this.permissions.get(name) ?? null;
  }

  visible(): boolean {
    return this.isVisible;
  }

  listen(event: PageEvent, listener: () => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  happen(event: PageEvent): void {
    if (event === "offline") this.#world.isOnline = this.#world.isReachable = false;
    if (event === "online") this.#world.isOnline = this.#world.isReachable = true;
    if (event === "shown" || event === "hidden") this.isVisible = event === "shown";
    for (const listener of this.#listeners.get(event) ?? []) listener();
  }
}
