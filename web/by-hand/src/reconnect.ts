// Tries to resume by itself after a lost connection: at once when the browser is online again, else with growing,
// jittered waits, until somebody else changed the state.

const baseMs = 500;
const capMs = 15_000;

export interface Reconnect {
  /** Starts waiting for the next try. */
  schedule(): void;
  /** The connection is there, or is not wanted any more. */
  cancel(): void;
}

export function reconnect(resume: () => void): Reconnect {
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    removeEventListener("online", now);
  };
  const now = (): void => {
    stop();
    resume();
  };
  return {
    schedule() {
      stop();
      addEventListener("online", now);
      if (!navigator.onLine) return;
      const ceiling = Math.min(capMs, baseMs * 2 ** attempt);
      attempt += 1;
      timer = setTimeout(now, ceiling * (0.5 + Math.random() / 2));
    },
    cancel() {
      attempt = 0;
      stop();
    },
  };
}
