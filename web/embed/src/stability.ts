// How long to wait before the first attempt to get a lost connection back.
import type { Ports } from "./ports.js";
import { backOff } from "./wait.js";

/** A connection that lived shorter counts against the next one's first wait. */
const stableMs = 60_000;
/** After a restart of the server everybody comes back; not all in the same instant. */
const restartSpreadMs = 500;

export class Stability {
  readonly #ports: Ports;
  #openedAt = 0;
  #flaps = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  connected(): void {
    this.#openedAt = this.#ports.now();
  }

  /** None after a stable connection; more from one short-lived connection to the next. */
  firstWait(reason: "network" | "engine-restart", patience: "none" | "long"): number {
    const lived = this.#ports.now() - this.#openedAt;
    this.#flaps = lived >= stableMs ? 0 : this.#flaps + 1;
    const random = (): number => this.#ports.random();
    if (this.#flaps > 1 || patience === "long") return backOff(this.#flaps, random, patience);
    return reason === "engine-restart" ? Math.round(random() * restartSpreadMs) : 0;
  }
}
