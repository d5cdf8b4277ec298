// `<fanlight-embed>`: attributes in, one state machine inside, messages over the frame. `define.ts` gives it its name.
import { embedAttributes } from "./attributes.js";
import type { sessionAttributes } from "./attributes.js";
import { Cover } from "./cover.js";
import type { RenderMessage } from "./cover.js";
import { createEmbed } from "./embed.js";
import type { CallOptions, Embed, EmbedOptions, StateEvent } from "./embed.js";
import { EmbedError } from "./errors.js";
import { languages, pickLanguage } from "./messages.js";
import { en } from "./messages/en.js";
import type { KeepAlive } from "./pulse.js";
import type { Doc } from "./qix.js";
import type { State } from "./state.js";
import { readMessagePresentation, readPresentations, viewOf } from "./view.js";
import type { FrameMessage, OperatorMessage } from "./wire.js";

export { createEmbed } from "./embed.js";
export type { RenderMessage } from "./cover.js";
export type { View } from "./view.js";

const keepAlives: readonly string[] = ["visible", "active", "always", "never"] satisfies KeepAlive[];

export interface FanlightEmbedEvents {
  "fanlight-state": CustomEvent<StateEvent>;
  "fanlight-frame": CustomEvent<FrameMessage>;
  "fanlight-message": CustomEvent<OperatorMessage>;
  "fanlight-error": CustomEvent<EmbedError>;
}

export class FanlightEmbedElement extends HTMLElement {
  static readonly observedAttributes: readonly string[] = embedAttributes;

  readonly #cover: Cover;
  #embed: Embed | null = null;
  #isDrawn = false;
  #isDismissed = false;
  #isStarting = false;
  #getToken: EmbedOptions["getToken"];
  #tokenHeaders: EmbedOptions["tokenHeaders"];
  #renderMessage: RenderMessage | null = null;

  constructor() {
    super();
    this.#cover = new Cover(this.attachShadow({ mode: "open" }));
    this.addEventListener("click", (event) => this.#clicked(event));
  }

  get state(): State {
    return this.#embed?.state ?? { name: "idle" };
  }

  /** The embed inside; null while the element is not in a page or lacks an attribute. */
  get embed(): Embed | null {
    return this.#embed;
  }

  get app(): Doc | null {
    return this.#embed?.app ?? null;
  }

  /** In place of `token-endpoint`: the portal's own code that comes by a token. Set before the element starts. */
  get getToken(): EmbedOptions["getToken"] {
    return this.#getToken;
  }

  set getToken(value: EmbedOptions["getToken"]) {
    this.#getToken = value;
    this.#startSoon();
  }

  /** Headers for the token endpoint, such as the portal's CSRF token. */
  get tokenHeaders(): EmbedOptions["tokenHeaders"] {
    return this.#tokenHeaders;
  }

  set tokenHeaders(value: EmbedOptions["tokenHeaders"]) {
    this.#tokenHeaders = value;
  }

  /** Makes the message of a view in place of the default one. */
  get renderMessage(): RenderMessage | null {
    return this.#renderMessage;
  }

  set renderMessage(value: RenderMessage | null) {
    if (value === this.#renderMessage) return;
    this.#renderMessage = value;
    this.#render();
  }

  restart(): void {
    if (this.#embed === null) this.#startSoon();
    else this.#embed.restart();
  }

  suspend(): void {
    this.#embed?.suspend();
  }

  resume(): void {
    this.#embed?.resume();
  }

  stay(): Promise<void> {
    return this.#embed?.stay() ?? Promise.resolve();
  }

  end(options?: CallOptions): Promise<void> {
    return this.#embed?.end(options) ?? Promise.resolve();
  }

  whenLive(options?: CallOptions): Promise<Doc> {
    if (this.#embed !== null) return this.#embed.whenLive(options);
    return Promise.reject(new EmbedError("not-live", "the element has not started"));
  }

  connectedCallback(): void {
    for (const name of ["getToken", "tokenHeaders", "renderMessage"] as const) this.#adopt(name);
    this.#startSoon();
  }

  disconnectedCallback(): void {
    // An element that is only moved is back by then.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === "present") return this.#render();
    this.#stop();
    this.#startSoon();
  }

  /** A property that was set before the element had its class hides the class's own. */
  #adopt(name: "getToken" | "tokenHeaders" | "renderMessage"): void {
    if (!Object.hasOwn(this, name)) return;
    const value: unknown = this[name];
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }

  /** Attributes come one by one; the session starts when all are there. */
  #startSoon(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    queueMicrotask(() => {
      this.#isStarting = false;
      if (this.isConnected && this.#embed === null) this.#start();
    });
  }

  #start(): void {
    const options = this.#options();
    if (options === null) return;
    try {
      this.#embed = createEmbed(options);
    } catch (error) {
      if (!(error instanceof EmbedError)) throw error;
      this.#tell("fanlight-error", error);
      return;
    }
    this.#embed.on("state", (event) => {
      if (event.state === "signing-in" || event.state === "ended" || event.state === "blocked")
        this.#isDrawn = false;
      if (event.state === "live" && options.handshake === "none") this.#isDrawn = true;
      this.#isDismissed = false;
      this.#render();
      this.#tell("fanlight-state", event);
      this.#redirect();
    });
    this.#embed.on("frame", (message) => {
      if (message.type === "loading") this.#isDrawn = false;
      if (message.type === "height") this.#cover.setHeight(message.height);
      // A page that failed says so itself, and is to be seen.
      if (message.type === "ready" || message.type === "error") this.#isDrawn = true;
      this.#render();
      this.#tell("fanlight-frame", message);
    });
    this.#embed.on("message", (message) => this.#say(message));
    this.#embed.on("error", (error) => this.#tell("fanlight-error", error));
  }

  #stop(): void {
    this.#embed?.dispose();
    this.#embed = null;
    this.#isDrawn = false;
    this.#cover.hide();
    this.#cover.closeToasts();
    this.#cover.setHeight(null);
  }

  /** Null while something that every session needs is missing. */
  #options(): EmbedOptions | null {
    const host = this.#attribute("host");
    const app = this.#attribute("app");
    const tokenEndpoint = this.#attribute("token-endpoint");
    if (host === undefined || app === undefined) return null;
    if (tokenEndpoint === undefined && this.#getToken === undefined) return null;
    const keepAlive = this.#attribute("keep-alive");
    const ttl = Number(this.#attribute("ttl") ?? Number.NaN);
    return {
      host,
      app,
      tokenEndpoint,
      sheet: this.#attribute("sheet"),
      object: this.#attribute("object"),
      identity: this.#attribute("identity"),
      webIntegration: this.#attribute("web-integration"),
      getToken: this.#getToken,
      tokenHeaders: this.#tokenHeaders,
      keepAlive: isKeepAlive(keepAlive) ? keepAlive : undefined,
      theme: this.#attribute("theme"),
      lang: this.#attribute("lang") ?? this.#pageLanguage(),
      bookmark: this.#attribute("bookmark"),
      opt: list(this.#attribute("opt"), ","),
      select: list(this.#attribute("select"), ";"),
      ttlSeconds: Number.isInteger(ttl) ? ttl : undefined,
      handshake: this.#attribute("handshake") === "none" ? "none" : "required",
      autoHeight: this.hasAttribute("auto-height"),
      frame: this.#cover.frame,
    };
  }

  #attribute(name: (typeof sessionAttributes)[number]): string | undefined {
    return this.getAttribute(name)?.trim() || undefined;
  }

  #pageLanguage(): string | undefined {
    return this.closest<HTMLElement>("[lang]")?.lang || undefined;
  }

  #render(): void {
    const embed = this.#embed;
    if (embed === null) return;
    const view = viewOf(embed.state, this.#isDrawn, readPresentations(this.getAttribute("present") ?? ""));
    if (this.#isDismissed) return this.#cover.hide();
    const language = this.#language();
    const endsAt = embed.state.name === "expiring" ? embed.state.endsAt : null;
    this.#cover.show(view, languages[language] ?? en, language, endsAt, this.#renderMessage);
  }

  #say(message: OperatorMessage): void {
    this.#tell("fanlight-message", message);
    if (readMessagePresentation(this.getAttribute("present") ?? "") === "none") return;
    const language = this.#language();
    this.#cover.toast(message, languages[language] ?? en, language);
  }

  #language(): string {
    return pickLanguage([this.getAttribute("lang"), this.#pageLanguage(), ...navigator.languages]);
  }

  #redirect(): void {
    const state = this.state;
    const { presentation } = viewOf(
      state,
      this.#isDrawn,
      readPresentations(this.getAttribute("present") ?? ""),
    );
    if (presentation.how !== "redirect" || !URL.canParse(presentation.url, document.baseURI)) return;
    const url = new URL(presentation.url, document.baseURI);
    if (url.protocol === "https:" || url.protocol === "http:") location.assign(url);
  }

  /** Buttons act by their `data-fanlight`, those of the portal like our own. */
  #clicked(event: MouseEvent): void {
    const button = event
      .composedPath()
      .find((target) => target instanceof HTMLElement && target.dataset["fanlight"] !== undefined);
    if (!(button instanceof HTMLElement)) return;
    switch (button.dataset["fanlight"]) {
      case "restart":
        return this.restart();
      case "resume":
        return this.resume();
      case "suspend":
        return this.suspend();
      case "stay":
        return void this.stay();
      case "end":
        // What did not work is told by the state that follows.
        return void this.end().catch(() => undefined);
      case "dismiss":
        this.#isDismissed = true;
        return this.#render();
      case "dismiss-messages":
        return this.#cover.closeToasts();
      default:
    }
  }

  #tell<K extends keyof FanlightEmbedEvents>(type: K, detail: FanlightEmbedEvents[K]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

function isKeepAlive(text: string | undefined): text is KeepAlive {
  return text !== undefined && keepAlives.includes(text);
}

function list(text: string | undefined, separator: string): readonly string[] {
  return (text ?? "")
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

declare global {
  interface HTMLElementTagNameMap {
    "fanlight-embed": FanlightEmbedElement;
  }
  interface GlobalEventHandlersEventMap extends FanlightEmbedEvents {}
}
