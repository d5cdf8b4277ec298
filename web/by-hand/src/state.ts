// What the page knows about its analytics session. One value at a time; each says why it is so.

export type SuspendReason = "manual" | "network" | "offline";
export type EndReason =
  | "closed"
  | "idle-timeout"
  | "signed-out"
  | "app-removed"
  | "no-such-app"
  | "session-limit"
  | "not-permitted"
  | "unknown";
export type BlockReason =
  | "cookies-blocked"
  | "frame-refused"
  | "frame-failed"
  | "token-endpoint-failed"
  | "token-rejected"
  | "tenant-unreachable";

export type EmbedState =
  | { readonly state: "signing-in" }
  | { readonly state: "connecting" }
  /** `resumed` says what a resume came back to: the same engine session or a new one. */
  | { readonly state: "live"; readonly resumed: "attached" | "rebuilt" | null }
  | { readonly state: "suspended"; readonly reason: SuspendReason; readonly code: number }
  | { readonly state: "resuming" }
  | { readonly state: "ended"; readonly reason: EndReason; readonly code: number }
  | { readonly state: "blocked"; readonly reason: BlockReason; readonly detail: string };

/** A step on the way to the embedded sheet that did not work out. */
export class BlockedError extends Error {
  override readonly name = "BlockedError";
  readonly reason: BlockReason;

  constructor(reason: BlockReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** What a close code of the engine's WebSocket says: gone for good, or worth resuming. */
export function endReason(code: number): EndReason | null {
  switch (code) {
    case 1000:
      return "closed";
    case 4001:
      return "idle-timeout";
    case 4004:
      return "app-removed";
    case 4204:
      return "no-such-app";
    case 4005:
      return "session-limit";
    case 4006:
      return "signed-out";
    case 4203:
      return "not-permitted";
    case 4202:
    case 4205:
      return "unknown";
    default:
      return null;
  }
}
