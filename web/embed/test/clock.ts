// A clock that stands still until a test moves it.

export class ManualClock {
  now = 1_700_000_000_000;
  #timers: { at: number; readonly run: () => void }[] = [];

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.length;
  }

  timer(run: () => void, ms: number): () => void {
    const entry = { at: this.now + ms, run };
    this.#timers.push(entry);
    return () => {
      this.#timers = this.#timers.filter((timer) => timer !== entry);
    };
  }

  /** Runs what is due within the next `ms`, in order, each at its time. */
  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.now = Math.max(this.now, next.at);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.run();
      await settle();
    }
    this.now = until;
    await settle();
  }

  /** The machine sleeps: time passes and no timer runs until it is over. */
  async sleep(ms: number): Promise<void> {
    this.now += ms;
    for (const timer of this.#timers) timer.at = Math.max(timer.at, this.now);
    await this.advance(0);
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 6; round += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
