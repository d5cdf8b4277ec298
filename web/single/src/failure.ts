// Everything that can stop the sheet from being shown, each with a stable code that the framing page receives too.
import { en } from "./messages/en.js";

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

/** A reason to stop. The reader sees the words of their language; `message` is for logs and always English. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  /** The technical cause in one line; never a token or an address with one. */
  readonly detail: string | null;

  constructor(code: FailureCode, detail: string | null = null) {
    super(en.failures[code].join(". "));
    this.code = code;
    this.detail = detail;
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

/** The close code in an error of enigma.js, which rejects pending calls with the close event as `original`. */
export function closeCodeOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("original" in error)) return null;
  const original = error.original;
  if (typeof original !== "object" || original === null || !("code" in original)) return null;
  return typeof original.code === "number" ? original.code : null;
}
