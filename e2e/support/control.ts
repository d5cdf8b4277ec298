// The demo's control API: sessions that misbehave on demand, and a clock that can be moved.
import { loopback } from "./engine.js";
import type { Ready } from "./server.js";

export interface ControlledUser {
  readonly id: string;
  readonly subject: string;
  readonly name: string;
}

export interface ControlledLogin {
  readonly id: string;
  readonly user: ControlledUser;
  readonly state: "active";
  readonly createdAt: string;
  readonly lastActiveAt: string;
  readonly endsAt: string;
  readonly endsBy: "idle-timeout" | "lifetime";
  readonly connections: number;
}

export interface ControlledEngine {
  readonly id: string;
  readonly user: ControlledUser;
  readonly app: string;
  readonly identity: string | null;
  readonly state: "attached" | "detached";
  readonly until?: string;
  readonly connections: readonly { readonly id: string; readonly loginSession?: string }[];
  readonly fault: { readonly frozen: boolean; readonly delayMs: number };
}

/** `true` is always, or once for a fault whose name says so; a number is so many times. */
export type Times = boolean | number;

export interface Faults {
  readonly "csrf-refuse-once": Times;
  readonly "deny-app-once": Times;
  readonly "token-endpoint-500": Times;
  readonly "tickets-refuse": Times;
  readonly "plain-cookies": boolean;
  readonly "frame-refuse": boolean;
}

export interface ControlState {
  readonly now: string;
  readonly loginSessions: readonly ControlledLogin[];
  readonly engineSessions: readonly ControlledEngine[];
  readonly faults: Faults;
}

export type CloseCode = 4001 | 4003 | 4004 | 4005 | 4006 | 4202 | 4203 | 4204 | 4205;

export const noFaults: Faults = {
  "csrf-refuse-once": false,
  "deny-app-once": false,
  "token-endpoint-500": false,
  "tickets-refuse": false,
  "plain-cookies": false,
  "frame-refuse": false,
};

/** Any POST of the control API; gives the answer's body, if it has one. */
export async function control(ready: Ready, path: string, body: object): Promise<unknown> {
  return ask(ready, path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Moves the server's clock. */
export async function advanceClock(ready: Ready, seconds: number): Promise<void> {
  await control(ready, "clock", { advance: seconds });
}

/** Every session, and the faults as they stand. */
export async function state(ready: Ready): Promise<ControlState> {
  return (await ask(ready, "state", {})) as ControlState;
}

/** The login session of a person who has one. */
export async function loginOf(ready: Ready, subject: string): Promise<ControlledLogin> {
  const { loginSessions } = await state(ready);
  return only(
    loginSessions.filter(({ user }) => user.subject === subject),
    `login session of ${subject}`,
  );
}

/** The engine session under an identity that no other has. */
export async function engineOf(ready: Ready, identity: string): Promise<ControlledEngine> {
  const { engineSessions } = await state(ready);
  return only(
    engineSessions.filter((session) => session.identity === identity),
    `engine session under ${identity}`,
  );
}

export async function expireLogin(
  ready: Ready,
  id: string,
  reason: "idle-timeout" | "lifetime" = "idle-timeout",
): Promise<void> {
  await control(ready, `login-sessions/${id}/expire`, { reason });
}

export async function revokeLogin(ready: Ready, id: string, reason?: string): Promise<void> {
  await control(ready, `login-sessions/${id}/revoke`, reason === undefined ? {} : { reason });
}

/** Says farewell and closes; gives the number of connections, as the next three do. */
export function closeEngine(ready: Ready, id: string, code: CloseCode): Promise<number> {
  return counted(ready, id, "close", { code });
}

/** Cuts the TCP connections. */
export function dropEngine(ready: Ready, id: string): Promise<number> {
  return counted(ready, id, "drop", {});
}

/** Half-open connections, until `frozen` is false. */
export function freezeEngine(ready: Ready, id: string, frozen = true): Promise<number> {
  return counted(ready, id, "freeze", { frozen });
}

/** Every frame to the client comes so late; 0 ends it. */
export function delayEngine(ready: Ready, id: string, millis: number): Promise<number> {
  return counted(ready, id, "delay", { millis });
}

/** Plans faults or takes them back; what is left out stays. */
export async function setFaults(
  ready: Ready,
  faults: Partial<Faults> & { readonly "restart-engine"?: true },
): Promise<Faults> {
  return (await control(ready, "faults", faults)) as Faults;
}

async function counted(ready: Ready, id: string, action: string, body: object): Promise<number> {
  const answer = await control(ready, `engine-sessions/${id}/${action}`, body);
  return (answer as { connections: number }).connections;
}

async function ask(ready: Ready, path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(`${loopback(ready.control)}/${path}`, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

function only<T>(found: readonly T[], what: string): T {
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) throw new Error(`there are ${found.length} of: ${what}`);
  return first;
}
