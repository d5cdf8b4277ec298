// The portal's own backend, which vouches for its signed-in person by a short-lived token.
import { EmbedError, Refusal, blocked, passing, throwIfAborted } from "./errors.js";
import type { Ports } from "./ports.js";
import { within } from "./wait.js";
import { readToken } from "./wire.js";

/** Where sign-in tokens come from. */
export type TokenSource =
  /** An address of the portal; asked by `POST` with the portal's cookies and these headers. */
  | { readonly url: string; readonly headers: () => Readonly<Record<string, string>> }
  /** The portal's own code. */
  | ((signal: AbortSignal) => Promise<string>);

const deadlineMs = 15_000;

/** Asks for one token. Fails with a {@link Refusal}; a failure of the network or the backend's own may pass. */
export function fetchToken(ports: Ports, source: TokenSource, signal: AbortSignal): Promise<string> {
  const late = (): Error => passing("token-endpoint-failed", `no token within ${deadlineMs / 1000} s`);
  return within(ports, deadlineMs, signal, (own) => ask(ports, source, own), late);
}

async function ask(ports: Ports, source: TokenSource, signal: AbortSignal): Promise<string> {
  let text: string;
  try {
    text = typeof source === "function" ? await source(signal) : await post(ports, source, signal);
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof Refusal || error instanceof EmbedError) throw error;
    throw passing("token-endpoint-failed", error instanceof Error ? error.message : "no answer");
  }
  const token = readToken(text);
  if (token === null) throw blocked("token-endpoint-failed", "the answer holds no token");
  return token;
}

async function post(
  ports: Ports,
  { url, headers }: Exclude<TokenSource, (signal: AbortSignal) => Promise<string>>,
  signal: AbortSignal,
): Promise<string> {
  const response = await ports.fetch(url, {
    method: "POST",
    credentials: "include",
    cache: "no-store",
    headers: { accept: "application/json", ...headers() },
    signal,
  });
  if (response.ok) return response.text();
  const detail = `the token endpoint answered ${response.status}`;
  if (response.status === 429) throw passing("token-endpoint-failed", detail, "long");
  if (response.status >= 500 || response.status === 408) throw passing("token-endpoint-failed", detail);
  throw blocked("token-endpoint-failed", detail);
}
