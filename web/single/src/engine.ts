// The engine session: sign-in check, WebSocket, app, and the ways back to them.
import enigma from "enigma.js";
import schema from "fanlight:schema";
import { closeNow } from "../../embed/src/socket.js";
import { readFarewell, readSessionId } from "../../embed/src/wire.js";
import { askForTicket, listenToParent } from "./bridge.js";
import { Failure, asFailure, failureOfClose } from "./failure.js";
import type { SingleParams } from "./params.js";
import type { Presence } from "./presence.js";
import type { Doc, GlobalApi } from "./qix.js";
import { Recovery } from "./recovery.js";
import type { CloseDetail, EngineEvents, RecoveryPorts } from "./recovery.js";

/** An app may have to be read first; after that long nobody waits any more. */
const openDeadlineMs = 60_000;
const resumeDeadlineMs = 20_000;
const requestDeadlineMs = 15_000;
/** A connection that is there answers sooner. */
const answerDeadlineMs = 2_000;

/** What the page is told of its engine session. */
export interface PageEvents extends EngineEvents {
  /** The server said something unasked. */
  notified(name: string, params: unknown): void;
}

/** Opens the app named by `params`. Fails with a {@link Failure}. */
export async function openApp(params: SingleParams, presence: Presence, events: PageEvents): Promise<Doc> {
  const connection = new Connection(params, await fetchPass(params), presence, events);
  const recovery = new Recovery(connection, events);
  // enigma.js waits for ever for a socket that is closed before it was open.
  const closed = new Promise<never>((_, reject) =>
    connection.session.on("suspended", ({ code, reason }: CloseDetail) => {
      const { words } = connection;
      connection.lastClose = { code, reason, words };
      recovery.lost({ code, reason, words });
      reject(failureOfClose(code, reason, words));
    }),
  );
  closed.catch(() => undefined);
  addEventListener("offline", () => recovery.offline());
  addEventListener("online", () => recovery.online());
  listenToParent({ suspend: () => recovery.hold(), reconnect: () => recovery.release() });
  try {
    const doc = await inTime(openDeadlineMs, Promise.race([connection.open(), closed]));
    recovery.opened();
    return doc;
  } catch (error) {
    const failure = openFailure(error, connection.lastClose);
    connection.letGo();
    throw failure;
  }
}

/** One session of enigma.js, and the socket that it has at the moment. */
class Connection implements RecoveryPorts {
  readonly session: EnigmaJS.Session;
  lastClose: CloseDetail | null = null;
  /** What the server said of the end of this connection. */
  words: string | null = null;
  readonly #params: SingleParams;
  #pass: string;
  #socket: WebSocket | null = null;
  #global: GlobalApi | null = null;
  // Another page may have opened a new session in place of a lost one: attached, but not to what we had.
  #connectedTo: string | undefined;
  #liveOn: string | undefined;

  constructor(params: SingleParams, pass: string, presence: Presence, events: Pick<PageEvents, "notified">) {
    this.#params = params;
    this.#pass = pass;
    this.session = enigma.create({
      schema,
      url: socketUrl(params),
      createSocket: (url: string) => (this.#socket = new WebSocket(`${url}?${this.#pass}`)),
      suspendOnClose: true,
      requestInterceptors: [
        {
          // A member of Fanlight's own, which other tenants leave alone.
          onFulfilled: (_, request) => (presence.isAway() ? { ...request, background: true } : request),
        },
      ],
    });
    this.session.on("notification:*", (name: string, params: unknown) => {
      if (name === "OnConnected") this.#connectedTo = readSessionId(params) ?? undefined;
      this.words = readFarewell(name, params)?.words ?? this.words;
      events.notified(name, params);
    });
  }

  async open(): Promise<Doc> {
    this.#global = await this.session.open<GlobalApi & EnigmaJS.QixObject>();
    const doc = await this.#global.openDoc(this.#params.app);
    this.#liveOn = this.#connectedTo;
    return doc;
  }

  async resume(): Promise<"same" | "other"> {
    this.#pass = await fetchPass(this.#params);
    try {
      await inTime(resumeDeadlineMs, this.session.resume(true));
    } catch (error) {
      this.letGo();
      throw error;
    }
    return this.#connectedTo === this.#liveOn ? "same" : "other";
  }

  async answers(): Promise<boolean> {
    const version = this.#global?.engineVersion() ?? Promise.resolve();
    return inTime(answerDeadlineMs, version).then(
      () => true,
      () => false,
    );
  }

  letGo(): void {
    void this.#suspend();
    if (this.#socket !== null) closeNow(this.#socket, 4000);
    this.#socket = null;
  }

  /** A session of enigma.js that never had a socket throws when it is told to let go of it. */
  async #suspend(): Promise<void> {
    try {
      await this.session.suspend();
    } catch {
      // There was nothing to let go of.
    }
  }

  online(): boolean {
    return navigator.onLine;
  }

  random(): number {
    return Math.random();
  }

  timer(callback: () => void, ms: number): () => void {
    const id = setTimeout(callback, ms);
    return () => clearTimeout(id);
  }
}

/** Settles as `work` does, or fails after `ms`. */
function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Failure("unreachable", `no answer within ${ms / 1000} s`));
    const id = setTimeout(late, ms);
    work.then(resolve, reject).finally(() => clearTimeout(id));
  });
}

/** The query that lets one WebSocket in. One credential, never the other in its place. */
async function fetchPass({ credential }: SingleParams): Promise<string> {
  if (credential === "cookie") return `qlik-csrf-token=${encodeURIComponent(await fetchCsrfToken())}`;
  const ticket = await askForTicket();
  if (ticket === null) throw new Failure("no-ticket");
  return `ticket=${encodeURIComponent(ticket)}`;
}

/** The token that the WebSocket carries; asking for it also tells whether the reader is signed in. */
async function fetchCsrfToken(): Promise<string> {
  let response: Response;
  try {
    const signal = AbortSignal.timeout(requestDeadlineMs);
    response = await fetch("/api/v1/csrf-token", { cache: "no-store", signal });
  } catch {
    throw new Failure(navigator.onLine ? "unreachable" : "offline");
  }
  if (response.status === 401) throw new Failure(cookiesWork() ? "signed-out" : "cookies-blocked");
  const token = response.headers.get("qlik-csrf-token");
  if (!response.ok || token === null)
    throw new Failure("unreachable", `csrf-token answered ${response.status}`);
  return token;
}

/** Whether a cookie of the kind that carries the login session is kept here at all. */
function cookiesWork(): boolean {
  const attributes = "; Path=/single/; SameSite=None; Secure; Partitioned";
  document.cookie = `fanlight-probe=1${attributes}`;
  const kept = document.cookie.includes("fanlight-probe=1");
  document.cookie = `fanlight-probe=; Max-Age=0${attributes}`;
  return kept;
}

function socketUrl({ app, identity }: SingleParams): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const own = identity === null ? "" : `/identity/${encodeURIComponent(identity)}`;
  return `${scheme}://${location.host}/app/${encodeURIComponent(app)}${own}`;
}

/** Engine errors of OpenDoc that mean "no such app" and "not for you". */
function openFailure(error: unknown, lastClose: CloseDetail | null): Failure {
  if (lastClose !== null) {
    const { code, reason, words } = lastClose;
    return failureOfClose(code, reason, words);
  }
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  if (code === 2 || code === 1003 || code === 1007) return new Failure("no-such-app", `engine error ${code}`);
  if (code === 5 || code === 4000) return new Failure("not-permitted", `engine error ${code}`);
  return asFailure(error);
}
