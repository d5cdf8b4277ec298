// Everything that can stop the sheet from being shown, each with a stable code that the framing page receives too.
import { en } from "./messages/en.js";

export type FailureCode =
  | "no-app-given"
  | "no-such-app"
  | "no-such-sheet"
  | "no-such-object"
  | "not-permitted"
  | "signed-out"
  | "replaced"
  | "revoked"
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
  /** What somebody wrote for the reader, in place of the usual advice; null = nobody did. */
  readonly words: string | null;

  constructor(code: FailureCode, detail: string | null = null, words: string | null = null) {
    super(en.failures[code].join(". "));
    this.code = code;
    this.detail = detail;
    this.words = words;
  }
}

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const closeCode = closeCodeOf(error);
  if (closeCode !== null) return failureOfClose(closeCode, null);
  return new Failure("unexpected", error instanceof Error ? error.message : String(error));
}

/**
 * What a close code of the engine's WebSocket means to the reader. `reason` is the text of the close frame; `words` is what
 * the server said before it closed.
 */
export function failureOfClose(
  closeCode: number,
  reason: string | null,
  words: string | null = null,
): Failure {
  const detail = reason ? `${closeCode}: ${reason}` : `close code ${closeCode}`;
  switch (closeCode) {
    case 4004:
      return new Failure("app-removed", detail);
    case 4005:
      return new Failure("session-limit", detail);
    case 4006:
      if (reason === "replaced") return new Failure("replaced", detail);
      return reason === "revoked"
        ? new Failure("revoked", detail, words || null)
        : new Failure("signed-out", detail);
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

/** Whether the engine itself answered with an error: there is no such thing, or it may not be. */
export function isAnswer(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  // Negative codes are those of enigma.js, of which one stands for an answer that names nothing.
  return typeof code === "number" && (code >= 0 || code === -2) && closeCodeOf(error) === null;
}

/** The close code in an error of enigma.js, which rejects pending calls with the close event as `original`. */
export function closeCodeOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("original" in error)) return null;
  const original = error.original;
  if (typeof original !== "object" || original === null || !("code" in original)) return null;
  return typeof original.code === "number" ? original.code : null;
}
