// What the page knows of the login session that its connection was opened under: when its lifetime ends, and whether
// another one has taken its place.
import type { Ports } from "./ports.js";
import type { EndReason } from "./state.js";

/** The token is renewed this long before the lifetime's end, or a tenth of it where that is less. */
const renewAheadMs = 60_000;
/** A sign-in and the connection's word that it lives longer by it are not farther apart. */
const sameRenewalMs = 10_000;
/** Word of the same lifetime differs by its rounding and travelling time. */
const sameLifetimeMs = 2_000;

/** Ends that concern every tab under the same login session. */
const loginEnds: ReadonlySet<EndReason> = new Set([
  "idle-timeout",
  "lifetime",
  "revoked",
  "signed-out",
  "replaced",
]);

export function endsLogin(reason: EndReason): boolean {
  return loginEnds.has(reason);
}

export class Lifetime {
  readonly #ports: Ports;
  readonly #nearsItsEnd: () => void;
  #cancel: (() => void) | null = null;
  /** As far as the server said so. */
  #endsAt: number | null = null;
  /** When the login session itself was last renewed. */
  #renewedAt = Number.NEGATIVE_INFINITY;
  #hasSuccessor = false;

  constructor(ports: Ports, nearsItsEnd: () => void) {
    this.#ports = ports;
    this.#nearsItsEnd = nearsItsEnd;
  }

  /** A connection came about, under the newest login session that there is. */
  connected(): void {
    this.#hasSuccessor = false;
  }

  /** The connection says how much is left; `isExtension` where it says that it has become more. */
  heard(leftMs: number, isExtension: boolean): void {
    const now = this.#ports.now();
    const before = this.#endsAt;
    this.#endsAt = now + leftMs;
    if (isExtension && before !== null && this.#endsAt > before + sameLifetimeMs) {
      this.#renewedAt = now;
      this.#hasSuccessor = false;
    }
    this.stop();
    const ahead = Math.min(renewAheadMs, leftMs / 10);
    this.#cancel = this.#ports.timer(this.#nearsItsEnd, Math.max(0, leftMs - ahead));
  }

  /**
   * Somebody signed in with this browser's cookie. Some tenants renew the login session under the connection and say so
   * on it; others begin another one, and the connection's own comes to its end beside it.
   */
  signedInAgain(): void {
    this.#hasSuccessor = this.#ports.now() - this.#renewedAt > sameRenewalMs;
  }

  /** Whether an end for `reason` may be that of a login session whose successor goes on. */
  isOutlived(reason: EndReason): boolean {
    return this.#hasSuccessor && endsLogin(reason);
  }

  /** Nobody wants to hear of the end any more. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
