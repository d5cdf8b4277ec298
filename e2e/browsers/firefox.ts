// Firefox as it is installed, by WebDriver BiDi.
import puppeteer from "puppeteer-core";
import type { ElementHandle, Frame, Page } from "puppeteer-core";
import type { BrowserWindow, Spot } from "./window.js";

/** Milliseconds for whatever the browser is asked; a busy machine takes its time over the first start. */
const patience = 120_000;

class FirefoxWindow implements BrowserWindow {
  readonly name: string;
  readonly #page: Page;

  constructor(page: Page, name: string) {
    this.#page = page;
    this.name = name;
  }

  async open(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  run(body: string): Promise<unknown> {
    return this.#page.evaluate(`(async () => { ${body} })()`);
  }

  async runIn(embed: string, body: string): Promise<unknown> {
    return (await this.#frame(embed)).evaluate(`(async () => { ${body} })()`);
  }

  async clickIn(embed: string, { selector, across, down }: Spot): Promise<void> {
    const element = await (await this.#frame(embed)).$(selector);
    if (element === null) throw new Error(`there is no ${selector}`);
    await element.scrollIntoView();
    const box = await element.boundingBox();
    if (box === null) throw new Error(`${selector} cannot be seen`);
    await this.#page.mouse.click(box.x + box.width * across, box.y + box.height * down);
  }

  async close(): Promise<void> {
    await this.#page.browser().close();
  }

  async #frame(embed: string): Promise<Frame> {
    const handle = await this.#page.evaluateHandle(
      `document.getElementById("${embed}").shadowRoot.querySelector("iframe")`,
    );
    const frame = await (handle.asElement() as ElementHandle<HTMLIFrameElement> | null)?.contentFrame();
    if (frame === null || frame === undefined) throw new Error(`${embed} has no frame`);
    return frame;
  }
}

export async function openFirefox(): Promise<BrowserWindow> {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env["FIREFOX"] ?? "/usr/bin/firefox-esr",
    headless: true,
    // The demo's certificate authority is its own.
    acceptInsecureCerts: true,
    timeout: patience,
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  await page.setViewport({ width: 1280, height: 900 });
  return new FirefoxWindow(page, await browser.version());
}
