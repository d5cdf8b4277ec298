// Waiting, with an end to it.
import { EmbedError, Refusal, aborted } from "./errors.js";
import type { Ports } from "./ports.js";

const baseMs = 250;
const capMs = 30_000;
/** Shortest wait when the server asked for patience. */
const longMs = 5_000;

/** How long to wait before attempt `n` (from 1): full jitter, doubling, capped. */
export function backOff(n: number, random: () => number, patience: "none" | "long" = "none"): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(n, 16));
  const floor = patience === "long" ? longMs : 0;
  return Math.round(floor + random() * Math.max(ceiling, floor));
}

/** Resolves after `ms`; rejects when `signal` aborts. */
export function pause(ports: Ports, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(aborted(signal));
    const cancel = ports.timer(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    const abort = (): void => {
      cancel();
      reject(aborted(signal));
    };
    signal.addEventListener("abort", abort, { once: true });
  });
}

/** Runs `work` with a signal that aborts with `signal` or after `ms`, when the promise rejects with what `late` makes. */
export async function within<T>(
  ports: Ports,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  late: () => Error,
): Promise<T> {
  const own = new AbortController();
  const cancel = ports.timer(() => own.abort(late()), ms);
  const follow = (): void => own.abort(aborted(signal));
  if (signal.aborted) follow();
  signal.addEventListener("abort", follow, { once: true });
  try {
    return await untilAborted(work(own.signal), own.signal);
  } finally {
    cancel();
    signal.removeEventListener("abort", follow);
  }
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it aborts. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new EmbedError("aborted", ""));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Does `work` up to `tries` times, as long as it fails with something that may pass. */
export async function retrying<T>(
  ports: Ports,
  tries: number,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const verdict = error instanceof Refusal ? error.verdict : null;
      if (verdict?.kind !== "retry") throw error;
      if (attempt >= tries) throw new Refusal(verdict.otherwise);
      await pause(
        ports,
        backOff(attempt, () => ports.random(), verdict.patience),
        signal,
      );
    }
  }
}
