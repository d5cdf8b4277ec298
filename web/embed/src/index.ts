// What `@fanlight/embed` exports. Importing it defines no element; `@fanlight/embed/define` does.
export { createEmbed } from "./embed.js";
export type { CallOptions, Embed, EmbedEvents, EmbedOptions, StateEvent } from "./embed.js";
export { EmbedError } from "./errors.js";
export type { ErrorCode } from "./errors.js";
export { browserPorts } from "./ports.js";
export type { Channel, PageEvent, Ports } from "./ports.js";
export type { KeepAlive } from "./pulse.js";
export type { Doc, EngineApi, Field, GenericObject } from "./qix.js";
export { transition } from "./state.js";
export type {
  BlockReason,
  Connected,
  Effect,
  EndReason,
  Event,
  ExpiryReason,
  How,
  State,
  StateName,
  Step,
  SuspendReason,
} from "./state.js";
export type {
  FrameMessage,
  OnConnected,
  OnSessionClosed,
  OnSessionExpiring,
  OnSessionExtended,
  OperatorMessage,
} from "./wire.js";
