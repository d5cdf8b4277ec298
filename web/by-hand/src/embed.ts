// A sheet in a portal's page, from the portal's sign-in to the last word about the session. This is the file to copy.
import enigma from "enigma.js";
import schema from "enigma.js/schemas/12.612.0.json" with { type: "json" };
import { listenToFrame, sheetUrl, themeOfDevice } from "./frame.js";
import { fetchToken } from "./portal.js";
import type { Config, Person } from "./portal.js";
import { readTheme } from "./qix.js";
import type { Doc, GlobalApi } from "./qix.js";
import { BlockedError, endReason } from "./state.js";
import type { EmbedState } from "./state.js";
import { fetchCsrfToken, signInToTenant } from "./tenant.js";

export interface Embed {
  readonly app: Doc;
  /** Lets go of the connection; the engine session stays for a while. */
  suspend(): Promise<void>;
  /** Comes back to the same engine session, or to a new one when that is gone. */
  resume(): Promise<void>;
  /** Ends this page's use of the engine session. */
  end(): Promise<void>;
}

/** Signs in, opens the engine session, frames the sheet; `onState` hears of everything that happens to it. */
export async function embed(
  config: Config,
  person: Person,
  identity: string,
  frame: HTMLIFrameElement,
  onState: (state: EmbedState) => void,
): Promise<Embed | null> {
  const lifetime = new AbortController();
  /** The last word: whatever the connection does from here on is no news. */
  const finish = (state: EmbedState): void => {
    if (lifetime.signal.aborted) return;
    lifetime.abort();
    onState(state);
  };
  const over = (code: number): void => finish({ state: "ended", reason: endReason(code) ?? "unknown", code });

  try {
    // Steps 1 to 3: a token from our own backend, a cookie for it from the tenant, a CSRF token for the socket.
    onState({ state: "signing-in" });
    await signInToTenant(config, person.id, fetchToken);
    let csrf = await fetchCsrfToken(config);

    // Step 4: the engine session of this person, this app and this identity.
    onState({ state: "connecting" });
    const integration = encodeURIComponent(config.webIntegrationId);
    const session = enigma.create({
      schema,
      url: `${config.tenant.replace(/^http/, "ws")}/app/${encodeURIComponent(config.appId)}/identity/${encodeURIComponent(identity)}`,
      createSocket: (url: string) =>
        new WebSocket(
          `${url}?qlik-csrf-token=${encodeURIComponent(csrf)}&qlik-web-integration-id=${integration}`,
        ),
      suspendOnClose: true,
    });

    // Step 7: whatever happens to the session is told at once.
    session.on("closed", ({ code }: CloseEvent) => over(code));
    session.on("suspended", ({ initiator, code }: { initiator: "manual" | "network"; code: number }) => {
      if (lifetime.signal.aborted) return;
      if (initiator === "network" && endReason(code) !== null) return over(code);
      onState({ state: "suspended", reason: navigator.onLine ? initiator : "offline", code });
    });
    // Another page may have opened a new session in place of a lost one: attached, but not to what we had.
    let connectedTo: string | undefined;
    session.on(
      "notification:OnConnected",
      ({ sessionId }: { sessionId?: string }) => (connectedTo = sessionId),
    );
    addEventListener("offline", () => void session.suspend(), { signal: lifetime.signal });
    lifetime.signal.addEventListener("abort", () => void session.close().catch(() => undefined));

    const global = await session.open<GlobalApi & EnigmaJS.QixObject>();
    const app = await global.openDoc(config.appId);
    let liveOn = connectedTo;

    // Steps 5 and 6: the framed sheet joins the same engine session.
    const heard = (): void => undefined;
    const failed = (code: string, message: string): void =>
      finish({
        state: "blocked",
        reason: code === "cookies-blocked" ? code : "frame-failed",
        detail: message,
      });
    const silent = (): void =>
      finish({ state: "blocked", reason: "frame-refused", detail: "the frame stayed silent" });
    listenToFrame(frame, config.tenant, { heard, failed, silent }, lifetime.signal);
    frame.src = sheetUrl(config, themeOfDevice(await readTheme(app)), identity);
    onState({ state: "live", resumed: null });

    // Step 8: back to the same selections.
    let resuming = false;
    const resume = async (): Promise<void> => {
      if (resuming || lifetime.signal.aborted) return;
      resuming = true;
      onState({ state: "resuming" });
      try {
        csrf = await fetchCsrfToken(config);
        const resumed = await session.resume(true).then(
          () => (connectedTo === liveOn ? ("attached" as const) : ("rebuilt" as const)),
          // Only "there is no such session any more" is answered by a new one.
          (error: { code?: number }) =>
            error.code === -12 ? session.resume().then(() => "rebuilt" as const) : Promise.reject(error),
        );
        liveOn = connectedTo;
        onState({ state: "live", resumed });
      } catch (error) {
        if (error instanceof BlockedError && error.reason === "token-rejected") return over(4006);
        onState({ state: "suspended", reason: navigator.onLine ? "network" : "offline", code: 1006 });
      } finally {
        resuming = false;
      }
    };
    return { app, suspend: () => session.suspend(), resume, end: () => session.close() };
  } catch (error) {
    const reason = error instanceof BlockedError ? error.reason : "tenant-unreachable";
    const detail = error instanceof Error ? error.message : "the engine session could not be opened";
    finish({ state: "blocked", reason, detail });
    return null;
  }
}
