// What this package expects on the wire beyond the plain contract, and how it reads what it gets. Everything here is
// optional: against a tenant that offers none of it the session works, with less to tell.
import { endedReasons, usualEnd } from "./generated/session.js";
import type { EndReason, ExpiryReason, How } from "./state.js";

/**
 * `OnConnected`, the first message of every connection. Members beside `qSessionState` are extensions.
 */
export interface OnConnected {
  readonly qSessionState: "SESSION_CREATED" | "SESSION_ATTACHED" | string;
  /**
   * The engine session's id. After a restart the framed page may be back first, and this page attach to the new engine
   * session that it made: only the id tells that it is another one.
   */
  readonly sessionId?: string;
  /**
   * A session that the server filled from its journal of an earlier one says `true`, to every connection for as long as
   * it lives: a page that knew the earlier one then tells `rebuilt` with {@link notRestored} as it is. Without it a new
   * session after a suspension counts as rebuilt with its selections lost.
   */
  readonly rebuilt?: boolean;
  /** What could not be brought back, in words for programs: `selections`, `session-objects`, `soft-patches`, `field:NAME`. */
  readonly notRestored?: readonly string[];
  /** Seconds until the login session's lifetime ends. The page renews its token before that. */
  readonly lifetimeSecondsLeft?: number;
}

/**
 * `OnSessionExpiring`: the login session under this connection ends in `secondsLeft` seconds, because nobody was
 * active (`idle`) or because no session lives longer (`lifetime`). Sent once at each warning time, to every connection.
 */
export interface OnSessionExpiring {
  readonly reason: ExpiryReason;
  readonly secondsLeft: number;
}

/**
 * `OnSessionExtended`: an end that was announced does not come, because of activity anywhere or because a sign-in with
 * the cookie of a live login session of the same user renewed it. Its connections carry on. The new lifetime may follow.
 */
export interface OnSessionExtended {
  readonly lifetimeSecondsLeft?: number;
}

/**
 * `OnSessionClosed`, and the older names `OnSessionTimedOut`, `OnSessionLoggedOut` and `OnMaxParallelSessionsExceeded`:
 * the connection is closed next, for this reason. `reason` goes before what name and close code would say.
 */
export interface OnSessionClosed {
  readonly severity: "fatal";
  readonly reason?: EndReason | "engine-restart";
  readonly message: string;
  readonly code?: number;
}

/**
 * `POST /api/fanlight/v1/tickets`, `Authorization: Bearer <sign-in JWT>`, no cookie sent and none set. One call consumes
 * the token's `jti` and makes `count` tickets, each good for one WebSocket of this user, app and identity within
 * `expiresInSeconds`. The socket carries it as the query parameter {@link ticketParameter} in place of CSRF token and cookie.
 * 403, 404, 405 and 501 say that the tenant gives no tickets.
 */
export interface TicketRequest {
  readonly appId: string;
  readonly identity: string | null;
  readonly count: number;
  /** The login session of an earlier answer: the new tickets are for it too, so that one sign-out ends all. */
  readonly sessionId?: string;
  /** The limits of that login session count anew. */
  readonly renew?: true;
}
export interface TicketAnswer {
  readonly tickets: readonly string[];
  /** The login session under the tickets. */
  readonly sessionId?: string;
  readonly expiresInSeconds: number;
}
export const ticketPath = "/api/fanlight/v1/tickets";
export const ticketParameter = "ticket";

/**
 * Any address of the tenant that may be fetched from everywhere (`Cross-Origin-Resource-Policy: cross-origin`). When the
 * tenant's API gives no answer to a page but this does, the page's origin is not allowed; when neither does, the tenant
 * cannot be reached.
 */
export const reachabilityPath = "/embed/fanlight-embed.js";

/** Ends the login session of the cookie and every engine session under it; `POST` with the CSRF token as header. */
export const logoutPath = "/logout";

/**
 * The framed page to its parent, by `postMessage`, always `{source: "fanlight-single", type, …}`.
 *
 * `ticket-wanted` comes from a page that was framed with `auth=ticket` and is about to open a WebSocket.
 */
export type FrameMessage =
  | { readonly type: "loading" }
  | { readonly type: "ready"; readonly title: string; readonly charts: number }
  | { readonly type: "rendered"; readonly firstChartMs: number; readonly allMs: number }
  | { readonly type: "error"; readonly code: string; readonly message: string }
  | { readonly type: "suspended"; readonly reason: string }
  | { readonly type: "resumed" }
  | { readonly type: "closed"; readonly code: string; readonly closeCode: number }
  | { readonly type: "activity" }
  | { readonly type: "ticket-wanted" }
  /** How high the frame would have to be to show all of the sheet, and how wide it is. Pixels of CSS. */
  | { readonly type: "height"; readonly height: number; readonly width: number };

/** The parent to the framed page, to the tenant's origin only: `{source: "fanlight-embed", type, …}`. */
export type ParentMessage =
  /** The parent's own connection is back; a page that waits for its next attempt makes it now. */
  | { readonly type: "reconnect" }
  /** The person paused the embed: the page lets go of its connection, too, until `reconnect`. */
  | { readonly type: "suspend" }
  /** The parent tells its person what operators say and when the session ends, so that the page need not. */
  | { readonly type: "speaks" }
  /** The answer to `ticket-wanted`. */
  | { readonly type: "ticket"; readonly ticket: string };

export const frameSource = "fanlight-single";
export const parentSource = "fanlight-embed";

/** Reads a message of the framed page; null when it is none. */
export function readFrameMessage(data: unknown): FrameMessage | null {
  if (!isRecord(data) || data["source"] !== frameSource || typeof data["type"] !== "string") return null;
  const text = (key: string): string => (typeof data[key] === "string" ? data[key] : "");
  const count = (key: string): number => (typeof data[key] === "number" ? data[key] : 0);
  switch (data["type"]) {
    case "loading":
    case "resumed":
    case "activity":
    case "ticket-wanted":
      return { type: data["type"] };
    case "ready":
      return { type: "ready", title: text("title"), charts: count("charts") };
    case "rendered":
      return { type: "rendered", firstChartMs: count("firstChartMs"), allMs: count("allMs") };
    case "error":
      return { type: "error", code: text("code"), message: text("message") };
    case "suspended":
      return { type: "suspended", reason: text("reason") };
    case "closed":
      return { type: "closed", code: text("code"), closeCode: count("closeCode") };
    case "height":
      return { type: "height", height: count("height"), width: count("width") };
    default:
      return null;
  }
}

/** What a close code of the engine's WebSocket means. */
export type CloseVerdict =
  | { readonly kind: "ended"; readonly reason: EndReason; readonly detail: string }
  /** Worth coming back; `patience` says whether at once or after a longer while. */
  | {
      readonly kind: "dropped";
      readonly reason: "network" | "engine-restart";
      readonly patience: "none" | "long";
    };

const lost: CloseVerdict = { kind: "dropped", reason: "network", patience: "none" };
const restarting: CloseVerdict = { kind: "dropped", reason: "engine-restart", patience: "none" };
const ended = (reason: EndReason, detail = ""): CloseVerdict => ({ kind: "ended", reason, detail });

/** Close codes with a meaning of their own; every other one counts as a lost connection. */
const closeCodes: ReadonlyMap<number, CloseVerdict> = new Map([
  [1012, restarting],
  [4001, ended("idle-timeout")],
  [4002, ended("not-permitted")],
  [4003, restarting],
  [4004, ended("app-removed")],
  [4005, ended("session-limit")],
  [4006, ended("signed-out")],
  [4007, restarting],
  [4202, { ...lost, patience: "long" }],
  [4203, ended("not-permitted")],
  [4204, ended("no-such-app")],
  [4205, { ...lost, patience: "long" }],
  [4230, ended("not-permitted")],
]);

/** What a close with `code` means, after the server announced it with `farewell` or without a word. */
export function closeVerdict(code: number, farewell: Farewell | null): CloseVerdict {
  if (farewell === null) return closeCodes.get(code) ?? lost;
  return farewell.reason === "engine-restart" ? restarting : ended(farewell.reason, farewell.words);
}

/** What the server said before it closed a connection. */
export interface Farewell {
  readonly reason: EndReason | "engine-restart";
  /** For people: what an operator gave as the reason. Empty where nobody said more than the reason says. */
  readonly words: string;
}

const endReasons: readonly string[] = endedReasons;

export function isEndReason(text: unknown): text is EndReason {
  return typeof text === "string" && endReasons.includes(text);
}

/** The reason in a notification that precedes a close, or that refuses the session; null when `name` is no such notification or says nothing. */
export function readFarewell(name: string, params: unknown): Farewell | null {
  const reason = farewellReason(name, params);
  if (reason === null) return null;
  const said = isRecord(params) ? params["message"] : null;
  // What the server says by itself of the other ends is said by their reason, in the person's language.
  const isWritten = reason === "revoked" && typeof said === "string" && said !== usualEnd;
  return { reason, words: isWritten ? said : "" };
}

function farewellReason(name: string, params: unknown): Farewell["reason"] | null {
  const given = isRecord(params) ? params["reason"] : null;
  if (name === "OnConnected")
    return refusals.get(String(isRecord(params) ? params["qSessionState"] : "")) ?? null;
  if (name === "OnSessionClosed") return isEndReason(given) || given === "engine-restart" ? given : null;
  if (name === "OnSessionTimedOut") return isEndReason(given) ? given : "idle-timeout";
  if (name === "OnSessionLoggedOut") return isEndReason(given) ? given : "signed-out";
  return name === "OnMaxParallelSessionsExceeded" ? "session-limit" : null;
}

/** What an operator says to everybody or to somebody, in an `OnSessionMessage`. */
export interface OperatorMessage {
  readonly severity: "notice" | "warning";
  readonly text: string;
}

/** The operator's words in a notification; null when there are none. */
export function readOperatorMessage(name: string, params: unknown): OperatorMessage | null {
  if (name !== "OnSessionMessage" || !isRecord(params)) return null;
  const { message, severity } = params;
  if (typeof message !== "string" || message.trim() === "") return null;
  return { severity: severity === "warning" ? "warning" : "notice", text: message };
}

/** States in `OnConnected` that say that there is no session after all. */
const refusals: ReadonlyMap<string, EndReason> = new Map([
  ["SESSION_ERROR_LIMIT_EXCEEDED", "session-limit"],
  ["SESSION_ERROR_APP_ACCESS_DENIED", "not-permitted"],
  ["SESSION_ACCESS_CONTROL_SETUP_FAILURE", "not-permitted"],
  ["SESSION_ERROR_NO_LICENSE", "not-permitted"],
  ["SESSION_ERROR_LICENSE_RENEW", "not-permitted"],
  ["SESSION_ERROR_LICENSE_INVALID", "not-permitted"],
  ["SESSION_ERROR_SECURITY_HEADER_CHANGED", "signed-out"],
]);

export function readExpiring(params: unknown): OnSessionExpiring | null {
  if (!isRecord(params)) return null;
  const { reason, secondsLeft } = params;
  if ((reason !== "idle" && reason !== "lifetime") || !isSeconds(secondsLeft)) return null;
  return { reason, secondsLeft };
}

/** The seconds until the lifetime's end that a notification names; null when it names none. */
export function readLifetime(params: unknown): number | null {
  const seconds = isRecord(params) ? params["lifetimeSecondsLeft"] : null;
  return isSeconds(seconds) ? seconds : null;
}

/** What a page knows of the engine session that it was connected to before. */
export interface Before {
  /** Null = the server does not tell ids. */
  readonly sessionId: string | null;
  /** Whether something that only lives in the engine session is known to be gone. */
  readonly isGone: boolean;
}

export function readSessionId(params: unknown): string | null {
  const id = isRecord(params) ? params["sessionId"] : null;
  return typeof id === "string" && id !== "" ? id : null;
}

/** How a connection came about; `before` is null for a page's first one. */
export function readConnected(
  params: unknown,
  before: Before | null,
): { how: How; notRestored: readonly string[] } {
  const given = isRecord(params) ? params : {};
  const id = readSessionId(params);
  const canCompare = id !== null && before !== null && before.sessionId !== null;
  const isOther = before !== null && (canCompare ? id !== before.sessionId : before.isGone);
  if (given["qSessionState"] === "SESSION_ATTACHED" && !isOther) return { how: "attached", notRestored: [] };
  if (before === null && given["rebuilt"] !== true) return { how: "created", notRestored: [] };
  const lost = given["notRestored"];
  const named = Array.isArray(lost) ? lost.filter((item) => typeof item === "string") : null;
  return { how: "rebuilt", notRestored: named ?? (given["rebuilt"] === true ? [] : ["selections"]) };
}

/**
 * The token in the answer of a portal's token endpoint: `{body}`, `{token}`, `{access_token}` or the token itself as text.
 * Null when there is none.
 */
export function readToken(text: string): string | null {
  const trimmed = text.trim();
  let answer: unknown = trimmed;
  try {
    answer = JSON.parse(trimmed);
  } catch {
    // Not JSON: the token itself.
  }
  const found = isRecord(answer) ? (answer["body"] ?? answer["token"] ?? answer["access_token"]) : answer;
  return typeof found === "string" && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(found) ? found : null;
}

/**
 * First `code`, what to tell a person, and what an operator wrote for the person, of an error body
 * `{code?, errors: [{code, title, detail, reason?}]}`.
 */
export function readError(body: unknown): { code: string; text: string; words: string } {
  const errors = isRecord(body) && Array.isArray(body["errors"]) ? body["errors"] : [];
  const first: unknown = errors[0];
  const item = isRecord(first) ? first : isRecord(body) ? body : {};
  const text = item["detail"] ?? item["title"];
  return {
    code: typeof item["code"] === "string" ? item["code"] : "",
    text: typeof text === "string" ? text : "",
    words: typeof item["reason"] === "string" && item["reason"] !== usualEnd ? item["reason"] : "",
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isSeconds(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
