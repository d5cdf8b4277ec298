// The session's regular look at itself: did the machine sleep, does a quiet connection still answer, is it time to say
// that somebody is here.
import type { Ports } from "./ports.js";

/**
 * Who keeps the login session from going idle beside the person's own clicks in the sheet: nobody, the page while it is
 * visible, the page while its user is active anywhere in it, or the page for as long as it is open.
 */
export type KeepAlive = "visible" | "active" | "always" | "never";

export interface PulseEvents {
  /** The clock jumped ahead. */
  slept(): void;
  /** Nothing was heard for a while. */
  quiet(): void;
  /** By the policy, the person is to count as present. */
  present(): void;
}

const tickMs = 5_000;
/** Browsers slow the timers of hidden tabs down to one a minute, which is no sleep. */
const slackMs = { visible: 15_000, hidden: 75_000 } as const;
const quietMs = 20_000;
const presentEveryMs = 4 * 60_000;
const activeForMs = 5 * 60_000;

export class Pulse {
  readonly #ports: Ports;
  readonly #policy: KeepAlive;
  readonly #events: PulseEvents;
  #stop: (() => void) | null = null;
  #tickedAt = 0;
  #heardAt = 0;
  #askedAt = 0;
  #presentAt = 0;
  #activeAt = 0;
  #wasVisible = true;
  #isConnected = false;

  constructor(ports: Ports, policy: KeepAlive, events: PulseEvents) {
    this.#ports = ports;
    this.#policy = policy;
    this.#events = events;
    this.#activeAt = ports.now();
  }

  /** Whether the policy lets the page keep the session at this moment. */
  get mayKeep(): boolean {
    switch (this.#policy) {
      case "always":
        return true;
      case "visible":
        return this.#ports.visible();
      case "active":
        return this.#ports.now() - this.#activeAt <= activeForMs;
      case "never":
        return false;
    }
  }

  /** Something came over the connection. */
  heard(): void {
    this.#heardAt = this.#ports.now();
  }

  /** The person did something in the page. */
  active(): void {
    this.#activeAt = this.#ports.now();
  }

  /** A connection has just come about. */
  connected(): void {
    const now = this.#ports.now();
    this.#isConnected = true;
    this.#heardAt = this.#askedAt = this.#presentAt = now;
    this.start();
  }

  disconnected(): void {
    this.#isConnected = false;
  }

  start(): void {
    if (this.#stop !== null) return;
    this.#goOn();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#isConnected = false;
  }

  /** Whether the clock jumped since the last tick; a jump is told once. */
  noticeSleep(): boolean {
    if (this.#stop === null) return false;
    const now = this.#ports.now();
    const gap = now - this.#tickedAt;
    // A page that has just come into view was a hidden one until now.
    const isSeen = this.#wasVisible && this.#ports.visible();
    if (gap <= tickMs + (isSeen ? slackMs.visible : slackMs.hidden)) return false;
    this.#tickedAt = now;
    this.#events.slept();
    return true;
  }

  #goOn(): void {
    this.#tickedAt = this.#ports.now();
    this.#wasVisible = this.#ports.visible();
    this.#stop = this.#ports.timer(() => this.#tick(), tickMs);
  }

  #tick(): void {
    const slept = this.noticeSleep();
    // Whoever heard of the sleep may have stopped it all.
    if (this.#stop === null) return;
    this.#goOn();
    if (slept || !this.#isConnected) return;
    const now = this.#tickedAt;
    if (this.mayKeep && now - this.#presentAt >= presentEveryMs) {
      this.#presentAt = now;
      this.#askedAt = now;
      return this.#events.present();
    }
    if (this.#ports.visible() && now - Math.max(this.#heardAt, this.#askedAt) >= quietMs) {
      this.#askedAt = now;
      this.#events.quiet();
    }
  }
}
