// The tenant's HTTP side: sign-in, who is signed in, CSRF token, tickets, sign-out. Every call fails with a `Refusal`
// that says what it means for the session.
import { EmbedError, Refusal, blocked, ended, passing, throwIfAborted } from "./errors.js";
import { isLocalNetworkDenied } from "./localnet.js";
import type { Ports } from "./ports.js";
import { within } from "./wait.js";
import { isEndReason, isRecord, logoutPath, reachabilityPath, readError, ticketPath } from "./wire.js";
import type { TicketAnswer, TicketRequest } from "./wire.js";

export interface TenantAddress {
  /** The tenant's origin, such as `https://tenant.example`. */
  readonly host: string;
  /** Null where the tenant needs none, as on the same site. */
  readonly webIntegration: string | null;
}

const deadlineMs = 15_000;
const csrfHeader = "qlik-csrf-token";
const unknownIntegration = "ORIGIN-2";
const integrationName = "qlik-web-integration-id";

export class Tenant {
  readonly #ports: Ports;
  readonly #address: TenantAddress;

  constructor(ports: Ports, address: TenantAddress) {
    this.#ports = ports;
    this.#address = address;
  }

  /** Exchanges `token` for the login session's cookie. A token is good for one call. */
  async signIn(token: string, signal: AbortSignal): Promise<void> {
    const id = this.#address.webIntegration;
    // A preflight cannot carry the header's value, so the query names the integration too.
    const query = id === null ? "" : `?${integrationName}=${encodeURIComponent(id)}`;
    const response = await this.#call(`/login/jwt-session${query}`, signal, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
    if (response.ok) return;
    const { text } = await errorOf(response);
    throw blocked("token-rejected", text || `the sign-in was answered with ${response.status}`);
  }

  /** The id of the person that the browser's cookie names; null when there is no login session, or no cookie. */
  async whoAmI(signal: AbortSignal): Promise<string | null> {
    const response = await this.#call("/api/v1/users/me", signal);
    if (response.status === 401) return null;
    if (!response.ok) throw passing("tenant-unreachable", `users/me answered ${response.status}`);
    const me: unknown = await response.json().catch(() => null);
    return isRecord(me) && typeof me["id"] === "string" ? me["id"] : "";
  }

  /** A token for the next WebSocket. The call counts as nobody's activity. */
  async csrf(signal: AbortSignal): Promise<string> {
    const response = await this.#call("/api/v1/csrf-token", signal);
    if (response.status === 401) {
      const { text, words } = await errorOf(response);
      throw ended(isEndReason(text) ? text : "signed-out", null, words);
    }
    const token = response.headers.get(csrfHeader);
    if (!response.ok || token === null)
      throw passing("tenant-unreachable", `csrf-token answered ${response.status}`);
    return token;
  }

  /** One-time credentials for WebSockets; null when the tenant has none to give. */
  async tickets(token: string, request: TicketRequest, signal: AbortSignal): Promise<TicketAnswer | null> {
    const response = await this.#call(ticketPath, signal, {
      method: "POST",
      credentials: "omit",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(request),
    }).catch((error: unknown) => {
      // A tenant that knows the page but not the path may refuse already the preflight.
      if (error instanceof Refusal && error.message === "origin-not-allowed") return null;
      throw error;
    });
    // The token is one that a sign-in was taken with, so a 403 is about tickets as such.
    if (response === null || [403, 404, 405, 501].includes(response.status)) return null;
    if (!response.ok) {
      const { text, words } = await errorOf(response);
      // The login session that the request named is over.
      if (isEndReason(text)) throw ended(text, null, words);
      throw blocked("token-rejected", text);
    }
    const answer = (await response.json().catch(() => null)) as Partial<TicketAnswer> | null;
    const tickets = answer?.tickets?.filter((ticket) => typeof ticket === "string") ?? [];
    if (tickets.length < request.count) throw passing("tenant-unreachable", "too few tickets came back");
    const sessionId = typeof answer?.sessionId === "string" ? { sessionId: answer.sessionId } : {};
    return { tickets, ...sessionId, expiresInSeconds: answer?.expiresInSeconds ?? 60 };
  }

  /** Ends the login session and every engine session under it. One that has ended already is fine. */
  async signOut(signal: AbortSignal): Promise<void> {
    let csrf: string;
    try {
      csrf = await this.csrf(signal);
    } catch (error) {
      if (error instanceof Refusal && error.verdict.kind === "ended") return;
      throw error;
    }
    await this.#call(logoutPath, signal, { method: "POST", headers: { [csrfHeader]: csrf } });
  }

  /** Where the engine listens. */
  socketUrl(
    app: string,
    identity: string | null,
    ttlSeconds: number | null,
    query: Record<string, string>,
  ): string {
    const path = ["app", app];
    if (identity !== null) path.push("identity", identity);
    if (ttlSeconds !== null) path.push("ttl", String(ttlSeconds));
    const parameters = new URLSearchParams(query);
    if (this.#address.webIntegration !== null) parameters.set(integrationName, this.#address.webIntegration);
    const origin = this.#address.host.replace(/^http/, "ws");
    return `${origin}/${path.map(encodeURIComponent).join("/")}?${parameters}`;
  }

  /** The query that lets a WebSocket in by cookie. */
  static csrfQuery(csrf: string): Record<string, string> {
    return { [csrfHeader]: csrf };
  }

  async #call(path: string, signal: AbortSignal, init: RequestInit = {}): Promise<Response> {
    const late = (): Error => passing("tenant-unreachable", `no answer within ${deadlineMs / 1000} s`);
    const headers = new Headers(init.headers);
    if (this.#address.webIntegration !== null) headers.set(integrationName, this.#address.webIntegration);
    const response = await within(
      this.#ports,
      deadlineMs,
      signal,
      async (own) => {
        try {
          return await this.#ports.fetch(this.#address.host + path, {
            mode: "cors",
            credentials: "include",
            cache: "no-store",
            ...init,
            headers,
            signal: own,
          });
        } catch {
          throwIfAborted(own);
          throw await this.#whyNoAnswer(own);
        }
      },
      late,
    );
    if (response.status === 429) throw passing("tenant-unreachable", "too many requests", "long");
    if (response.status >= 500) throw passing("tenant-unreachable", `${path} answered ${response.status}`);
    if (response.status === 403) await this.#throwIfForeign(response.clone());
    return response;
  }

  /** A page that some web integration lists may read why another one, or none, does not let it in. */
  async #throwIfForeign(response: Response): Promise<void> {
    const { code, text } = await errorOf(response);
    const id = this.#address.webIntegration;
    if (code === unknownIntegration)
      throw blocked("unknown-integration", text || `the tenant has no web integration ${id ?? ""}`);
    if (code.startsWith("ORIGIN-"))
      throw blocked("origin-not-allowed", text || "the page's origin is in no web integration of the tenant");
  }

  /** A browser tells a page the same of a refused origin and of a dead server; an address open to all tells them apart. */
  async #whyNoAnswer(signal: AbortSignal): Promise<Error> {
    const unreachable = passing("tenant-unreachable", "no answer from the tenant");
    if (!this.#ports.online()) return unreachable;
    try {
      const init: RequestInit = {
        method: "HEAD",
        mode: "no-cors",
        credentials: "omit",
        cache: "no-store",
        signal,
      };
      await this.#ports.fetch(this.#address.host + reachabilityPath, init);
    } catch (error) {
      if (signal.aborted && error instanceof EmbedError) return error;
      return (await isLocalNetworkDenied(this.#ports)) ? blockedLocally() : unreachable;
    }
    return passing("origin-not-allowed", "the tenant is there but does not answer this page's origin");
  }
}

function blockedLocally(): Refusal {
  return blocked("local-network-denied", "the browser has refused this page the local network");
}

async function errorOf(response: Response): Promise<ReturnType<typeof readError>> {
  return readError(await response.json().catch(() => null));
}
