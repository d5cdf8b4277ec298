// Unmodified enigma.js in Node against a server: signing in by token as a browser would, or by API key.
import enigma from "enigma.js";
import { Agent } from "node:http";
import { createRequire } from "node:module";
import { WebSocket } from "ws";
import type { Ready } from "./server.js";

const require = createRequire(import.meta.url);

/** A generated API of enigma.js, as far as the specs call it. */
export interface Api {
  readonly id: string;
  readonly handle: number;
  on(event: "changed" | "closed", listener: () => void): void;
  [method: string]: unknown;
}

export interface CloseDetail {
  readonly code: number;
  readonly initiator?: string;
}

/** Calls a method of a generated API by name. */
export function call<T = unknown>(api: Api, method: string, ...params: unknown[]): Promise<T> {
  const own = api[method];
  if (typeof own !== "function") throw new Error(`the schema has no ${method}`);
  return own.apply(api, params) as Promise<T>;
}

export function schema(version: string): object {
  return require(`enigma.js/schemas/${version}.json`) as object;
}

/** Headers of one signed-in browser. */
export interface Credentials {
  readonly headers: Record<string, string>;
  readonly query: string;
}

export function apiKey({ apiKey }: Ready): Credentials {
  return { headers: { authorization: `Bearer ${apiKey}` }, query: "" };
}

/** Steps 1 to 3 without a browser: a token, its cookies, a CSRF token. */
export async function signIn(ready: Ready, person: string): Promise<Credentials> {
  const tenant = loopback(ready.tenant);
  const minted = await fetch(`${loopback(ready.tokenEndpoint)}?user=${person}`);
  const { body } = (await minted.json()) as { body: string };
  const login = await fetch(`${tenant}/login/jwt-session`, {
    method: "POST",
    headers: { authorization: `Bearer ${body}` },
  });
  if (login.status !== 200) throw new Error(`sign-in answered ${login.status}: ${await login.text()}`);
  const cookie = login.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const csrf = await fetch(`${tenant}/api/v1/csrf-token`, { headers: { cookie } });
  const token = csrf.headers.get("qlik-csrf-token") ?? "";
  return {
    headers: { cookie, origin: new URL(ready.tenant).origin },
    query: `?qlik-csrf-token=${encodeURIComponent(token)}`,
  };
}

/** Ends the login session of these credentials. */
export async function signOut(ready: Ready, { headers, query }: Credentials): Promise<void> {
  const token = new URLSearchParams(query).get("qlik-csrf-token") ?? "";
  const all = { ...headers, "qlik-csrf-token": token };
  const answer = await fetch(`${loopback(ready.tenant)}/logout`, {
    method: "POST",
    headers: all,
    redirect: "manual",
  });
  if (answer.status >= 400) throw new Error(`sign-out answered ${answer.status}`);
}

export interface SessionOptions {
  readonly identity: string;
  readonly version?: string;
  readonly suspendOnClose?: boolean;
  readonly app?: string;
}

/** A session on the demo's app; open it with `openSession`. */
export function createSession(
  ready: Ready,
  credentials: Credentials,
  options: SessionOptions,
): EnigmaJS.Session {
  const { host } = new URL(ready.tenant);
  const path = `/app/${encodeURIComponent(options.app ?? ready.appId)}/identity/${encodeURIComponent(options.identity)}`;
  return enigma.create({
    schema: schema(options.version ?? "12.2027.0"),
    url: `ws://${host}${path}${credentials.query}`,
    suspendOnClose: options.suspendOnClose ?? false,
    createSocket: (url: string) =>
      new WebSocket(url, { headers: credentials.headers, agent }) as unknown as globalThis.WebSocket,
  });
}

/** Opens the session and its app. */
export async function openApp(ready: Ready, session: EnigmaJS.Session): Promise<{ global: Api; app: Api }> {
  const global = (await session.open()) as unknown as Api;
  return { global, app: await call<Api>(global, "openDoc", ready.appId) };
}

/** The session's next event of this name. */
export function nextEvent(session: EnigmaJS.Session, name: string): Promise<CloseDetail> {
  return new Promise((resolve) => session.on(name, resolve));
}

/** The address of the same server for a client that is no browser. */
export function loopback(url: string): string {
  return url.replace(/\/\/[a-z]+\.localhost/, "//127.0.0.1");
}

/** `*.localhost` is a browser's own name for this machine; Node's resolver need not know it. */
const agent = new Agent({
  lookup: (_host, options, found) => {
    if (options.all) found(null, [{ address: "127.0.0.1", family: 4 }]);
    else found(null, "127.0.0.1", 4);
  },
});
