// What goes wrong on the server's side, caused by an administrator's calls or by the clock.
import { WebSocket } from "ws";
import { advanceClock } from "./control.js";
import { loopback, signIn } from "./engine.js";
import type { Ready } from "./server.js";

/** Most connections that the demo's tenant lets one person have. */
const connectionsPerUser = 50;

/** Calls of the tenant's administrator. */
export class Admin {
  readonly #ready: Ready;

  constructor(ready: Ready) {
    this.#ready = ready;
  }

  /** Ends all login sessions of a person, for a reason that the person reads. */
  async endSessionsOf(user: string, reason?: string): Promise<void> {
    const why = reason === undefined ? {} : { reason };
    await this.#call("POST", "/api/fanlight/v1/sessions/actions/end", {
      filter: { kind: "login", user },
      ...why,
    });
  }

  /** Says something to everybody who is signed in as that person. */
  async tell(user: string, message: string, severity: "notice" | "warning"): Promise<void> {
    await this.#call("POST", "/api/fanlight/v1/sessions/actions/message", {
      filter: { kind: "login", user },
      message,
      severity,
    });
  }

  async allowOrigins(validOrigins: readonly string[]): Promise<void> {
    const path = `/api/v1/web-integrations/${this.#ready.webIntegrationId}`;
    await this.#call("PATCH", path, [{ op: "replace", path: "/validOrigins", value: validOrigins }]);
  }

  /** Limits of login sessions that begin from now on. */
  async limit(idleMinutes: number, lifetimeMinutes: number): Promise<void> {
    await this.#call("PATCH", "/api/core/auth-settings", [
      { op: "replace", path: "/userSessionInactivityTimeoutMinutes", value: idleMinutes },
      { op: "replace", path: "/maxUserSessionLifespanMinutes", value: lifetimeMinutes },
    ]);
  }

  async #call(method: "POST" | "PATCH", path: string, body: unknown): Promise<unknown> {
    const { tenant, apiKey } = this.#ready;
    return call(loopback(tenant) + path, method, { authorization: `Bearer ${apiKey}` }, body);
  }
}

/**
 * Lets almost the whole lifetime of an hour pass for people who use the sheet now and then: `touch` is called often enough
 * that nothing goes idle.
 */
export async function passLifetimeUpTo(
  ready: Ready,
  secondsLeft: number,
  touch: () => Promise<unknown>,
): Promise<void> {
  for (const minutes of [20, 20]) {
    await advanceClock(ready, minutes * 60);
    await touch();
  }
  await advanceClock(ready, 20 * 60 - secondsLeft);
}

/** Takes all the connections that Ada may have; gives what frees them. */
export async function crowd(ready: Ready): Promise<() => void> {
  const { headers, query } = await signIn(ready, "ada");
  const app = `${loopback(ready.tenant).replace("http", "ws")}/app/${ready.appId}`;
  const sockets = Array.from(
    { length: connectionsPerUser },
    (_, at) => new WebSocket(`${app}/identity/crowd-${at % 5}${query}`, { headers }),
  );
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("message", resolve))));
  return () => sockets.forEach((socket) => socket.terminate());
}

async function call(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`);
  return text === "" ? null : JSON.parse(text);
}
