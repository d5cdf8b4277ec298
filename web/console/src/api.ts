// The tenant's operator API, as far as the console calls it: sessions, events, the audit log. What can be changed about
// the tenant is in `resources.ts`.

export interface User {
  readonly id: string;
  readonly subject: string;
  readonly name: string;
}

export interface LoginSession {
  readonly kind: "login";
  readonly id: string;
  readonly state: string;
  readonly user: User;
  readonly webIntegration?: string;
  readonly webIntegrationName?: string;
  readonly kid: string;
  readonly jti: string;
  readonly createdAt: string;
  readonly renewedAt?: string;
  readonly lastActivityAt: string;
  readonly endsAt: string;
  readonly endsBy: string;
  readonly connections: number;
}

export interface EngineSession {
  readonly kind: "engine";
  readonly id: string;
  readonly state: string;
  readonly user: User;
  readonly app: string;
  readonly appName?: string;
  readonly identity?: string;
  readonly createdAt: string;
  readonly lastRequestAt: string;
  readonly endsAt?: string;
  readonly connections: readonly { readonly id: string; readonly loginSession?: string }[];
}

export type Session = LoginSession | EngineSession;

export interface Page<T> {
  readonly data: readonly T[];
  readonly next?: string;
  readonly total?: number;
}

export interface SessionPage extends Page<Session> {
  /** Of the whole tenant, whatever was asked for. */
  readonly counts: {
    readonly loginSessions: number;
    readonly engineSessions: number;
    readonly connections: number;
  };
}

/** An event of the stream and an entry of the log have the same shape where both have a member. */
export interface Entry {
  readonly at: string;
  readonly type?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly actorName?: string;
  readonly by?: string;
  readonly user?: string;
  readonly userName?: string;
  readonly loginSession?: string;
  readonly engineSession?: string;
  readonly app?: string;
  readonly identity?: string;
  readonly reason?: string;
  readonly detail?: string;
  readonly address?: string;
}

export interface ActionResult {
  readonly sessions: readonly string[];
  readonly connections: number;
  readonly notFound: readonly string[];
}

export interface Me extends User {
  readonly assignedRoles: readonly { readonly name: string }[];
}

/** A refusal, with the server's own words. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

const base = "/api/fanlight/v1";
let csrf = "";

/** Any call; `body` is sent as JSON. */
export async function call<T>(path: string, init: RequestInit = {}, body?: unknown): Promise<T> {
  const headers = new Headers(init.headers);
  if (init.method !== undefined) headers.set("qlik-csrf-token", csrf);
  if (body !== undefined) headers.set("content-type", "application/json");
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(path, { ...init, ...sent, headers });
  if (!response.ok) throw new Refused(response.status, await words(response));
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

async function words(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { errors?: { title?: string; detail?: string }[] };
    const first = body.errors?.[0];
    return [first?.title, first?.detail].filter(Boolean).join(": ");
  } catch {
    return `The server answered ${response.status}.`;
  }
}

/** Who is signed in here, or null. */
export async function me(): Promise<Me | null> {
  try {
    const found = await call<Me>("/api/v1/users/me");
    const answer = await fetch("/api/v1/csrf-token");
    csrf = answer.headers.get("qlik-csrf-token") ?? "";
    return found;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return null;
    throw error;
  }
}

export async function signIn(token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  await call("/login/jwt-session", { method: "POST", headers });
}

export async function signOut(): Promise<void> {
  await call("/logout", { method: "POST" });
}

export function sessions(filter: URLSearchParams, limit: number): Promise<SessionPage> {
  const query = new URLSearchParams(filter);
  query.set("limit", String(limit));
  return call(`${base}/sessions?${query}`);
}

export function audit(filter: URLSearchParams, next: string | undefined): Promise<Page<Entry>> {
  const query = new URLSearchParams(filter);
  query.set("limit", "100");
  if (next !== undefined) query.set("next", next);
  return call(`${base}/audit?${query}`);
}

function action(name: string, body: object): Promise<ActionResult> {
  return call(`${base}/sessions/actions/${name}`, { method: "POST" }, body);
}

export function end(ids: readonly string[], reason: string): Promise<ActionResult> {
  return action("end", reason === "" ? { ids } : { ids, reason });
}

export function message(ids: readonly string[], text: string, severity: string): Promise<ActionResult> {
  return action("message", { ids, message: text, severity });
}

/** What can happen, and how the console says it. */
export const kinds: Readonly<Record<string, string>> = {
  login: "Signed in",
  "login-renewed": "Signed in again",
  "login-refused": "Sign-in refused",
  "signed-out": "Signed out",
  expired: "Login session expired",
  revoked: "Login session ended",
  "engine-created": "Engine session began",
  "engine-attached": "Connected",
  "engine-detached": "Last connection gone",
  "engine-rebuilt": "Engine session rebuilt",
  "engine-ended": "Engine session ended",
  "connection-refused": "Connection refused",
  "admin-end": "Administrator ends sessions",
  "admin-message": "Administrator sends a message",
  "admin-change": "Settings changed",
};

export interface Listener {
  event(entry: Entry): void;
  /** Whatever was read before may be stale. */
  stale(): void;
  live(isLive: boolean): void;
}

/** The stream of events; the browser comes back by itself, where it left off. */
export function listen(listener: Listener): EventSource {
  const source = new EventSource(`${base}/events`);
  for (const kind of Object.keys(kinds)) {
    source.addEventListener(kind, (event) => listener.event(JSON.parse(event.data as string) as Entry));
  }
  source.addEventListener("reset", () => listener.stale());
  source.addEventListener("open", () => {
    listener.live(true);
    listener.stale();
  });
  source.addEventListener("error", () => listener.live(false));
  return source;
}
