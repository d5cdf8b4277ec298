// Whether what the page asks of the engine is its person's doing. Charts ask by themselves too, when they get another
// size, say by the warning that stands beside them: were that activity, the warning would take itself back.

/** What a touch leads to is asked within that long: a chart waits until a gesture is over before it asks. */
const echoMs = 10_000;

export class Presence {
  readonly #now: () => number;
  #isDrawn = false;
  #touchedAt = Number.NEGATIVE_INFINITY;

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Everything is drawn that somebody opened the page for. */
  drawn(): void {
    this.#isDrawn = true;
  }

  /** The person did something in the page. */
  touched(): void {
    this.#touchedAt = this.#now();
  }

  /** Whether what is asked now is asked by the page itself. */
  isAway(): boolean {
    return this.#isDrawn && this.#now() - this.#touchedAt > echoMs;
  }
}
