// What the server says unasked. Told in this page's own bar, unless the page around it tells its person.
import { readExpiring, readOperatorMessage } from "../../embed/src/wire.js";
import type { Speech } from "./messages.js";
import type { Notices } from "./notices.js";

/** The page, as far as the server's words concern it. */
export interface Listener {
  readonly notices: Notices;
  /** The words to say it in. */
  speech(): Speech;
  /** A call that counts as the person's presence. */
  stay(): Promise<unknown>;
  /** Calls back every second until the returned function is called. */
  everySecond(callback: () => void): () => void;
  /** Milliseconds. */
  now(): number;
}

const warning = "expiring";

export class ServerWords {
  readonly #page: Listener;
  #isParentSpeaking = false;
  #messages = 0;
  #stopCounting: () => void = () => undefined;
  /** Whether the person was asked to say that they are there. */
  #isAsking = false;

  constructor(page: Listener) {
    this.#page = page;
  }

  /** The page around this one tells its person everything. */
  parentSpeaks(): void {
    this.#isParentSpeaking = true;
    this.#withdrawWarning();
  }

  notified(name: string, params: unknown): void {
    if (this.#isParentSpeaking) return;
    const message = readOperatorMessage(name, params);
    const expiring = name === "OnSessionExpiring" ? readExpiring(params) : null;
    if (message !== null) {
      this.#messages += 1;
      const { severity, text } = message;
      this.#page.notices.show({ key: `message-${this.#messages}`, text, severity }, this.#page.speech());
    } else if (expiring !== null) {
      this.#warn(expiring.secondsLeft, expiring.reason === "idle");
    } else if (name === "OnSessionExtended") {
      this.#withdrawWarning();
    }
  }

  /** The person did something. Whoever was asked whether they are there has answered by it. */
  active(): void {
    if (this.#isAsking) void this.#page.stay().catch(() => undefined);
  }

  #warn(secondsLeft: number, canStay: boolean): void {
    this.#withdrawWarning();
    const endsAt = this.#page.now() + secondsLeft * 1000;
    const speech = this.#page.speech();
    const text = (): string => {
      const left = Math.max(0, Math.round((endsAt - this.#page.now()) / 1000));
      return speech.words.expiring.replace("{seconds}", String(left));
    };
    const stay = { label: speech.words.stay, act: () => this.active() };
    const actions = canStay ? [stay] : [];
    this.#page.notices.show({ key: warning, text: text(), severity: "warning", actions }, speech);
    this.#stopCounting = this.#page.everySecond(() => this.#page.notices.retext(warning, text()));
    this.#isAsking = canStay;
  }

  #withdrawWarning(): void {
    this.#stopCounting();
    this.#isAsking = false;
    this.#page.notices.withdraw(warning);
  }
}
