// The tenant's side of signing in: a token for a cookie, and a CSRF token for the WebSocket.
import { BlockedError } from "./state.js";

export interface Tenant {
  /** The tenant's origin. */
  readonly tenant: string;
  readonly webIntegrationId: string;
}

/**
 * Step 2: exchanges a token for the login session's cookie, and checks that the browser kept it. Whoever is signed in
 * already, in another tab, stays so: all tabs share one login session, and one sign-out ends them all.
 */
export async function signInToTenant(
  tenant: Tenant,
  subject: string,
  fetchToken: () => Promise<string>,
): Promise<void> {
  if ((await signedInAs(tenant)) === subject) return;
  const token = await fetchToken();
  const id = encodeURIComponent(tenant.webIntegrationId);
  const response = await call(tenant, `/login/jwt-session?qlik-web-integration-id=${id}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new BlockedError("token-rejected", await errorText(response));
  if ((await signedInAs(tenant)) === null) {
    throw new BlockedError("cookies-blocked", "the browser did not send the cookie back");
  }
}

/** The subject of the token that the browser's login session began with; null when there is none. */
async function signedInAs(tenant: Tenant): Promise<string | null> {
  const response = await call(tenant, "/api/v1/users/me");
  if (response.status === 401) return null;
  if (!response.ok) throw new BlockedError("tenant-unreachable", `users/me answered ${response.status}`);
  const { subject } = (await response.json()) as { subject: string };
  return subject;
}

/** Step 3: a browser's WebSocket carries no header of its own, so it carries this token. */
export async function fetchCsrfToken(tenant: Tenant): Promise<string> {
  const response = await call(tenant, "/api/v1/csrf-token", { cache: "no-store" });
  const token = response.headers.get("qlik-csrf-token");
  if (response.status === 401) throw new BlockedError("token-rejected", "the login session is over");
  if (token === null) throw new BlockedError("tenant-unreachable", `csrf-token answered ${response.status}`);
  return token;
}

/** Ends the login session and every engine session under it. */
export async function signOutOfTenant(tenant: Tenant): Promise<void> {
  const token = await fetchCsrfToken(tenant);
  await call(tenant, "/logout", { method: "POST", headers: { "qlik-csrf-token": token } });
}

async function call(
  { tenant, webIntegrationId }: Tenant,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("qlik-web-integration-id", webIntegrationId);
  try {
    return await fetch(`${tenant}${path}`, { ...init, headers, mode: "cors", credentials: "include" });
  } catch {
    throw new BlockedError("tenant-unreachable", "no answer from the analytics tenant");
  }
}

async function errorText(response: Response): Promise<string> {
  const answer = (await response.json().catch(() => null)) as {
    errors?: { title?: string; detail?: string }[];
  } | null;
  const first = answer?.errors?.[0];
  return first?.detail ?? first?.title ?? `the tenant answered ${response.status}`;
}
