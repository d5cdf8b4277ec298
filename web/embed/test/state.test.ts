// Every pair of state and event, with its outcome written down.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  blockedReasons,
  embedStates,
  endedReasons,
  expiringReasons,
  resumeHows,
  suspendedReasons,
} from "../src/generated/session.js";
import { giveUpAfterMs, initial, transition } from "../src/state.js";
import type { BlockReason, Effect, Event, EventType, State, StateName, SuspendReason } from "../src/state.js";

const now = 1_000_000;

const states = {
  idle: { name: "idle" },
  "signing-in": { name: "signing-in" },
  connecting: { name: "connecting" },
  live: { name: "live", how: "created", notRestored: [] },
  "expiring(idle)": expiring("idle"),
  "expiring(lifetime)": expiring("lifetime"),
  "suspended(network)": suspended("network"),
  "suspended(asleep)": suspended("asleep"),
  "suspended(engine-restart)": suspended("engine-restart"),
  "suspended(offline)": suspended("offline"),
  "suspended(manual)": suspended("manual"),
  "resuming(waiting)": resuming(now + 5_000, now - 1_000),
  "resuming(trying)": resuming(now - 1_000, now - 1_000),
  "resuming(too long)": resuming(now - 1_000, now - giveUpAfterMs),
  ended: { name: "ended", reason: "revoked", code: 4006, detail: "lost laptop" },
  "blocked(tenant-unreachable)": blocked("tenant-unreachable"),
  "blocked(cookies-blocked)": blocked("cookies-blocked"),
  "blocked(frame-refused)": blocked("frame-refused"),
  "blocked(origin-not-allowed)": blocked("origin-not-allowed"),
  "blocked(unknown-integration)": blocked("unknown-integration"),
  "blocked(local-network-denied)": blocked("local-network-denied"),
  "blocked(token-endpoint-failed)": blocked("token-endpoint-failed"),
  "blocked(token-rejected)": blocked("token-rejected"),
} as const satisfies Record<string, State>;

function suspended(reason: SuspendReason): State {
  return { name: "suspended", reason, code: reason === "network" ? 1006 : null };
}

function blocked(reason: BlockReason): State {
  return { name: "blocked", reason, detail: "" };
}

function expiring(reason: "idle" | "lifetime"): State {
  return {
    name: "expiring",
    reason,
    secondsLeft: 60,
    endsAt: now + 60_000,
    how: "attached",
    notRestored: [],
  };
}

function resuming(nextAt: number, since: number): State {
  return { name: "resuming", reason: "network", attempt: 3, nextAt, since };
}

const events: { readonly [T in EventType]: Extract<Event, { type: T }> } = {
  start: { type: "start" },
  stop: { type: "stop" },
  suspend: { type: "suspend" },
  resume: { type: "resume" },
  "signed-in": { type: "signed-in" },
  opened: { type: "opened", how: "rebuilt", notRestored: ["selections"] },
  failed: { type: "failed", retryInMs: 700 },
  dropped: { type: "dropped", reason: "engine-restart", code: 4003, retryInMs: 300 },
  slept: { type: "slept" },
  offline: { type: "offline" },
  online: { type: "online" },
  shown: { type: "shown" },
  due: { type: "due" },
  expiring: { type: "expiring", reason: "idle", secondsLeft: 30 },
  renewed: { type: "renewed" },
  activity: { type: "activity" },
  ended: { type: "ended", reason: "lifetime", code: 4006, detail: "" },
  blocked: { type: "blocked", reason: "frame-refused", detail: "silent" },
};

// Outcomes in short: the new state, then the effects; `-` = nothing at all.
const begin = "signing-in | cancel close sign-in";
const idle = "idle | cancel close";
const manual = "suspended(manual) | cancel disconnect";
const offline = "suspended(offline) | cancel disconnect";
const dropped = "suspended(engine-restart) | cancel disconnect wait+300";
const asleep = "suspended(asleep) | cancel disconnect wait+0";
const live = "live(rebuilt) | cancel";
const warned = "expiring(idle) | cancel extend(idle,policy) wait+32000";
const resume = "resuming#1 | cancel resume";
const hurried = "resuming#3 | cancel resume";
const ended = "ended(lifetime) | cancel close";
const refused = "blocked(frame-refused) | cancel close";

/** Waiting for a connection that was lost and may come back. */
const lost = row(
  {
    start: begin,
    stop: idle,
    suspend: manual,
    resume,
    offline,
    online: resume,
    shown: resume,
    due: resume,
    ended,
    blocked: refused,
  },
  "signed-in opened failed dropped slept expiring renewed activity",
);
/** Blocked by what does not heal by itself. */
const stuck = row(
  { start: begin, stop: idle },
  "suspend resume signed-in opened failed dropped slept offline online shown due expiring renewed activity ended blocked",
);

/** The end that was announced comes near. */
const ending = row(
  {
    start: begin,
    stop: idle,
    suspend: manual,
    dropped,
    slept: asleep,
    offline,
    online: "= | probe",
    shown: "= | probe",
    due: "= | probe",
    expiring: warned,
    renewed: "live(attached) | cancel",
    activity: "= | extend(idle,person)",
    ended,
    blocked: refused,
  },
  "resume signed-in opened failed",
);

const expected: Record<keyof typeof states, Record<EventType, string>> = {
  idle: row(
    { start: begin },
    "stop suspend resume signed-in opened failed dropped slept offline online shown due expiring renewed activity ended blocked",
  ),
  "signing-in": row(
    {
      stop: idle,
      suspend: manual,
      "signed-in": "connecting | connect",
      offline,
      ended,
      blocked: refused,
    },
    "start resume opened failed dropped slept online shown due expiring renewed activity",
  ),
  connecting: row(
    { stop: idle, suspend: manual, opened: live, offline, ended, blocked: refused },
    "start resume signed-in failed dropped slept online shown due expiring renewed activity",
  ),
  live: row(
    {
      start: begin,
      stop: idle,
      suspend: manual,
      dropped,
      slept: asleep,
      offline,
      online: "= | probe",
      shown: "= | probe",
      expiring: warned,
      ended,
      blocked: refused,
    },
    "resume signed-in opened failed due renewed activity",
  ),
  "expiring(idle)": ending,
  // Being there does not make anybody sign in again.
  "expiring(lifetime)": { ...ending, activity: "-" },
  "suspended(network)": lost,
  "suspended(asleep)": lost,
  "suspended(engine-restart)": lost,
  "suspended(offline)": row(
    {
      start: begin,
      stop: idle,
      suspend: manual,
      resume,
      online: resume,
      ended,
      blocked: refused,
    },
    "signed-in opened failed dropped slept offline shown due expiring renewed activity",
  ),
  "suspended(manual)": row(
    { start: begin, stop: idle, resume, ended, blocked: refused },
    "suspend signed-in opened failed dropped slept offline online shown due expiring renewed activity",
  ),
  "resuming(waiting)": row(
    {
      start: begin,
      stop: idle,
      suspend: manual,
      resume: hurried,
      opened: live,
      failed: "resuming#4 | cancel wait+700",
      slept: "resuming#4 | cancel disconnect resume",
      offline,
      online: hurried,
      shown: hurried,
      due: "= | resume",
      ended,
      blocked: refused,
    },
    "signed-in dropped expiring renewed activity",
  ),
  "resuming(trying)": row(
    {
      start: begin,
      stop: idle,
      suspend: manual,
      opened: live,
      failed: "resuming#4 | cancel wait+700",
      slept: "resuming#4 | cancel disconnect resume",
      offline,
      due: "= | resume",
      ended,
      blocked: refused,
    },
    "resume signed-in dropped online shown expiring renewed activity",
  ),
  "resuming(too long)": row(
    {
      start: begin,
      stop: idle,
      suspend: manual,
      opened: live,
      failed: "blocked(tenant-unreachable) | cancel close",
      slept: "resuming#4 | cancel disconnect resume",
      offline,
      due: "= | resume",
      ended,
      blocked: refused,
    },
    "resume signed-in dropped online shown expiring renewed activity",
  ),
  ended: row(
    { start: begin, stop: idle },
    "suspend resume signed-in opened failed dropped slept offline online shown due expiring renewed activity ended blocked",
  ),
  "blocked(tenant-unreachable)": row(
    { start: begin, stop: idle, online: begin },
    "suspend resume signed-in opened failed dropped slept offline shown due expiring renewed activity ended blocked",
  ),
  "blocked(cookies-blocked)": stuck,
  "blocked(frame-refused)": stuck,
  "blocked(origin-not-allowed)": stuck,
  "blocked(unknown-integration)": stuck,
  "blocked(local-network-denied)": stuck,
  "blocked(token-endpoint-failed)": stuck,
  "blocked(token-rejected)": stuck,
};

/** What comes of each event, and the events that do nothing. Each event is in one of the two. */
function row(outcomes: Partial<Record<EventType, string>>, nothing: string): Record<EventType, string> {
  const rest = nothing.split(" ").map((type) => [type, "-"] as [EventType, string]);
  const all = [...(Object.entries(outcomes) as [EventType, string][]), ...rest];
  assert.deepEqual(all.map(([type]) => type).sort(), Object.keys(events).sort());
  return Object.fromEntries(all) as Record<EventType, string>;
}

function inShort(before: State, after: State, effects: readonly Effect[]): string {
  if (after === before && effects.length === 0) return "-";
  return `${after === before ? "=" : stateInShort(after)} | ${effects.map(effectInShort).join(" ")}`;
}

function stateInShort(state: State): string {
  if (state.name === "live") return `live(${state.how})`;
  if (state.name === "resuming") return `resuming#${state.attempt}`;
  return "reason" in state ? `${state.name}(${state.reason})` : state.name;
}

function effectInShort(effect: Effect): string {
  if (effect.type === "wait") return `wait+${effect.until - now}`;
  return effect.type === "extend" ? `extend(${effect.reason},${effect.by})` : effect.type;
}

describe("transition", () => {
  for (const [stateName, state] of Object.entries(states)) {
    for (const [eventName, event] of Object.entries(events)) {
      test(`${stateName} + ${eventName}`, () => {
        const step = transition(state, event, now);
        const outcome = expected[stateName as keyof typeof states][eventName as EventType];
        assert.equal(inShort(state, step.state, step.effects), outcome);
      });
    }
  }

  test("the table has each state of the server's list, with each reason that is told apart", () => {
    const all: State[] = Object.values(states);
    assert.deepEqual([...new Set(all.map((state) => state.name))].sort(), [...embedStates].sort());
    const reasons = (name: StateName): string[] =>
      all.filter((state) => state.name === name && "reason" in state).map((state) => stateInShort(state));
    assert.equal(new Set(reasons("suspended")).size, suspendedReasons.length);
    assert.equal(new Set(reasons("blocked")).size, blockedReasons.length);
    assert.equal(new Set(reasons("expiring")).size, expiringReasons.length);
  });

  test("a repeated notice of the same end is no news", () => {
    const before = states["expiring(idle)"];
    const event: Event = { type: "expiring", reason: "idle", secondsLeft: 59.5 };
    assert.deepEqual(transition(before, event, now + 500), { state: before, effects: [] });
  });

  test("each state and reason can be reached from idle", () => {
    const reached = new Set<string>();
    const variants: Event[] = [
      ...Object.values(events),
      { type: "opened", how: "created", notRestored: [] },
      { type: "opened", how: "attached", notRestored: [] },
      { type: "dropped", reason: "network", code: 1006, retryInMs: 0 },
      { type: "expiring", reason: "lifetime", secondsLeft: 30 },
      ...endedReasons.map((reason): Event => ({ type: "ended", reason, code: null, detail: "" })),
      ...blockedReasons.map((reason): Event => ({ type: "blocked", reason, detail: "" })),
    ];
    const key = (state: State): string => {
      const reason = "reason" in state ? state.reason : "how" in state ? state.how : "";
      return `${state.name} ${reason}`.trim();
    };
    const open: State[] = [initial];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (reached.has(key(state))) continue;
      reached.add(key(state));
      for (const event of variants) open.push(transition(state, event, now).state);
    }
    // What stands behind each name; a new name does not compile until it is here.
    const behind: Record<StateName, readonly string[]> = {
      idle: [],
      "signing-in": [],
      connecting: [],
      live: resumeHows,
      expiring: expiringReasons,
      suspended: suspendedReasons,
      resuming: suspendedReasons,
      ended: endedReasons,
      blocked: blockedReasons,
    };
    const names = Object.entries(behind);
    const wanted = names.flatMap(([name, reasons]) =>
      reasons.length === 0 ? [name] : reasons.map((reason) => `${name} ${reason}`),
    );
    assert.deepEqual([...reached].sort(), wanted.sort());
  });
});
