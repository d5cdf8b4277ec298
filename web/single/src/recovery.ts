// What becomes of an open app when its connection goes: whether and how the same engine session is got back, and when
// that is given up. Knows neither the WebSocket nor the page, which stand behind `RecoveryPorts` and `EngineEvents`.
import { Failure, closeCodeOf, failureOfClose } from "./failure.js";

/** What the page is told about its connection after it was opened. */
export interface EngineEvents {
  suspended(reason: SuspendReason): void;
  resumed(): void;
  /** The engine session is gone but may be had anew: the page starts over. */
  rebuilt(): void;
  ended(failure: Failure, closeCode: number): void;
}

/** No network, no connection, or paused by the page around this one. */
export type SuspendReason = "offline" | "network" | "manual";

export interface CloseDetail {
  readonly code: number;
  readonly reason: string;
  /** What the server said before it closed, for people. */
  readonly words?: string | null;
}

export interface RecoveryPorts {
  /** One attempt to get the connection back, and what it found. */
  resume(): Promise<"same" | "other">;
  /** Whether the connection answers, within a moment. */
  answers(): Promise<boolean>;
  /** Lets go of the connection here and now, or of the attempt to get it back. */
  letGo(): void;
  online(): boolean;
  random(): number;
  /** Returns what cancels it. */
  timer(callback: () => void, ms: number): () => void;
}

/** Codes after which the same session can be there again: lost networks and restarting servers. */
const resumable: ReadonlySet<number> = new Set([1001, 1005, 1006, 1011, 1012, 1013, 4000, 4003]);
const ownClose: CloseDetail = { code: 4000, reason: "" };
const retryCapMs = 10_000;
const attempts = 12;

export class Recovery {
  readonly #ports: RecoveryPorts;
  readonly #events: EngineEvents;
  #standing: "opening" | "open" | "away" | "over" = "opening";
  /** The page around this one wants no connection for now. */
  #isHeld = false;
  /** Counts the connections, so that what is found out about one is not taken for another's. */
  #connection = 0;
  #wake: () => void = () => undefined;

  constructor(ports: RecoveryPorts, events: EngineEvents) {
    this.#ports = ports;
    this.#events = events;
  }

  /** The app is open. */
  opened(): void {
    this.#standing = "open";
    if (this.#isHeld) this.#cut();
  }

  /** The connection was closed. */
  lost({ code, reason, words = null }: CloseDetail): void {
    if (this.#standing !== "open") return;
    if (!resumable.has(code)) return this.#end(failureOfClose(code, reason, words), code);
    this.#standing = "away";
    this.#events.suspended(this.#why());
    void this.#comeBack(code);
  }

  /** The browser has no network. A socket would notice much later. */
  offline(): void {
    if (this.#standing === "open") this.#cut();
  }

  online(): void {
    this.#wake();
  }

  /** The page around this one let go of its own connection on purpose. */
  hold(): void {
    this.#isHeld = true;
    this.#cut();
  }

  /** The connection of the page around this one is back: no use in waiting, nor in a socket that only looks open. */
  release(): void {
    this.#isHeld = false;
    this.#wake();
    if (this.#standing === "open") void this.#check();
  }

  async #check(): Promise<void> {
    const asked = this.#connection;
    if ((await this.#ports.answers()) || asked !== this.#connection) return;
    if (this.#standing === "open") this.#cut();
  }

  #cut(): void {
    if (this.#standing === "opening" || this.#standing === "over") return;
    this.#ports.letGo();
    this.lost(ownClose);
  }

  async #comeBack(closeCode: number): Promise<void> {
    this.#connection += 1;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      while (this.#isHeld || !this.#ports.online()) await this.#nap(null);
      try {
        const found = await this.#ports.resume();
        if (found === "other") return this.#startOver();
        this.#standing = "open";
        this.#events.resumed();
        if (this.#isHeld) this.#cut();
        return;
      } catch (error) {
        if (isNotAttached(error)) return this.#startOver();
        if (error instanceof Failure && error.code === "signed-out") return this.#end(error, closeCode);
        const code = closeCodeOf(error);
        if (code !== null && !resumable.has(code)) return this.#end(failureOfClose(code, null), code);
      }
      await this.#nap(this.#ports.random() * Math.min(retryCapMs, 250 * 2 ** attempt));
    }
    this.#end(new Failure("unreachable", `no connection after ${attempts} attempts`), closeCode);
  }

  #why(): SuspendReason {
    if (this.#isHeld) return "manual";
    return this.#ports.online() ? "network" : "offline";
  }

  #startOver(): void {
    this.#standing = "over";
    this.#events.rebuilt();
  }

  #end(failure: Failure, closeCode: number): void {
    this.#standing = "over";
    this.#events.ended(failure, closeCode);
  }

  /** Until there is reason to hope, or for so many milliseconds. */
  #nap(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const cancel = ms === null ? () => undefined : this.#ports.timer(() => this.#wake(), ms);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** enigma.js rejects so when the server made a new engine session in place of the old one. */
function isNotAttached(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === -12;
}
