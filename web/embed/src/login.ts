// The login session: how it is begun, renewed and ended, and what lets a WebSocket in under it. By cookie where the
// browser sends one back, else by one-time tickets.
import { EmbedError, Refusal, blocked, ended, throwIfAborted } from "./errors.js";
import type { Ports } from "./ports.js";
import type { EndReason } from "./state.js";
import type { Tabs } from "./tabs.js";
import { Tenant } from "./tenant.js";
import { fetchToken } from "./token.js";
import type { TokenSource } from "./token.js";
import { retrying } from "./wait.js";
import { ticketParameter } from "./wire.js";

export interface LoginOptions {
  readonly host: string;
  readonly webIntegration: string | null;
  readonly app: string;
  readonly identity: string | null;
  readonly token: TokenSource;
}

type Standing =
  | { readonly by: "nothing" }
  | { readonly by: "cookie"; readonly user: string }
  /** `next` is a ticket that was taken out already. */
  | { readonly by: "ticket"; readonly next: string | null };

/** Why the login session has ended, that it goes on, or that the tenant gave no answer. */
export type LoginWord = EndReason | "stands" | "silent";

const tries = 4;

/**
 * Sign-ins under way in this page. Each one gives the browser a new cookie, and with it makes void what another embed is
 * about to show for the one before; so embeds that begin together share one.
 */
const underWay = new WeakMap<Ports, Map<string | TokenSource, Promise<string | null>>>();

export class Login {
  readonly #ports: Ports;
  readonly #tenant: Tenant;
  readonly #tabs: Tabs;
  readonly #options: LoginOptions;
  #standing: Standing = { by: "nothing" };
  /** The login session under the tickets. */
  #ticketSession: string | null = null;

  constructor(ports: Ports, tenant: Tenant, tabs: Tabs, options: LoginOptions) {
    this.#ports = ports;
    this.#tenant = tenant;
    this.#tabs = tabs;
    this.#options = options;
  }

  get by(): Standing["by"] {
    return this.#standing.by;
  }

  /** Id of the person who signed in by cookie. */
  get user(): string | null {
    return this.#standing.by === "cookie" ? this.#standing.user : null;
  }

  /** Signs in by a token of the portal's backend. */
  async signIn(signal: AbortSignal): Promise<void> {
    const user = await this.#joinOrBegin(signal);
    if (user !== null) {
      this.#standing = { by: "cookie", user };
      this.#tabs.tell({ type: "signed-in", user });
      return;
    }
    // The tenant set a cookie and the browser did not send it back. Tickets need none.
    this.#ticketSession = null;
    const ticket = await retrying(this.#ports, tries, signal, () => this.#askForTicket(signal));
    if (ticket === null) throw blocked("cookies-blocked", "the browser does not send the tenant's cookie");
    this.#standing = { by: "ticket", next: ticket };
  }

  /** The query parameters that let one WebSocket in. */
  async credentials(signal: AbortSignal): Promise<Record<string, string>> {
    if (this.#standing.by !== "ticket") return Tenant.csrfQuery(await this.#tenant.csrf(signal));
    return { [ticketParameter]: await this.ticket(signal) };
  }

  /** A ticket for one WebSocket. Fails where there are none. */
  async ticket(signal: AbortSignal): Promise<string> {
    const ready = this.#standing.by === "ticket" ? this.#standing.next : null;
    if (ready !== null) {
      this.#standing = { by: "ticket", next: null };
      return ready;
    }
    const ticket = await this.#askForTicket(signal);
    if (ticket === null) throw blocked("cookies-blocked", "the tenant gives out no tickets any more");
    return ticket;
  }

  /**
   * Renews the login session by a new token. The one of the browser's cookie is renewed once per browser within
   * `freshForMs`, however many tabs ask; one by tickets is this embed's own.
   */
  async renew(freshForMs: number, signal: AbortSignal): Promise<void> {
    if (this.#standing.by === "ticket") {
      // The ticket that comes with it will have run out when one is needed.
      await retrying(this.#ports, tries, signal, () => this.#askForTicket(signal, { renew: true }));
      return;
    }
    return this.#tabs.renewOnce(freshForMs, signal, () =>
      retrying(this.#ports, tries, signal, () => this.#exchangeToken(signal)),
    );
  }

  /** Fails where the browser's cookie is somebody else's by now. */
  async checkPerson(signal: AbortSignal): Promise<void> {
    if (this.#standing.by !== "cookie") return;
    const user = await this.#tenant.whoAmI(signal);
    if (user !== null && user !== this.#standing.user) throw ended("replaced");
  }

  /** A call that counts as the person's presence. */
  async touch(signal: AbortSignal): Promise<void> {
    if (this.#standing.by === "cookie") await this.#tenant.whoAmI(signal);
  }

  /** What the tenant says of the browser's login session. */
  async ask(signal: AbortSignal): Promise<LoginWord> {
    try {
      await this.#tenant.csrf(signal);
      return "stands";
    } catch (error) {
      const verdict = error instanceof Refusal ? error.verdict : null;
      return verdict?.kind === "ended" ? verdict.reason : "silent";
    }
  }

  /**
   * Ends the browser's login session at the tenant, whether or not it was this embed that began it. One by tickets is
   * nobody's but this embed's: nothing is left that lets anybody in, and the tenant ends it when it goes idle.
   */
  async signOut(signal: AbortSignal): Promise<void> {
    if (this.#standing.by !== "ticket") await this.#tenant.signOut(signal);
    this.forget();
  }

  /** The next connection has to sign in anew. */
  forget(): void {
    this.#standing = { by: "nothing" };
    this.#ticketSession = null;
  }

  /** Who is signed in by cookie then; null = the browser keeps none. */
  async #joinOrBegin(signal: AbortSignal): Promise<string | null> {
    const { host, webIntegration, token } = this.#options;
    const key = typeof token === "function" ? token : [host, webIntegration, token.url].join(" ");
    const others = underWay.get(this.#ports) ?? new Map<string | TokenSource, Promise<string | null>>();
    underWay.set(this.#ports, others);
    for (let other = others.get(key); other !== undefined; other = others.get(key)) {
      try {
        return await other;
      } catch (error) {
        // Whoever began it has gone; its failure would be ours as well, but not its going.
        if (!(error instanceof EmbedError && error.code === "aborted")) throw error;
        throwIfAborted(signal);
      }
    }
    const own = this.#begin(signal).finally(() => others.delete(key));
    others.set(key, own);
    return own;
  }

  async #begin(signal: AbortSignal): Promise<string | null> {
    await retrying(this.#ports, tries, signal, () => this.#exchangeToken(signal));
    return retrying(this.#ports, tries, signal, () => this.#tenant.whoAmI(signal));
  }

  /** A token is asked for anew for every try: the tenant takes none twice, whether its answer arrived or not. */
  async #exchangeToken(signal: AbortSignal): Promise<void> {
    await this.#tenant.signIn(await fetchToken(this.#ports, this.#options.token, signal), signal);
  }

  async #askForTicket(signal: AbortSignal, more: { readonly renew?: true } = {}): Promise<string | null> {
    const token = await fetchToken(this.#ports, this.#options.token, signal);
    const { app, identity } = this.#options;
    const joined = this.#ticketSession === null ? {} : { sessionId: this.#ticketSession, ...more };
    const answer = await this.#tenant.tickets(token, { appId: app, identity, count: 1, ...joined }, signal);
    this.#ticketSession = answer?.sessionId ?? null;
    return answer?.tickets[0] ?? null;
  }
}
