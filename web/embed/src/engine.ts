// One engine session over enigma.js: the WebSocket, the open app, and what the server says unasked. Knows nothing of
// states; the session decides what to make of it.
import enigma from "enigma.js";
import defaultSchema from "fanlight:schema";
import { EmbedError, Refusal, ended, passing, throwIfAborted } from "./errors.js";
import type { Ports } from "./ports.js";
import type { Doc, GenericObject, GlobalApi } from "./qix.js";
import { closeNow } from "./socket.js";
import type { Connected, EndReason } from "./state.js";
import { within } from "./wait.js";
import { closeVerdict, isRecord, readConnected, readFarewell, readSessionId } from "./wire.js";
import type { CloseVerdict, Farewell } from "./wire.js";

export interface EngineEvents {
  /** The open connection is gone. Not told of a connection that was let go of on purpose. */
  lost(verdict: CloseVerdict, code: number): void;
  /** The server said something unasked. */
  notified(name: string, params: unknown): void;
  /** A message came in. */
  heard(): void;
}

export interface EngineOptions {
  readonly app: string;
  /** The full schema of enigma.js, where the part that the package carries does not do. */
  readonly schema: object | null;
}

const connectDeadlineMs = 20_000;
const callDeadlineMs = 5_000;

export class Engine {
  readonly #ports: Ports;
  readonly #options: EngineOptions;
  readonly #events: EngineEvents;
  #session: EnigmaJS.Session | null = null;
  #global: GlobalApi | null = null;
  #doc: Doc | null = null;
  #docIsClosed = false;
  #url = "";
  #link: Link | null = null;
  #wasOpen = false;
  /** The engine session's id, where the server tells it. */
  #sessionId: string | null = null;
  #witness: GenericObject | "gone" | null = null;

  constructor(ports: Ports, options: EngineOptions, events: EngineEvents) {
    this.#ports = ports;
    this.#options = options;
    this.#events = events;
  }

  /** The open app; null before the first connection. */
  get doc(): Doc | null {
    return this.#doc;
  }

  /** Whether there is a connection, as far as the browser knows. */
  get isConnected(): boolean {
    return this.#link?.isOpen === true;
  }

  /** Connects through `url` and opens the app, or gets everything back that was open before. */
  async connect(url: string, signal: AbortSignal): Promise<Connected> {
    throwIfAborted(signal);
    this.disconnect();
    this.#url = url;
    const late = (): Error => passing("tenant-unreachable", "the engine does not answer in time");
    try {
      await within(this.#ports, connectDeadlineMs, signal, () => this.#openOrResume(), late);
    } catch (error) {
      const refusal = this.#refusalOf(error);
      this.disconnect();
      throw refusal;
    }
    const before = { sessionId: this.#sessionId, isGone: this.#witness === "gone" };
    const connected = readConnected(this.#link?.connected, this.#wasOpen ? before : null);
    this.#wasOpen = true;
    this.#sessionId = readSessionId(this.#link?.connected);
    if (this.#sessionId === null && (this.#witness === null || this.#witness === "gone"))
      void this.#placeWitness();
    if (this.#link !== null) this.#link.isOpen = true;
    return connected;
  }

  /** Whether the connection answers. The call counts as nobody's activity. */
  async ping(signal: AbortSignal): Promise<boolean> {
    return this.#answers(async () => this.#global?.engineVersion(), signal);
  }

  /** A call that counts as activity of the person. */
  async touch(signal: AbortSignal): Promise<boolean> {
    return this.#answers(async () => this.#doc?.getAppLayout(), signal);
  }

  /** The theme that the app's author chose, kept in the app's properties object; null when there is none. */
  async theme(signal: AbortSignal): Promise<string | null> {
    const doc = this.#doc;
    if (doc === null) return null;
    const read = async (): Promise<unknown> => {
      const list = await doc.createSessionObject({
        qInfo: { qType: "AppPropsList" },
        qAppObjectListDef: { qType: "appprops", qData: { theme: "/theme" } },
      });
      const layout = await list.getLayout();
      // Left alone it would be restored, for nothing, at every resume.
      void doc.destroySessionObject(list.id).catch(() => undefined);
      return layout;
    };
    try {
      const layout = await within(
        this.#ports,
        callDeadlineMs,
        signal,
        read,
        () => new EmbedError("not-live", ""),
      );
      return themeIn(layout);
    } catch {
      // A sheet in the default theme is better than none.
      return null;
    }
  }

  /** Lets go of the connection; the server keeps the engine session for a while. */
  disconnect(): void {
    this.#letGo((session) => session.suspend());
  }

  /** Lets go of the connection for good. */
  close(): void {
    this.#letGo((session) => session.close());
    this.#session = null;
    this.#global = null;
    this.#doc = null;
    this.#wasOpen = false;
    this.#sessionId = null;
    this.#witness = null;
  }

  async #openOrResume(): Promise<void> {
    if (this.#session === null || this.#doc === null) return this.#open();
    await this.#session.resume();
    if (this.#docIsClosed) await this.#openDoc();
  }

  async #open(): Promise<void> {
    // A session of enigma.js whose first `open` failed stays failed, so each try makes a new one.
    const session = enigma.create({
      schema: this.#options.schema ?? defaultSchema,
      url: this.#url,
      createSocket: () => this.#makeSocket(),
      suspendOnClose: true,
    });
    this.#session = session;
    session.on("traffic:received", () => this.#events.heard());
    session.on("notification:*", (name: string, params: unknown) => this.#notified(name, params));
    this.#global = (await session.open()) as unknown as GlobalApi;
    await this.#askForWitness(await this.#openDoc());
  }

  async #openDoc(): Promise<Doc> {
    if (this.#global === null) throw new EmbedError("not-live", "no connection");
    const doc = await this.#global.openDoc(this.#options.app);
    this.#docIsClosed = false;
    doc.on("closed", () => (this.#docIsClosed = true));
    this.#doc = doc;
    return doc;
  }

  /**
   * A server that tells no session ids may attach this page to another engine session than the one before. An object that
   * lives in the engine session only, and that enigma.js asks for at every resume, bears witness.
   */
  async #placeWitness(): Promise<void> {
    const doc = this.#doc;
    try {
      const witness = await doc?.createSessionObject({ qInfo: { qType: "fanlight-witness" } });
      if (witness === undefined || doc !== this.#doc) return;
      this.#witness = witness;
      witness.on("closed", () => {
        if (this.#witness === witness) this.#witness = "gone";
      });
    } catch {
      // Then a new session that calls itself the old one is believed.
    }
  }

  /** Where enigma.js had to begin anew it does not ask for the witness. */
  async #askForWitness(doc: Doc): Promise<void> {
    if (this.#witness === null || this.#witness === "gone") return;
    const isThere = await doc.getObject(this.#witness.id).then(
      () => true,
      () => false,
    );
    this.#witness = isThere ? null : "gone";
  }

  #makeSocket(): WebSocket {
    const socket = this.#ports.socket(this.#url);
    const link: Link = { socket, isOpen: false, connected: undefined, farewell: null, closeCode: null };
    this.#link = link;
    socket.addEventListener("close", ({ code }) => {
      link.closeCode = code;
      if (this.#link !== link || !link.isOpen) return;
      // enigma.js says nothing of some codes, so the socket itself is listened to; and it is told to suspend here, so that
      // whatever is asked of it from now on fails at once.
      this.disconnect();
      this.#events.lost(closeVerdict(code, link.farewell), code);
    });
    return socket;
  }

  #notified(name: string, params: unknown): void {
    if (this.#link !== null) {
      if (name === "OnConnected") this.#link.connected = params;
      this.#link.farewell = readFarewell(name, params) ?? this.#link.farewell;
    }
    this.#events.notified(name, params);
  }

  #letGo(how: (session: EnigmaJS.Session) => Promise<void>): void {
    const link = this.#link;
    this.#link = null;
    if (this.#session !== null) void quietly(how, this.#session);
    if (link !== null) closeNow(link.socket, link.closeCode ?? 4000);
  }

  /** An app that was open before was there, and is not any more. */
  #known(reason: EndReason): EndReason {
    return reason === "no-such-app" && this.#wasOpen ? "app-removed" : reason;
  }

  async #answers(call: () => Promise<unknown>, signal: AbortSignal): Promise<boolean> {
    if (this.#link === null) return false;
    try {
      await within(this.#ports, callDeadlineMs, signal, call, () => new EmbedError("not-live", "no answer"));
      return true;
    } catch (error) {
      throwIfAborted(signal);
      // An error that the engine itself gives is an answer.
      return isRecord(error) && typeof error["code"] === "number" && error["code"] >= 0;
    }
  }

  #refusalOf(error: unknown): Error {
    if (error instanceof Refusal || error instanceof EmbedError) return error;
    const link = this.#link;
    if (link !== null && link.closeCode !== null) {
      const verdict = closeVerdict(link.closeCode, link.farewell);
      if (verdict.kind === "ended") return ended(this.#known(verdict.reason), link.closeCode, verdict.detail);
      return passing(
        "tenant-unreachable",
        `the connection was closed with ${link.closeCode}`,
        verdict.patience,
      );
    }
    const code = isRecord(error) && typeof error["code"] === "number" ? error["code"] : null;
    const reason = code === null ? null : openErrors.get(code);
    if (reason !== undefined && reason !== null) return ended(this.#known(reason), null);
    // Anything else leaves enigma.js in no state to go on with.
    this.#doc = null;
    return passing("tenant-unreachable", `the app could not be opened (${code ?? String(error)})`);
  }
}

/** A session of enigma.js that never had a socket throws when it is told to let go of it. */
async function quietly(
  how: (session: EnigmaJS.Session) => Promise<void>,
  session: EnigmaJS.Session,
): Promise<void> {
  try {
    await how(session);
  } catch {
    // There was nothing to let go of.
  }
}

/** One WebSocket and what is known of it. */
interface Link {
  readonly socket: WebSocket;
  /** Whether the app is open on it. */
  isOpen: boolean;
  connected: unknown;
  farewell: Farewell | null;
  closeCode: number | null;
}

/** Errors of `OpenDoc` that no further try changes. */
const openErrors: ReadonlyMap<number, EndReason> = new Map([
  [2, "no-such-app"],
  [5, "not-permitted"],
  [1003, "no-such-app"],
  [1007, "no-such-app"],
]);

function themeIn(layout: unknown): string | null {
  const list = isRecord(layout) ? layout["qAppObjectList"] : null;
  const items = isRecord(list) ? list["qItems"] : null;
  const first: unknown = Array.isArray(items) ? items[0] : null;
  const data = isRecord(first) ? first["qData"] : null;
  const theme = isRecord(data) ? data["theme"] : null;
  return typeof theme === "string" && theme !== "" ? theme : null;
}
