// Everything that can stop the sheet from being shown, each with a stable code that the framing page receives too.

export type FailureCode =
  | "no-app-given"
  | "no-such-app"
  | "no-such-sheet"
  | "no-such-object"
  | "not-permitted"
  | "signed-out"
  | "cookies-blocked"
  | "no-ticket"
  | "session-ended"
  | "session-limit"
  | "too-many-requests"
  | "app-removed"
  | "offline"
  | "unreachable"
  | "charts-not-loaded"
  | "unexpected";

const texts: Record<FailureCode, readonly [title: string, advice: string]> = {
  "no-app-given": ["No app was named", "The address of this frame needs ?appid=… and ?sheet=… or ?obj=…."],
  "no-such-app": ["There is no such app", "It may have been removed, or its id is mistyped."],
  "no-such-sheet": ["There is no such sheet", "The app has no sheet with this id."],
  "no-such-object": ["There is no such chart", "The app has no object with this id."],
  "not-permitted": ["You may not open this app", "Ask its owner for access."],
  "signed-out": ["You are not signed in", "Sign in again in the page around this sheet."],
  "cookies-blocked": [
    "Your browser blocks the cookie that signs you in",
    "Allow cookies for this site, or open the page in another browser.",
  ],
  "no-ticket": [
    "The page around this sheet does not sign you in",
    "Reload the page; if it stays, tell its owner.",
  ],
  "session-ended": ["Your session has ended", "Start it again to go on."],
  "session-limit": ["Too many sessions are open", "Close another window and try again."],
  "too-many-requests": ["Too many requests", "Wait a moment and try again."],
  "app-removed": ["The app is no longer there", "It was removed while you were using it."],
  offline: ["You are offline", "The sheet comes back when your connection does."],
  unreachable: ["The analytics server cannot be reached", "Try again in a moment."],
  "charts-not-loaded": ["The charts could not be loaded", "Check your connection and try again."],
  unexpected: ["Something went wrong", "Try again; if it stays, tell the owner of this page."],
};

/** A reason to stop, as shown to the reader. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  /** The technical cause in one line; never a token or an address with one. */
  readonly detail: string | null;

  constructor(code: FailureCode, detail: string | null = null) {
    super(`${texts[code][0]}. ${texts[code][1]}`);
    this.code = code;
    this.detail = detail;
  }

  get title(): string {
    return texts[this.code][0];
  }

  get advice(): string {
    return texts[this.code][1];
  }
}

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const closeCode = closeCodeOf(error);
  if (closeCode !== null) return failureOfClose(closeCode, null);
  return new Failure("unexpected", error instanceof Error ? error.message : String(error));
}

/** What a close code of the engine's WebSocket means to the reader. */
export function failureOfClose(closeCode: number, reason: string | null): Failure {
  const detail = reason ? `${closeCode}: ${reason}` : `close code ${closeCode}`;
  switch (closeCode) {
    case 4004:
      return new Failure("app-removed", detail);
    case 4005:
      return new Failure("session-limit", detail);
    case 4006:
      return new Failure("signed-out", detail);
    case 4203:
      return new Failure("not-permitted", detail);
    case 4204:
      return new Failure("no-such-app", detail);
    case 4205:
      return new Failure("too-many-requests", detail);
    case 1006:
      return new Failure(navigator.onLine ? "unreachable" : "offline", detail);
    default:
      return new Failure("session-ended", detail);
  }
}

/** enigma.js rejects pending calls with the close event as `original`. */
function closeCodeOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("original" in error)) return null;
  const original = error.original;
  if (typeof original !== "object" || original === null || !("code" in original)) return null;
  return typeof original.code === "number" ? original.code : null;
}
