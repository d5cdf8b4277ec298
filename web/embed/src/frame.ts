// The framed sheet: its address, and the handshake that proves that it stands. A frame's `load` event fires for a refused
// page too, so only a message from the page itself counts.
import { withLocalNetwork } from "./localnet.js";
import type { Ports } from "./ports.js";
import { parentSource, readFrameMessage } from "./wire.js";
import type { FrameMessage, ParentMessage } from "./wire.js";

/** What the frame is to show. */
export interface Sheet {
  readonly app: string;
  readonly sheet: string | null;
  /** A single object in place of a sheet. */
  readonly object: string | null;
  readonly identity: string | null;
  readonly theme: string | null;
  readonly lang: string | null;
  readonly bookmark: string | null;
  /** `ctxmenu`, `currsel`, `noselections`, `nointeraction`, `noanimate`. */
  readonly opt: readonly string[];
  /** `Field,value,value`, `State::Field,value`, `clearall`. */
  readonly select: readonly string[];
  readonly credential: "cookie" | "ticket";
  /** Whether the page is to be as high as its content, and to say how high that is. */
  readonly isAutoHigh: boolean;
}

export interface FrameEvents {
  told(message: FrameMessage): void;
  /** Nothing was heard in time: the tenant refused the frame, or the page in it is none of ours. */
  silent(): void;
  /** The page said that it is there, and never that its sheet is. */
  stuck(): void;
}

/** The part of an `<iframe>` that is used. */
export interface FrameElement {
  src: string;
  allow: string;
  readonly contentWindow: MessageEventSource | null;
  readonly parentNode: Pick<ParentNode & Node, "insertBefore"> | null;
  readonly nextSibling: Node | null;
  removeAttribute(name: string): void;
  remove(): void;
}

/** The part of `window` that is used. */
export interface MessageTarget {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  removeEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

export const handshakeMs = 15_000;
/** An app may have to be read first. */
export const openingMs = 90_000;

/** What only a page says that stood already. */
const partings: ReadonlySet<FrameMessage["type"]> = new Set(["suspended", "resumed", "closed", "height"]);

export function sheetUrl(host: string, sheet: Sheet): string {
  const query = new URLSearchParams({ appid: sheet.app });
  if (sheet.object !== null) query.set("obj", sheet.object);
  else if (sheet.sheet !== null) query.set("sheet", sheet.sheet);
  if (sheet.theme !== null) query.set("theme", sheet.theme);
  if (sheet.identity !== null) query.set("identity", sheet.identity);
  if (sheet.lang !== null) query.set("lang", sheet.lang);
  if (sheet.bookmark !== null) query.set("bookmark", sheet.bookmark);
  if (sheet.opt.length > 0) query.set("opt", sheet.opt.join(","));
  for (const selection of sheet.select) query.append("select", selection);
  if (sheet.credential === "ticket") query.set("auth", "ticket");
  if (sheet.isAutoHigh) query.set("height", "auto");
  return `${host}/single/?${query}`;
}

export class Frame {
  readonly #element: FrameElement;
  readonly #host: string;
  readonly #ports: Ports;
  readonly #target: MessageTarget;
  readonly #events: FrameEvents;
  /** Null = pages that shake no hands are fine. */
  readonly #patienceMs: number | null;
  #cancelTimer: (() => void) | null = null;
  #standing: "empty" | "loading" | "opening" | "standing" | "dead" = "empty";

  constructor(
    element: FrameElement,
    host: string,
    ports: Ports,
    target: MessageTarget,
    events: FrameEvents,
    patienceMs: number | null = handshakeMs,
  ) {
    this.#element = element;
    this.#host = host;
    this.#ports = ports;
    this.#target = target;
    this.#events = events;
    this.#patienceMs = patienceMs;
    element.allow = withLocalNetwork(element.allow);
    target.addEventListener("message", this.#listen);
  }

  /** Whether the page that was asked for has not spoken in time. */
  get isSilent(): boolean {
    return this.#standing === "dead";
  }

  /** Loads `url`, again if need be, and waits for the page in it to speak. */
  show(url: string): void {
    this.#cancelTimer?.();
    this.#standing = "loading";
    this.#navigate(url);
    if (this.#patienceMs === null) return;
    this.#cancelTimer = this.#ports.timer(() => {
      this.#standing = "dead";
      this.#events.silent();
    }, this.#patienceMs);
  }

  /** The connection is back: a page that stands is told, any other is loaded again. */
  recover(url: string): void {
    const isFine =
      this.#standing === "standing" ||
      this.#standing === "opening" ||
      (this.#standing === "loading" && this.#patienceMs === null);
    if (isFine) this.send({ type: "reconnect" });
    else this.show(url);
  }

  /** While there is no connection, silence proves nothing. */
  pause(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /** Takes the page away. */
  clear(): void {
    this.pause();
    if (this.#standing === "empty") return;
    this.#standing = "empty";
    this.#navigate(null);
  }

  /**
   * A page that takes the place of another one in a frame is a step of the browser's history, and Back would bring the frame
   * to an earlier page with nobody told. A frame that is put anew into its place begins without a history.
   */
  #navigate(url: string | null): void {
    const { parentNode: parent, nextSibling: next } = this.#element;
    if (parent !== null) this.#element.remove();
    if (url === null) this.#element.removeAttribute("src");
    else this.#element.src = url;
    parent?.insertBefore(this.#element as unknown as Node, next);
  }

  send(message: ParentMessage): void {
    const page = this.#element.contentWindow as Window | null;
    page?.postMessage({ source: parentSource, ...message }, this.#host);
  }

  dispose(): void {
    this.clear();
    this.#target.removeEventListener("message", this.#listen);
  }

  readonly #listen = ({ source, origin, data }: MessageEvent): void => {
    if (this.#standing === "empty" || source !== this.#element.contentWindow || origin !== this.#host) return;
    const message = readFrameMessage(data);
    if (message === null) return;
    // The page that is to go may have the last word; of the new one, none of these is the first.
    if (this.#standing === "loading" && partings.has(message.type)) return;
    this.#heard(message.type);
    this.#events.told(message);
  };

  #heard(type: FrameMessage["type"]): void {
    if (type === "loading") {
      this.send({ type: "speaks" });
      this.pause();
      this.#standing = "opening";
      this.#cancelTimer = this.#ports.timer(() => {
        this.#standing = "dead";
        this.#events.stuck();
      }, openingMs);
    } else if (type === "error" || type === "closed") {
      this.pause();
      this.#standing = "dead";
    } else if (this.#standing !== "opening" || type === "ready" || type === "rendered") {
      this.pause();
      this.#standing = "standing";
    }
  }
}
