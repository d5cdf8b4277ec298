// The portal's own backend: its people, its session cookie, and the tokens it mints for whoever is signed in.
import { BlockedError } from "./state.js";

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
  readonly title?: string;
}

/** Proves to the portal's backend that a request comes from its own page. */
let csrf = "";

export async function getConfig(): Promise<Config> {
  return (await getJson("/config.json")) as Config;
}

export async function getPeople(): Promise<Person[]> {
  const answer = await getJson("/people");
  return Array.isArray(answer) ? answer : (answer as { people: Person[] }).people;
}

/** Who is signed in to the portal; null when nobody is. */
export async function getMe(): Promise<Person | null> {
  const response = await fetch("/me");
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(`/me answered ${response.status}`);
  const answer = (await response.json()) as { person?: Person; csrf?: string } & Person;
  csrf = response.headers.get("x-csrf-token") ?? answer.csrf ?? "";
  return answer.person ?? answer;
}

export async function signIn(person: string): Promise<void> {
  const response = await post("/sign-in", { person });
  if (!response.ok) throw new Error(`the portal refused the sign-in (${response.status})`);
}

export async function signOut(): Promise<void> {
  await post("/sign-out", {});
}

/** Step 1: the backend mints a token for the person that the portal's cookie names. */
export async function fetchToken(): Promise<string> {
  const response = await post("/analytics-token", {});
  if (!response.ok)
    throw new BlockedError("token-endpoint-failed", `the token endpoint answered ${response.status}`);
  const { body } = (await response.json()) as { body: string };
  return body;
}

function post(path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json", "x-csrf-token": csrf };
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function getJson(path: string): Promise<unknown> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}
