// What makes up the tenant, by the REST API: lists, and the changes that the API takes.
import { call } from "./api.js";
import type { User } from "./api.js";

export interface WebIntegration {
  readonly id: string;
  readonly name: string;
  readonly validOrigins: readonly string[];
  readonly userSessionInactivityTimeoutMinutes?: number | null;
  readonly maxUserSessionLifespanMinutes?: number | null;
  readonly lastUpdated: string;
}

export interface StaticKey {
  readonly kid: string;
  readonly pem: string;
  readonly notBefore?: string | null;
  readonly retireAt?: string | null;
}

export interface IdentityProvider {
  readonly id: string;
  readonly description: string;
  readonly clockToleranceSec: number;
  readonly active: boolean;
  readonly lastUpdated: string;
  readonly options: {
    readonly issuer: string;
    readonly staticKeys?: readonly StaticKey[];
    readonly jwksUri?: string | null;
  };
}

export interface App {
  readonly attributes: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly lastReloadTime: string;
    readonly hasSectionAccess: boolean;
  };
}

/** What became of an app folder that changed while the server runs. */
export interface AppFolder {
  readonly app: string;
  readonly at: string;
  /** Why it was not taken in. */
  readonly refused?: string;
}

export interface ApiKey {
  readonly id: string;
  readonly sub: string;
  readonly description: string;
  readonly status: string;
  readonly scope: string;
  readonly expiry?: string;
  readonly created: string;
  readonly token?: string;
}

export interface Person extends User {
  readonly email?: string;
  readonly status: string;
  readonly assignedRoles: readonly { readonly name: string }[];
  readonly assignedGroups: readonly { readonly name: string }[];
  readonly lastUpdatedAt: string;
}

export interface CspOrigin {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly origin: string;
  readonly [directive: string]: string | boolean;
}

export interface AuthSettings {
  readonly maxUserSessionLifespanMinutes: number;
  readonly userSessionInactivityTimeoutMinutes: number;
}

export interface List<T> {
  readonly data: readonly T[];
}

interface Page<T> extends List<T> {
  readonly links: { readonly next?: { readonly href: string } };
}

/** Entries that a view shows; beyond that one looks by name. */
export const most = 1000;

export interface Found<T> {
  readonly entries: readonly T[];
  readonly hasMore: boolean;
}

/** The list at `path`, page by page, up to `most` entries. */
export async function all<T>(path: string): Promise<Found<T>> {
  const entries: T[] = [];
  let at: string | null = path;
  while (at !== null && entries.length < most) {
    const { data, links }: Page<T> = await call(at);
    entries.push(...data);
    const next: URL | null = links.next === undefined ? null : new URL(links.next.href, location.href);
    // The tenant may know itself by another address than the one it is called by here.
    at = next === null ? null : next.pathname + next.search;
  }
  return { entries, hasMore: at !== null };
}

export const paths = {
  integrations: "/api/v1/web-integrations",
  providers: "/api/v1/identity-providers",
  origins: "/api/v1/csp-origins",
  apps: "/api/v1/apps",
  folders: "/api/fanlight/v1/app-folders",
  keys: "/api/v1/api-keys",
  users: "/api/v1/users",
  settings: "/api/core/auth-settings",
} as const;

export const get = <T>(path: string): Promise<T> => call(path);
export const add = <T = unknown>(path: string, body: object): Promise<T> =>
  call(path, { method: "POST" }, body);
export const put = (path: string, body: object): Promise<void> => call(path, { method: "PUT" }, body);
export const remove = (path: string): Promise<void> => call(path, { method: "DELETE" });

/** Values in place of those that stand at these paths. */
export function replace(path: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  const patch = Object.entries(values).map(([at, value]) => ({ op: "replace", path: at, value }));
  return call(path, { method: "PATCH" }, patch);
}
