// Signing in: the sign-in page of the tenant leads back here with a token behind the `#`.
import * as api from "./api.js";
import { part } from "./dom.js";

const key = "fanlight-console-state";

/** Who is signed in, after a token in the address was used up. */
export async function enter(): Promise<api.Me | null> {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  const state = new URLSearchParams(location.search).get("state");
  const expected = sessionStorage.getItem(key);
  if (token !== null) {
    // A token stays in nobody's history, and one that this page did not ask for signs nobody in.
    history.replaceState(null, "", location.pathname);
    sessionStorage.removeItem(key);
    if (state !== null && state === expected) await api.signIn(token);
  }
  return api.me();
}

export function goToSignIn(): void {
  const state = crypto.getRandomValues(new Uint32Array(4)).join("-");
  sessionStorage.setItem(key, state);
  const returnto = `/console/?state=${state}`;
  location.assign(`/login?returnto=${encodeURIComponent(returnto)}`);
}

export interface Closed {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  act(): void;
}

export function showGate({ title, text, action, act }: Closed): void {
  part("gate-title").textContent = title;
  part("gate-text").textContent = text;
  const button = part<HTMLButtonElement>("gate-action");
  button.textContent = action;
  button.onclick = act;
  part("gate").hidden = false;
  part("desk").hidden = true;
  part("account").hidden = true;
  part("gate-title").focus();
}
