// WebKitGTK's small browser, by its own WebDriver. It needs a screen, so Xvfb makes one.
import { expect } from "@playwright/test";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { Driver } from "./webdriver.js";
import type { BrowserWindow, Spot } from "./window.js";

const browser = process.env["WEBKIT_BROWSER"] ?? "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

class WebKitWindow implements BrowserWindow {
  readonly name: string;
  readonly #driver: Driver;
  readonly #processes: readonly ChildProcess[];

  constructor(driver: Driver, name: string, processes: readonly ChildProcess[]) {
    this.#driver = driver;
    this.name = name;
    this.#processes = processes;
  }

  async open(url: string): Promise<void> {
    await this.#driver.goTo(url);
  }

  async run(body: string): Promise<unknown> {
    const script = `const done = arguments[arguments.length - 1];
      (async () => { ${body} })().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const answer = (await this.#driver.runAsync(script)) as { value?: unknown; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }

  runIn(embed: string, body: string): Promise<unknown> {
    return this.#within(embed, () => this.run(body));
  }

  async clickIn(embed: string, { selector, across, down }: Spot): Promise<void> {
    await this.#within(embed, async () => {
      const element = await this.#driver.find(
        `const element = document.querySelector(arguments[0]); element?.scrollIntoView({ block: "center" }); return element;`,
        selector,
      );
      if (element === null) throw new Error(`there is no ${selector}`);
      const { width, height } = await this.#driver.sizeOf(element);
      await this.#driver.click(
        element,
        Math.round(width * (across - 0.5)),
        Math.round(height * (down - 0.5)),
      );
    });
  }

  async close(): Promise<void> {
    await this.#driver.quit();
    await end(this.#processes);
  }

  async #within<T>(embed: string, work: () => Promise<T>): Promise<T> {
    const frame = await this.#driver.find(
      `return document.getElementById(arguments[0]).shadowRoot.querySelector("iframe")`,
      embed,
    );
    if (frame === null) throw new Error(`${embed} has no frame`);
    await this.#driver.goInto(frame);
    try {
      return await work();
    } finally {
      await this.#driver.goInto(null);
    }
  }
}

async function end(processes: readonly ChildProcess[]): Promise<void> {
  for (const child of processes) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, "exit");
    child.kill();
    await gone;
  }
}

/** A screen of which Xvfb itself chooses the number. */
async function screen(): Promise<[ChildProcess, string]> {
  const args = ["-displayfd", "3", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"];
  const child = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const numbers = child.stdio[3];
  if (numbers === null || numbers === undefined) throw new Error("Xvfb says nothing");
  const [number] = (await once(numbers, "data")) as [Buffer];
  return [child, `:${number.toString().trim()}`];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function until(url: string): Promise<void> {
  const answers = (): Promise<boolean> =>
    fetch(`${url}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(answers, { message: `something answers at ${url}` }).toBe(true);
}

/** `args` are options of the browser, beside those that it is driven by. */
export async function openWebKit(...args: readonly string[]): Promise<BrowserWindow> {
  const [xvfb, display] = await screen();
  const port = await freePort();
  const env = {
    ...process.env,
    DISPLAY: display,
    LIBGL_ALWAYS_SOFTWARE: "1",
  };
  const service = spawn("WebKitWebDriver", [`--port=${port}`], { stdio: "ignore", env });
  const processes = [service, xvfb];
  try {
    const url = `http://127.0.0.1:${port}`;
    await until(url);
    const driver = await Driver.open(url, {
      browserName: "MiniBrowser",
      // The demo's certificate authority is its own.
      acceptInsecureCerts: true,
      "webkitgtk:browserOptions": { binary: browser, args: ["--automation", ...args] },
    });
    await driver.setScriptTimeout(60_000);
    await driver.setSize(1280, 1000);
    return new WebKitWindow(driver, `WebKitGTK ${driver.browserVersion}`, processes);
  } catch (error) {
    await end(processes);
    throw error;
  }
}
