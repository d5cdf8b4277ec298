// The engine session: sign-in check, WebSocket, app, and what happens when the connection goes.
import enigma from "enigma.js";
import schema from "fanlight:schema";
import { askForTicket } from "./bridge.js";
import { Failure, asFailure, failureOfClose } from "./failure.js";
import type { SingleParams } from "./params.js";
import type { Doc, GlobalApi } from "./qix.js";

/** What the page is told about its connection after it was opened. */
export interface EngineEvents {
  suspended(reason: "offline" | "network"): void;
  resumed(): void;
  /** The engine session is gone but may be had anew: the page starts over. */
  rebuilt(): void;
  ended(failure: Failure, closeCode: number): void;
}

interface CloseDetail {
  readonly code: number;
  readonly reason: string;
}

/** Codes after which the same session can be there again: lost networks and restarting servers. */
const resumable = new Set([1001, 1005, 1006, 1011, 1012, 1013, 4000, 4003]);
const retryCapMs = 10_000;
const attempts = 12;

/** Opens the app named by `params`. Fails with a {@link Failure}. */
export async function openApp(params: SingleParams, events: EngineEvents): Promise<Doc> {
  let pass = await fetchPass(params);
  const session = enigma.create({
    schema,
    url: socketUrl(params),
    createSocket: (url: string) => new WebSocket(`${url}?${pass}`),
    suspendOnClose: true,
  });
  let lastClose: CloseDetail | null = null;
  let opened = false;
  // Another page may have opened a new session in place of a lost one: attached, but not to what we had.
  let connectedTo: string | undefined;
  let liveOn: string | undefined;
  session.on(
    "notification:OnConnected",
    ({ sessionId }: { sessionId?: string }) => (connectedTo = sessionId),
  );
  session.on("suspended", (detail: CloseDetail) => {
    lastClose = detail;
    if (opened) void recover(detail);
  });
  addEventListener("offline", () => void session.suspend());

  /** One at a time: a failed attempt to resume must not start another. */
  let recovering = false;
  async function recover(detail: CloseDetail): Promise<void> {
    if (recovering) return;
    if (!resumable.has(detail.code))
      return events.ended(failureOfClose(detail.code, detail.reason), detail.code);
    recovering = true;
    events.suspended(navigator.onLine ? "network" : "offline");
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      await untilOnline();
      try {
        pass = await fetchPass(params);
        await session.resume(true);
        recovering = false;
        return connectedTo === liveOn ? events.resumed() : events.rebuilt();
      } catch (error) {
        if (isNotAttached(error)) return events.rebuilt();
        if (error instanceof Failure && error.code === "signed-out") return events.ended(error, detail.code);
      }
      await pause(Math.random() * Math.min(retryCapMs, 250 * 2 ** attempt));
    }
    events.ended(new Failure("unreachable", `no connection after ${attempts} attempts`), detail.code);
  }

  try {
    const global = await session.open<GlobalApi & EnigmaJS.QixObject>();
    const doc = await global.openDoc(params.app);
    opened = true;
    liveOn = connectedTo;
    return doc;
  } catch (error) {
    throw openFailure(error, lastClose);
  }
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
    response = await fetch("/api/v1/csrf-token", { cache: "no-store" });
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
  if (lastClose !== null) return failureOfClose(lastClose.code, lastClose.reason);
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  if (code === 2 || code === 1003 || code === 1007) return new Failure("no-such-app", `engine error ${code}`);
  if (code === 5 || code === 4000) return new Failure("not-permitted", `engine error ${code}`);
  return asFailure(error);
}

/** enigma.js rejects so when the server made a new engine session in place of the old one. */
function isNotAttached(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === -12;
}

function untilOnline(): Promise<void> {
  if (navigator.onLine) return Promise.resolve();
  return new Promise((resolve) => addEventListener("online", () => resolve(), { once: true }));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
