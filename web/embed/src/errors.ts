// Errors with stable codes. A portal gets `EmbedError`; the parts below the session throw `Refusal`, which says what the
// session is to make of it.
import type { BlockReason, EndReason } from "./state.js";

/** Reasons of the states `ended` and `blocked`, and what else can go wrong with a call. */
export type ErrorCode =
  | EndReason
  | BlockReason
  /** The caller's signal was aborted, or the embed was disposed. */
  | "aborted"
  /** There is no connection now. */
  | "not-live"
  /** An option is missing or makes no sense. */
  | "bad-option"
  /** The framed page could not show the sheet; `detail` holds its own code. */
  | "frame-error";

export class EmbedError extends Error {
  override readonly name = "EmbedError";
  readonly code: ErrorCode;
  /** One technical line; never a token. */
  readonly detail: string;

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(detail === "" ? code : `${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }
}

/** What a failed step means for the session. */
export type Verdict =
  | {
      readonly kind: "ended";
      readonly reason: EndReason;
      readonly code: number | null;
      readonly detail: string;
    }
  | { readonly kind: "blocked"; readonly reason: BlockReason; readonly detail: string }
  /** Worth another try; `otherwise` is what it means when no further try is made. */
  | { readonly kind: "retry"; readonly patience: "none" | "long"; readonly otherwise: FinalVerdict };

export type FinalVerdict = Exclude<Verdict, { readonly kind: "retry" }>;

export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    super(verdict.kind === "retry" ? verdict.otherwise.reason : verdict.reason);
    this.verdict = verdict;
  }
}

export function blocked(reason: BlockReason, detail: string): Refusal {
  return new Refusal({ kind: "blocked", reason, detail });
}

export function ended(reason: EndReason, code: number | null = null, detail = ""): Refusal {
  return new Refusal({ kind: "ended", reason, code, detail });
}

/** A failure that may be gone the next time. */
export function passing(reason: BlockReason, detail: string, patience: "none" | "long" = "none"): Refusal {
  return new Refusal({ kind: "retry", patience, otherwise: { kind: "blocked", reason, detail } });
}

export function aborted(signal: AbortSignal): EmbedError {
  return new EmbedError("aborted", "", { cause: signal.reason });
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted(signal);
}
