// The life of one embedded session, as a pure state machine.
//
//   idle → signing-in → connecting → live ⇄ expiring
//                                      live → suspended → resuming → live
//   any of these but idle → ended or blocked → signing-in
//
// `transition` decides; `session.ts` carries out the effects and reports what came of them as further events. Times
// are milliseconds of the page's clock and only ever compared with each other.

import type {
  BlockedReason,
  EndedReason,
  ExpiringReason,
  ResumeHow,
  SuspendedReason,
} from "./generated/session.js";

// The words are the server's: `cargo xtask gen` writes them from its own enums.
/** Why nobody is trying to connect at the moment. */
export type SuspendReason = SuspendedReason;
/** Which of the login session's two limits comes near. */
export type ExpiryReason = ExpiringReason;
/** Why the session is over. */
export type EndReason = EndedReason;
/** What keeps a session from coming about. */
export type BlockReason = BlockedReason;
/** What a connection found: a new engine session, the old one, or a new one in place of the old one. */
export type How = ResumeHow;

/** How the present connection came about. */
export interface Connected {
  readonly how: How;
  /** What the old engine session held and this one does not; empty unless `how` is `rebuilt`. */
  readonly notRestored: readonly string[];
}

export type State =
  | { readonly name: "idle" }
  | { readonly name: "signing-in" }
  | { readonly name: "connecting" }
  | ({ readonly name: "live" } & Connected)
  | ({
      readonly name: "expiring";
      readonly reason: ExpiryReason;
      /** Seconds that were left when the server said so. */
      readonly secondsLeft: number;
      /** When the end comes unless something is done. */
      readonly endsAt: number;
    } & Connected)
  | { readonly name: "suspended"; readonly reason: SuspendReason; readonly code: number | null }
  | {
      readonly name: "resuming";
      /** Why the session had been suspended. */
      readonly reason: SuspendReason;
      /** Counts from 1. */
      readonly attempt: number;
      /** When this attempt starts, or started. */
      readonly nextAt: number;
      /** When the first attempt started. */
      readonly since: number;
    }
  | {
      readonly name: "ended";
      readonly reason: EndReason;
      readonly code: number | null;
      /** For `revoked` the reason that an operator gave, in the operator's words; else empty. */
      readonly detail: string;
    }
  | { readonly name: "blocked"; readonly reason: BlockReason; readonly detail: string };

export type StateName = State["name"];
export type StateOf<N extends StateName> = Extract<State, { readonly name: N }>;

export type Event =
  /** The portal wants a session, or a new one. */
  | { readonly type: "start" }
  /** The page does not want the session any more; the login session stays. */
  | { readonly type: "stop" }
  | { readonly type: "suspend" }
  | { readonly type: "resume" }
  /** The tenant knows the person. */
  | { readonly type: "signed-in" }
  /** The engine session is there and its app is open. */
  | ({ readonly type: "opened" } & Connected)
  /** An attempt to resume failed in a way that is worth another one. */
  | { readonly type: "failed"; readonly retryInMs: number }
  /** The connection was lost, or is open and answers no more. */
  | {
      readonly type: "dropped";
      readonly reason: "network" | "engine-restart";
      readonly code: number | null;
      readonly retryInMs: number;
    }
  /** The clock jumped: the machine slept or the page was frozen. */
  | { readonly type: "slept" }
  | { readonly type: "offline" }
  | { readonly type: "online" }
  /** The tab became visible. */
  | { readonly type: "shown" }
  /** The time that a `wait` effect named has come. */
  | { readonly type: "due" }
  | { readonly type: "expiring"; readonly reason: ExpiryReason; readonly secondsLeft: number }
  /** The announced end does not come. */
  | { readonly type: "renewed" }
  /** The person did something in the page. */
  | { readonly type: "activity" }
  | {
      readonly type: "ended";
      readonly reason: EndReason;
      readonly code: number | null;
      readonly detail: string;
    }
  | { readonly type: "blocked"; readonly reason: BlockReason; readonly detail: string };

export type EventType = Event["type"];
export type EventOf<T extends EventType> = Extract<Event, { readonly type: T }>;

export type Effect =
  /** Abort whatever is under way and forget the time that is waited for. */
  | { readonly type: "cancel" }
  /** Let go of the connection; the engine session is wanted back. */
  | { readonly type: "disconnect" }
  /** Let go of the connection for good. */
  | { readonly type: "close" }
  | { readonly type: "sign-in" }
  | { readonly type: "connect" }
  /** Get the connection back, or make the first one. */
  | { readonly type: "resume" }
  /** Report `due` at this time. */
  | { readonly type: "wait"; readonly until: number }
  /** Find out whether the connection still answers. */
  | { readonly type: "probe" }
  /** Put off the announced end, if the keep-alive policy allows; `by` says who asks. */
  | { readonly type: "extend"; readonly reason: ExpiryReason; readonly by: "policy" | "person" };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** Attempts to resume go on for this long; after it the tenant counts as unreachable. */
export const giveUpAfterMs = 15 * 60_000;
/** An announced end that is this late is asked after, and an answer takes it back. */
export const graceMs = 2_000;
/** Notices of the same end differ by their travelling time; smaller differences are no news. */
const sameEndMs = 1_500;

export const initial: State = { name: "idle" };

/** What `event` makes of `state` at the time `now`. Returns the same state object when nothing changes. */
export function transition(state: State, event: Event, now: number): Step {
  // The table has an entry for every pair, but the compiler cannot follow the pairing through two look-ups.
  const rule = table[state.name][event.type] as Rule<State, Event>;
  return rule(state, event, now);
}

type Rule<S extends State, E extends Event> = (state: S, event: E, now: number) => Step;
type Table = {
  readonly [N in StateName]: { readonly [T in EventType]: Rule<StateOf<N>, EventOf<T>> };
};

const cancel: Effect = { type: "cancel" };
const disconnect: Effect = { type: "disconnect" };
const close: Effect = { type: "close" };
const probe: Effect = { type: "probe" };

const stay = (state: State): Step => ({ state, effects: [] });
const begin = (): Step => ({ state: { name: "signing-in" }, effects: [cancel, close, { type: "sign-in" }] });
const stop = (): Step => ({ state: { name: "idle" }, effects: [cancel, close] });
const end = (_: State, { reason, code, detail }: EventOf<"ended">): Step => ({
  state: { name: "ended", reason, code, detail },
  effects: [cancel, close],
});
const block = (_: State, { reason, detail }: EventOf<"blocked">): Step => ({
  state: { name: "blocked", reason, detail },
  effects: [cancel, close],
});
const suspendFor = (reason: SuspendReason) => (): Step => ({
  state: { name: "suspended", reason, code: null },
  effects: [cancel, disconnect],
});
const open = (_: State, { how, notRestored }: EventOf<"opened">): Step => ({
  state: { name: "live", how, notRestored },
  effects: [cancel],
});
const drop = (_: State, { reason, code, retryInMs }: EventOf<"dropped">, now: number): Step => ({
  state: { name: "suspended", reason, code },
  effects: [cancel, disconnect, { type: "wait", until: now + retryInMs }],
});
const wake = (_: State, __: Event, now: number): Step => ({
  state: { name: "suspended", reason: "asleep", code: null },
  effects: [cancel, disconnect, { type: "wait", until: now }],
});
const check = (state: State): Step => ({ state, effects: [probe] });

/** The server says that an end comes near. */
function warn(state: StateOf<"live" | "expiring">, event: EventOf<"expiring">, now: number): Step {
  const { reason, secondsLeft } = event;
  const endsAt = now + secondsLeft * 1000;
  const known =
    state.name === "expiring" && state.reason === reason && Math.abs(state.endsAt - endsAt) <= sameEndMs;
  if (known) return stay(state);
  const { how, notRestored } = state;
  return {
    state: { name: "expiring", reason, secondsLeft, endsAt, how, notRestored },
    effects: [cancel, { type: "extend", reason, by: "policy" }, { type: "wait", until: endsAt + graceMs }],
  };
}

function resumeNow(state: StateOf<"suspended">, _: Event, now: number): Step {
  return {
    state: { name: "resuming", reason: state.reason, attempt: 1, nextAt: now, since: now },
    effects: [cancel, { type: "resume" }],
  };
}

/** Somebody or something gives reason to hope: a wait is cut short, an attempt under way goes on. */
function hurry(state: StateOf<"resuming">, _: Event, now: number): Step {
  if (state.nextAt <= now) return stay(state);
  return { state: { ...state, nextAt: now }, effects: [cancel, { type: "resume" }] };
}

function tryLater(state: StateOf<"resuming">, { retryInMs }: EventOf<"failed">, now: number): Step {
  if (now - state.since >= giveUpAfterMs) {
    const detail = `no connection after ${state.attempt} attempts`;
    return block(state, { type: "blocked", reason: "tenant-unreachable", detail });
  }
  const nextAt = now + retryInMs;
  return {
    state: { ...state, attempt: state.attempt + 1, nextAt },
    effects: [cancel, { type: "wait", until: nextAt }],
  };
}

/** An attempt that a sleep cut in two is worth nothing: the next one starts at once, and the patience anew. */
function tryAgain(state: StateOf<"resuming">, _: Event, now: number): Step {
  return {
    state: { ...state, attempt: state.attempt + 1, nextAt: now, since: now },
    effects: [cancel, disconnect, { type: "resume" }],
  };
}

/** A suspension that ends when `event` comes, unless it was made by hand or there is no network. */
function resumeUnless(...reasons: SuspendReason[]): Rule<StateOf<"suspended">, Event> {
  return (state, event, now) => (reasons.includes(state.reason) ? stay(state) : resumeNow(state, event, now));
}

const opening = {
  start: stay,
  stop,
  suspend: suspendFor("manual"),
  resume: stay,
  failed: stay,
  dropped: stay,
  slept: stay,
  offline: suspendFor("offline"),
  online: stay,
  shown: stay,
  due: stay,
  expiring: stay,
  renewed: stay,
  activity: stay,
  ended: end,
  blocked: block,
} as const;

const connected = {
  start: begin,
  stop,
  suspend: suspendFor("manual"),
  resume: stay,
  "signed-in": stay,
  opened: stay,
  failed: stay,
  dropped: drop,
  slept: wake,
  offline: suspendFor("offline"),
  online: check,
  shown: check,
  expiring: warn,
  ended: end,
  blocked: block,
} as const;

const over = {
  start: begin,
  stop,
  suspend: stay,
  resume: stay,
  "signed-in": stay,
  opened: stay,
  failed: stay,
  dropped: stay,
  slept: stay,
  offline: stay,
  online: stay,
  shown: stay,
  due: stay,
  expiring: stay,
  renewed: stay,
  activity: stay,
  ended: stay,
  blocked: stay,
} as const;

const table: Table = {
  idle: { ...over, stop: stay },
  "signing-in": {
    ...opening,
    "signed-in": () => ({ state: { name: "connecting" }, effects: [{ type: "connect" }] }),
    opened: stay,
  },
  connecting: { ...opening, "signed-in": stay, opened: open },
  live: { ...connected, due: stay, renewed: stay, activity: stay },
  expiring: {
    ...connected,
    due: check,
    renewed: ({ how, notRestored }) => ({ state: { name: "live", how, notRestored }, effects: [cancel] }),
    activity: (state) => ({
      state,
      effects: state.reason === "idle" ? [{ type: "extend", reason: "idle", by: "person" }] : [],
    }),
  },
  suspended: {
    start: begin,
    stop,
    suspend: (state) => (state.reason === "manual" ? stay(state) : suspendFor("manual")()),
    resume: resumeNow,
    "signed-in": stay,
    opened: stay,
    failed: stay,
    dropped: stay,
    slept: stay,
    offline: (state) =>
      state.reason === "manual" || state.reason === "offline" ? stay(state) : suspendFor("offline")(),
    online: resumeUnless("manual"),
    shown: resumeUnless("manual", "offline"),
    due: resumeUnless("manual", "offline"),
    expiring: stay,
    renewed: stay,
    activity: stay,
    ended: end,
    blocked: block,
  },
  resuming: {
    start: begin,
    stop,
    suspend: suspendFor("manual"),
    resume: hurry,
    "signed-in": stay,
    opened: open,
    failed: tryLater,
    dropped: stay,
    slept: tryAgain,
    offline: suspendFor("offline"),
    online: hurry,
    shown: hurry,
    due: (state) => ({ state, effects: [{ type: "resume" }] }),
    expiring: stay,
    renewed: stay,
    activity: stay,
    ended: end,
    blocked: block,
  },
  ended: over,
  // A tenant that could not be reached is tried again when the network comes back; nothing else heals by itself.
  blocked: {
    ...over,
    online: (state) => (state.reason === "tenant-unreachable" ? begin() : stay(state)),
  },
};
