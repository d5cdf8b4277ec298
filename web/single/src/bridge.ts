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

export type FrameMessage =
  /** The page's code runs. */
  | { readonly type: "loading" }
  /** The sheet's layout is known and its cells stand; charts are being drawn. */
  | { readonly type: "ready"; readonly title: string; readonly charts: number }
  /** Every chart is drawn. Times in milliseconds since the frame's navigation started. */
  | { readonly type: "rendered"; readonly firstChartMs: number; readonly allMs: number }
  /** The sheet cannot be shown. */
  | { readonly type: "error"; readonly code: FailureCode; readonly message: string }
  /** The connection is gone; the page tries to get it back by itself. */
  | { readonly type: "suspended"; readonly reason: "offline" | "network" }
  /** The connection is back, on the same engine session. */
  | { readonly type: "resumed" }
  /** The engine session is over for this page, with the close code of its WebSocket. */
  | { readonly type: "closed"; readonly code: FailureCode; readonly closeCode: number }
  /** A page framed with `auth=ticket` is about to open a WebSocket and needs a ticket for it. */
  | { readonly type: "ticket-wanted" };

/** Sends one message to the page around this one; does nothing when there is none. */
export function tellParent(message: FrameMessage): void {
  const origin = parentOrigin();
  if (origin !== null) window.parent.postMessage({ source: "fanlight-single", ...message }, origin);
}

const ticketPatienceMs = 15_000;

/**
 * Asks the page around this one for a ticket; null when none comes in time, or there is no page around. The answer is
 * `{source: "fanlight-embed", type: "ticket", ticket}`, from the direct parent and its origin only.
 */
export function askForTicket(): Promise<string | null> {
  const origin = parentOrigin();
  if (origin === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const done = (ticket: string | null): void => {
      clearTimeout(timer);
      removeEventListener("message", listen);
      resolve(ticket);
    };
    const listen = (event: MessageEvent<unknown>): void => {
      if (event.source !== window.parent || event.origin !== origin) return;
      const ticket = readTicket(event.data);
      if (ticket !== null) done(ticket);
    };
    const timer = setTimeout(() => done(null), ticketPatienceMs);
    addEventListener("message", listen);
    tellParent({ type: "ticket-wanted" });
  });
}

function readTicket(data: unknown): string | null {
  if (typeof data !== "object" || data === null) return null;
  const { source, type, ticket } = data as Record<string, unknown>;
  return source === "fanlight-embed" && type === "ticket" && typeof ticket === "string" ? ticket : null;
}

function parentOrigin(): string | null {
  if (window.parent === window) return null;
  const ancestor = location.ancestorOrigins?.[0];
  if (ancestor && ancestor !== "null") return ancestor;
  return document.referrer ? new URL(document.referrer).origin : null;
}
