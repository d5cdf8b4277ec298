// A WebSocket whose other end is a test's tenant.

class Closed extends Event {
  readonly code: number;
  readonly reason = "";
  readonly wasClean = true;

  constructor(code: number) {
    super("close");
    this.code = code;
  }
}

type Handler = ((event: unknown) => void) | null;

export class FakeSocket extends EventTarget {
  readonly OPEN = 1;
  readonly url: string;
  readyState = 0;
  onopen: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  onmessage: Handler = null;
  /** A frozen socket is open, and nothing comes through it either way. */
  isFrozen = false;
  readonly #receive: (socket: FakeSocket, text: string) => void;
  readonly #left: (socket: FakeSocket, code: number) => void;

  constructor(
    url: string,
    receive: (socket: FakeSocket, text: string) => void,
    left: (socket: FakeSocket, code: number) => void,
  ) {
    super();
    this.url = url;
    this.#receive = receive;
    this.#left = left;
  }

  send(text: string): void {
    if (!this.isFrozen) this.#receive(this, text);
  }

  close(code = 1000): void {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.#left(this, code);
    if (!this.isFrozen) queueMicrotask(() => this.closeBy(code));
  }

  // What follows is the other end's.

  accept(): void {
    this.readyState = 1;
    this.onopen?.(new Event("open"));
  }

  say(message: object): void {
    if (!this.isFrozen && this.readyState === 1) this.onmessage?.({ data: JSON.stringify(message) });
  }

  notify(method: string, params: object): void {
    this.say({ jsonrpc: "2.0", method, params });
  }

  closeBy(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    if (code === 1006) this.onerror?.(new Event("error"));
    const event = new Closed(code);
    this.dispatchEvent(event);
    this.onclose?.(event);
  }
}
