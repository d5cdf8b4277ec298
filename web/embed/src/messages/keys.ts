// What there is to say, in every language.
import type { BlockReason, EndReason, ExpiryReason, SuspendReason } from "../state.js";

export type MessageKey =
  | "signing-in"
  | "connecting"
  | "resuming"
  | "rebuilt"
  | `suspended.${SuspendReason}`
  | `expiring.${ExpiryReason}`
  | `ended.${EndReason}`
  | `blocked.${BlockReason}`;

/** What a button does; portals name it in `data-fanlight`. */
export type Action = "restart" | "resume" | "stay" | "dismiss";

export interface Messages {
  /** Title and text; `{seconds}` stands for the seconds left. */
  readonly texts: Readonly<Record<MessageKey, readonly [title: string, text: string]>>;
  readonly actions: Readonly<Record<Action, string>>;
  /** What the frame is called for those who cannot see it. */
  readonly frame: string;
}
