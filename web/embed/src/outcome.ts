// What it means for the state machine that a step failed.
import { Refusal } from "./errors.js";
import type { FinalVerdict } from "./errors.js";
import type { Event } from "./state.js";

const silences: ReadonlySet<string> = new Set([
  "tenant-unreachable",
  "token-endpoint-failed",
  "origin-not-allowed",
]);

/** Whether `reason` may be what a missing answer looks like. */
export function isSilence(reason: string): boolean {
  return silences.has(reason);
}

export function finalEvent(verdict: FinalVerdict): Event {
  if (verdict.kind === "ended") {
    const { reason, code, detail } = verdict;
    return { type: "ended", reason, code, detail };
  }
  return { type: "blocked", reason: verdict.reason, detail: verdict.detail };
}

/** Somebody who signs in for the first time may have to wait a moment for access to the app. */
export function patientWithAccess(error: unknown): unknown {
  if (!(error instanceof Refusal) || error.verdict.kind !== "ended") return error;
  const { verdict } = error;
  if (verdict.reason !== "not-permitted") return error;
  return new Refusal({ kind: "retry", patience: "none", otherwise: verdict });
}
