// What the framed page tells the page around it, by `postMessage`.
//
// Messages go to the origin of the direct parent only and carry no token, ticket, cookie, name or selected value. The
// parent should check both `event.origin` and `event.source`:
//
//   addEventListener("message", (event) => {
//     if (event.source !== frame.contentWindow || event.origin !== tenantOrigin) return;
//     if (event.data?.source === "fanlight-single") handle(event.data);
//   });
//
// A parent that hears nothing within some seconds knows that the frame was refused: the frame's `load` event
// fires either way.
import type { FailureCode } from "./failure.js";
import type { SuspendReason } from "./recovery.js";

export type FrameMessage =
  /** The page's code runs. */
  | { readonly type: "loading" }
  /** The sheet's layout is known and its cells stand; charts are being drawn. */
  | { readonly type: "ready"; readonly title: string; readonly charts: number }
  /** Every chart is drawn. Times in milliseconds since the frame's navigation started. */
  | { readonly type: "rendered"; readonly firstChartMs: number; readonly allMs: number }
  /** The sheet cannot be shown. */
  | { readonly type: "error"; readonly code: FailureCode; readonly message: string }
  /** The connection is gone; the page gets it back by itself, after `manual` as soon as the page around it says so. */
  | { readonly type: "suspended"; readonly reason: SuspendReason }
  /** The connection is back, on the same engine session. */
  | { readonly type: "resumed" }
  /** The engine session is over for this page, with the close code of its WebSocket. */
  | { readonly type: "closed"; readonly code: FailureCode; readonly closeCode: number }
  /** The person did something in the sheet; told once in a while. */
  | { readonly type: "activity" }
  /** A page framed with `auth=ticket` is about to open a WebSocket and needs a ticket for it. */
  | { readonly type: "ticket-wanted" }
  /** How high the page would have to be to show all of the sheet, and how wide it is. Pixels of CSS. */
  | { readonly type: "height"; readonly height: number; readonly width: number };

/** Sends one message to the page around this one; does nothing when there is none. */
export function tellParent(message: FrameMessage): void {
  const origin = parentOrigin();
  if (origin !== null) window.parent.postMessage({ source: "fanlight-single", ...message }, origin);
}

/** What the page around this one says beside tickets: `{source: "fanlight-embed", type}`. */
export interface ParentWords {
  /** Let go of the connection until `reconnect`. */
  suspend(): void;
  /** The parent's own connection is back. */
  reconnect(): void;
}

/** Listens to the direct parent, and to its origin only. */
export function listenToParent(words: ParentWords): void {
  hear(({ type }) => {
    if (type === "suspend") words.suspend();
    if (type === "reconnect") words.reconnect();
  });
}

/**
 * Calls `then` when the parent says that it tells its person what operators say and when the session ends. It says so in
 * answer to `loading`, so whoever wants to know listens before that.
 */
export function whenParentSpeaks(then: () => void): void {
  hear(({ type }) => {
    if (type === "speaks") then();
  });
}

const ticketPatienceMs = 15_000;

/**
 * Asks the page around this one for a ticket; null when none comes in time, or there is no page around. The answer is
 * `{source: "fanlight-embed", type: "ticket", ticket}`, from the direct parent and its origin only.
 */
export function askForTicket(): Promise<string | null> {
  if (parentOrigin() === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const done = (ticket: string | null): void => {
      clearTimeout(timer);
      stop();
      resolve(ticket);
    };
    const stop = hear(({ type, ticket }) => {
      if (type === "ticket" && typeof ticket === "string") done(ticket);
    });
    const timer = setTimeout(() => done(null), ticketPatienceMs);
    tellParent({ type: "ticket-wanted" });
  });
}

/** Calls `listener` with each message of the page around this one. Returns what stops it. */
function hear(listener: (message: Record<string, unknown>) => void): () => void {
  const origin = parentOrigin();
  const listen = ({ source, origin: from, data }: MessageEvent<unknown>): void => {
    if (source !== window.parent || from !== origin) return;
    if (typeof data !== "object" || data === null) return;
    const message = data as Record<string, unknown>;
    if (message["source"] === "fanlight-embed") listener(message);
  };
  addEventListener("message", listen);
  return () => removeEventListener("message", listen);
}

/** Whether there is no page around this one. */
export function isAlone(): boolean {
  return window.parent === window;
}

function parentOrigin(): string | null {
  if (isAlone()) return null;
  const ancestor = location.ancestorOrigins?.[0];
  if (ancestor && ancestor !== "null") return ancestor;
  return document.referrer ? new URL(document.referrer).origin : null;
}
