// The tenant's operator API, as far as the console calls it.

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

/** An event of the stream and an entry of the log have the same shape where both have a member. */
export interface Entry {
  readonly at: string;
  readonly type?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly by?: string;
  readonly user?: string;
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

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = new Headers(init.headers);
  if (init.method !== undefined) headers.set("qlik-csrf-token", csrf);
  const response = await fetch(path, { ...init, headers });
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

export function sessions(filter: URLSearchParams, limit: number): Promise<Page<Session>> {
  const query = new URLSearchParams(filter);
  query.set("limit", String(limit));
  return call(`${base}/sessions?${query}`);
}

export function audit(next: string | undefined): Promise<Page<Entry>> {
  return call(`${base}/audit?limit=100${next === undefined ? "" : `&next=${next}`}`);
}

function action(name: string, body: object): Promise<ActionResult> {
  const headers = { "content-type": "application/json" };
  return call(`${base}/sessions/actions/${name}`, { method: "POST", headers, body: JSON.stringify(body) });
}

export function end(ids: readonly string[], reason: string): Promise<ActionResult> {
  return action("end", reason === "" ? { ids } : { ids, reason });
}

export function message(ids: readonly string[], text: string, severity: string): Promise<ActionResult> {
  return action("message", { ids, message: text, severity });
}

const kinds = [
  "login",
  "login-renewed",
  "login-refused",
  "signed-out",
  "expired",
  "revoked",
  "engine-created",
  "engine-attached",
  "engine-detached",
  "engine-rebuilt",
  "engine-ended",
  "connection-refused",
  "admin-end",
  "admin-message",
];

export interface Listener {
  event(entry: Entry): void;
  /** Whatever was read before may be stale. */
  stale(): void;
  live(isLive: boolean): void;
}

/** The stream of events; the browser comes back by itself, where it left off. */
export function listen(listener: Listener): EventSource {
  const source = new EventSource(`${base}/events`);
  for (const kind of kinds) {
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
