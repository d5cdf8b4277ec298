// What the tabs of one portal tell each other about the tenant that they share a login session with.
import type { Ports } from "./ports.js";
import type { EndReason } from "./state.js";
import { pause } from "./wait.js";
import { isEndReason, isRecord } from "./wire.js";

export type TabMessage =
  /** The login session was renewed. */
  | { readonly type: "renewed" }
  /** This person signed in; the cookie of whoever was signed in before is gone. */
  | { readonly type: "signed-in"; readonly user: string }
  /** The login session has ended for this reason. Hearsay: who hears it asks the tenant before believing it. */
  | { readonly type: "ended"; readonly reason: EndReason; readonly detail: string }
  /**
   * Its person started a session of this identity again. `page` is the same for all embeds of one page; `reason` is why
   * the session had ended, null where it was blocked.
   */
  | {
      readonly type: "restarted";
      readonly identity: string | null;
      readonly page: string;
      readonly reason: EndReason | null;
    };

/** Long enough for another tab's word of a renewal to arrive after it released the lock. */
const settleMs = 100;

export class Tabs {
  readonly #ports: Ports;
  readonly #name: string;
  readonly #channel;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(ports: Ports, host: string, heard: (message: TabMessage) => void) {
    this.#ports = ports;
    this.#name = `fanlight:${host}`;
    this.#channel = ports.channel(this.#name);
    this.#channel.listen((data) => {
      const message = read(data);
      if (message === null) return;
      if (message.type === "renewed") this.#renewedAt = ports.now();
      heard(message);
    });
  }

  tell(message: TabMessage): void {
    this.#channel.post(message);
  }

  /**
   * Does `work` unless another tab did it within the last `freshForMs`; one tab at a time. A tab that dies at work
   * frees the way for the next one.
   */
  async renewOnce(freshForMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    await this.#ports.lock(`${this.#name}:renew`, signal, async () => {
      await pause(this.#ports, settleMs, signal);
      if (this.#ports.now() - this.#renewedAt <= freshForMs) return;
      await work();
      this.#renewedAt = this.#ports.now();
      this.tell({ type: "renewed" });
    });
  }

  close(): void {
    this.#channel.close();
  }
}

function read(data: unknown): TabMessage | null {
  if (!isRecord(data)) return null;
  const { type, user, reason, detail, identity, page } = data;
  if (type === "renewed") return { type };
  if (type === "signed-in" && typeof user === "string") return { type, user };
  if (type === "restarted" && typeof page === "string")
    return {
      type,
      page,
      identity: typeof identity === "string" ? identity : null,
      reason: isEndReason(reason) ? reason : null,
    };
  if (type !== "ended" || !isEndReason(reason)) return null;
  return { type, reason, detail: typeof detail === "string" ? detail : "" };
}
