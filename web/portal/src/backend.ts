// The portal's own backend: its people, its session, and the failures that it arranges for whoever is signed in.

export interface Config {
  /** The analytics tenant's origin. */
  readonly tenant: string;
  readonly webIntegrationId: string;
  readonly appId: string;
  readonly sheetId: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly title: string;
}

/** What the backend did. */
export interface Outcome {
  /** Login sessions, engine sessions or connections that it touched. */
  readonly touched: number;
  /** Names of the failures that stay until "normal". */
  readonly inForce: readonly string[];
}

/** The portal's own session is over: the person has to sign in again. */
export class SignedOutError extends Error {
  override readonly name = "SignedOutError";
}

/** Proves to the backend that a request comes from its own page. */
let csrf = "";

/** The header that the SDK sends to the token endpoint. */
export function csrfHeader(): Readonly<Record<string, string>> {
  return { "x-csrf-token": csrf };
}

export async function getConfig(): Promise<Config> {
  return (await getJson("/config.json")) as Config;
}

export async function getPeople(): Promise<Person[]> {
  return (await getJson("/people")) as Person[];
}

/** Who is signed in to the portal; null when nobody is. */
export async function getMe(): Promise<Person | null> {
  const response = await fetch("/me");
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(`/me answered ${response.status}`);
  const answer = (await response.json()) as { person: Person; csrf: string };
  csrf = answer.csrf;
  return answer.person;
}

export async function signIn(person: string): Promise<Person> {
  const answer = (await (await post("/sign-in", { person })).json()) as { person: Person; csrf: string };
  csrf = answer.csrf;
  return answer.person;
}

export async function signOut(): Promise<void> {
  await post("/sign-out", {});
}

/** Makes the person's sessions fail as `name` says; only those with `identity` where the failure is of one session. */
export async function fail(name: string, identity: string): Promise<Outcome> {
  const response = await post(`/failures/${name}`, { identity });
  return (await response.json()) as Outcome;
}

/** What is in force already. */
export async function getInForce(): Promise<Outcome> {
  return (await getJson("/failures")) as Outcome;
}

async function post(path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json", ...csrfHeader() };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (response.ok) return response;
  const { error } = (await response.json().catch(() => ({}))) as { error?: string };
  const why = error ?? `the portal answered ${response.status}`;
  throw response.status === 401 ? new SignedOutError(why) : new Error(why);
}

async function getJson(path: string): Promise<unknown> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}
