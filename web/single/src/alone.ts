// The page without a page around it: nobody else signs its reader in, so it says where that is done, and takes what the
// tenant's sign-in page sends back.
import { isAlone } from "./bridge.js";

const key = "fanlight-single-state";

export interface Places {
  /** The page that the tenant sends people to; null when it has none. */
  readonly signInPage: string | null;
  /** The origins of its portals. */
  readonly portals: readonly string[];
}

const nowhere: Places = { signInPage: null, portals: [] };

/** Signs in with the token behind the `#`, if the page itself has asked for one. */
export async function takeToken(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!isAlone() || token === null) return;
  const query = new URLSearchParams(location.search);
  const [state, expected] = [query.get("state"), sessionStorage.getItem(key)];
  // A token stays in nobody's history, and one that this page did not ask for signs nobody in.
  query.delete("state");
  history.replaceState(null, "", `${location.pathname}?${query}`);
  sessionStorage.removeItem(key);
  if (state === null || state !== expected) return;
  const headers = { authorization: `Bearer ${token}` };
  await fetch("/login/jwt-session", { method: "POST", headers });
}

/** Where people sign in; nowhere that is known when the tenant does not say. */
export async function signInPlaces(): Promise<Places> {
  try {
    const response = await fetch("/login", { headers: { accept: "application/json" } });
    return response.ok ? ((await response.json()) as Places) : nowhere;
  } catch {
    return nowhere;
  }
}

/** To the tenant's sign-in page, which leads back to this sheet. */
export function goToSignIn(): void {
  const state = crypto.getRandomValues(new Uint32Array(4)).join("-");
  sessionStorage.setItem(key, state);
  const query = new URLSearchParams(location.search);
  query.set("state", state);
  location.assign(`/login?returnto=${encodeURIComponent(`${location.pathname}?${query}`)}`);
}
