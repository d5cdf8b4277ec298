// As much of the W3C's WebDriver protocol as the specs need.

const elementKey = "element-6066-11e4-a52e-4f735466cecf";

/** An element of the page, as the driver names it. */
export type ElementReference = Readonly<Record<typeof elementKey, string>>;

export class Driver {
  readonly #session: string;
  readonly browserVersion: string;

  private constructor(session: string, browserVersion: string) {
    this.#session = session;
    this.browserVersion = browserVersion;
  }

  /** Opens a browser by the driver that listens at `url`. */
  static async open(url: string, capabilities: object): Promise<Driver> {
    const body = { capabilities: { alwaysMatch: capabilities } };
    const opened = (await call(`${url}/session`, "POST", body)) as {
      sessionId: string;
      capabilities: { browserVersion: string };
    };
    return new Driver(`${url}/session/${opened.sessionId}`, opened.capabilities.browserVersion);
  }

  async goTo(url: string): Promise<void> {
    await this.#post("url", { url });
  }

  /** Runs a function's body, which calls its last argument with what it gives. */
  runAsync(script: string): Promise<unknown> {
    return this.#post("execute/async", { script, args: [] });
  }

  /** Runs a function's body, which returns an element or null. */
  async find(script: string, ...args: readonly string[]): Promise<ElementReference | null> {
    return (await this.#post("execute/sync", { script, args })) as ElementReference | null;
  }

  async sizeOf(element: ElementReference): Promise<{ readonly width: number; readonly height: number }> {
    const rect = await call(`${this.#session}/element/${element[elementKey]}/rect`, "GET");
    return rect as { width: number; height: number };
  }

  /** Goes into a frame; null is the page. */
  async goInto(frame: ElementReference | null): Promise<void> {
    await this.#post("frame", { id: frame });
  }

  /** Moves the mouse to a place that is so far from the element's middle, and clicks. */
  async click(origin: ElementReference, x: number, y: number): Promise<void> {
    const actions = [
      { type: "pointerMove", origin, x, y, duration: 0 },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    const mouse = { type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions };
    await this.#post("actions", { actions: [mouse] });
  }

  async setScriptTimeout(millis: number): Promise<void> {
    await this.#post("timeouts", { script: millis });
  }

  async setSize(width: number, height: number): Promise<void> {
    await this.#post("window/rect", { x: 0, y: 0, width, height });
  }

  async quit(): Promise<void> {
    await call(this.#session, "DELETE");
  }

  #post(path: string, body: object): Promise<unknown> {
    return call(`${this.#session}/${path}`, "POST", body);
  }
}

async function call(url: string, method: "GET" | "POST" | "DELETE", body?: object): Promise<unknown> {
  const response = await fetch(url, body === undefined ? { method } : { method, body: JSON.stringify(body) });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`${method} ${new URL(url).pathname} answered ${error}: ${message}`);
}
