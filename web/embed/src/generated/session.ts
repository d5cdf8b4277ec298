// Written by `cargo xtask gen` from crates/protocol/src/session.rs. Do not edit.
//
// The words of an embedded session. For each set there is an array of them and the union of them as a type.

/** Where an embedded session is. */
export const embedStates = [
  "idle",
  "signing-in",
  "connecting",
  "live",
  "expiring",
  "suspended",
  "resuming",
  "ended",
  "blocked",
] as const;
export type EmbedState = (typeof embedStates)[number];

/** Why there is no connection. */
export const suspendedReasons = ["offline", "network", "asleep", "engine-restart", "manual"] as const;
export type SuspendedReason = (typeof suspendedReasons)[number];

/** Why a session is over. */
export const endedReasons = [
  "idle-timeout",
  "lifetime",
  "revoked",
  "signed-out",
  "replaced",
  "app-removed",
  "no-such-app",
  "session-limit",
  "not-permitted",
] as const;
export type EndedReason = (typeof endedReasons)[number];

/** What keeps a session from coming about. */
export const blockedReasons = [
  "cookies-blocked",
  "frame-refused",
  "origin-not-allowed",
  "unknown-integration",
  "local-network-denied",
  "token-endpoint-failed",
  "token-rejected",
  "tenant-unreachable",
] as const;
export type BlockedReason = (typeof blockedReasons)[number];

/** Which limit comes near. */
export const expiringReasons = ["idle", "lifetime"] as const;
export type ExpiringReason = (typeof expiringReasons)[number];

/** What a connection found. */
export const resumeHows = ["created", "attached", "rebuilt"] as const;
export type ResumeHow = (typeof resumeHows)[number];

/** Why the server closes a connection: the text of the close frame. */
export const farewellReasons = [
  "idle-timeout",
  "lifetime",
  "revoked",
  "signed-out",
  "replaced",
  "app-removed",
  "no-such-app",
  "session-limit",
  "not-permitted",
  "engine-restart",
  "bad-request",
  "too-many-requests",
] as const;
export type FarewellReason = (typeof farewellReasons)[number];

/** What the server means by a close code when no notification came before it. */
export const farewellByCode: Readonly<Record<number, FarewellReason>> = {
  4001: "idle-timeout",
  4003: "engine-restart",
  4004: "app-removed",
  4005: "session-limit",
  4006: "signed-out",
  4202: "bad-request",
  4203: "not-permitted",
  4204: "no-such-app",
  4205: "too-many-requests",
};

/** What the server says of a session that an administrator ended without a reason. */
export const usualEnd = "an administrator has ended the session";
