// The two things that this page has from the tenant without the SDK's help: the SDK itself, and what a sign-out in some
// other tab would do.
import type { FanlightEmbedElement } from "../../embed/src/element.js";
import type { Config } from "./backend.js";

export type { FanlightEmbedElement };
export type { StateEvent } from "../../embed/src/embed.js";
export type { Doc, GenericObject } from "../../embed/src/qix.js";
export { embedStates } from "../../embed/src/generated/session.js";
export type { EmbedState } from "../../embed/src/generated/session.js";

/**
 * Defines `<fanlight-embed>`. A page that knows its tenant writes `<script type="module" src="…">`; this one is built
 * before it does. Loaded from the tenant, the SDK is always the one that fits the tenant, and the portal needs no build step
 * for it; the price is the tenant's origin in the page's `script-src`.
 */
export async function loadSdk({ tenant }: Config): Promise<void> {
  const url = `${tenant}/embed/fanlight-embed.js`;
  await import(/* the address is known at run time only */ url);
}

/** Ends the login session that the browser's cookie names, past the embeds, as another tab of another page would. */
export async function signOutElsewhere({ tenant, webIntegrationId }: Config): Promise<void> {
  const call = (path: string, init: RequestInit): Promise<Response> => {
    const headers = { "qlik-web-integration-id": webIntegrationId, ...init.headers };
    return fetch(tenant + path, { ...init, headers, credentials: "include", cache: "no-store" });
  };
  const given = await call("/api/v1/csrf-token", {});
  const token = given.headers.get("qlik-csrf-token");
  // Nobody is signed in: there is nothing to end.
  if (token === null) return;
  await call("/logout", { method: "POST", headers: { "qlik-csrf-token": token } });
}
