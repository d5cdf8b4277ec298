// Prints how long a person waits: navigation start → first chart drawn, and → every chart drawn, as medians.
// "sheet" is `/single/` opened by itself; "portal" counts from the portal page's own navigation, sign-in to the
// tenant and engine session included. Cold = a fresh browser profile each time; warm = the same profile again.
import type { BrowserContext, Page } from "@playwright/test";
import { test as base } from "@playwright/test";
import { openBrowser } from "../support/browser.js";
import { loopback, signIn } from "../support/engine.js";
import { Server } from "../support/server.js";
import type { Ready } from "../support/server.js";

const rounds = Number(process.env["ROUNDS"] ?? 9);
const size = { width: 1280, height: 800 };

interface Times {
  readonly first: number;
  readonly all: number;
}

base("first chart", async () => {
  const server = await Server.start({ tls: false });
  const { ready } = server;
  const sheet = `${ready.tenant}/single/?appid=${ready.appId}&sheet=${ready.sheetId}&theme=fanlight`;
  const results: Record<string, Times[]> = {
    "sheet cold": [],
    "sheet warm": [],
    "portal cold": [],
    "portal warm": [],
  };
  for (let round = 0; round < rounds; round += 1) {
    const browser = await openBrowser("blocked", size);
    const page = browser.context.pages()[0] ?? (await browser.context.newPage());
    await takeCookies(browser.context, ready.tenant, (await signIn(ready, "ada")).headers["cookie"] ?? "");
    results["sheet cold"]?.push(await measure(page, sheet));
    results["sheet warm"]?.push(await measure(page, sheet));
    await browser.close();

    const other = await openBrowser("blocked", size);
    const portal = other.context.pages()[0] ?? (await other.context.newPage());
    await takeCookies(other.context, ready.portal, await signInToPortal(ready));
    results["portal cold"]?.push(await measure(portal, `${ready.portal}/by-hand/`));
    results["portal warm"]?.push(await measure(portal, `${ready.portal}/by-hand/`));
    await other.close();
  }
  await server.stop();
  for (const [name, times] of Object.entries(results)) {
    const [first, all] = [median(times.map((t) => t.first)), median(times.map((t) => t.all))];
    console.log(
      `${name.padEnd(12)} first chart ${first} ms, all charts ${all} ms (median of ${times.length})`,
    );
  }
});

/** Signed in without having loaded a page: the cache stays cold. */
async function takeCookies(context: BrowserContext, url: string, header: string): Promise<void> {
  const cookies = header.split("; ").map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return { name, value: value.join("="), url };
  });
  await context.addCookies(cookies);
}

async function signInToPortal({ portal }: Ready): Promise<string> {
  const headers = { "content-type": "application/json", origin: new URL(portal).origin };
  const body = JSON.stringify({ person: "ada" });
  const response = await fetch(`${loopback(portal)}/sign-in`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`the portal's sign-in answered ${response.status}`);
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

/** Navigates and reads the framed page's marks, counted from the top page's navigation start. */
async function measure(page: Page, url: string): Promise<Times> {
  await page.goto("about:blank");
  await page.goto(url);
  const started = await page.evaluate(() => performance.timeOrigin);
  const frame = page.url().includes("/single/") ? page.mainFrame() : await sheetFrame(page);
  await frame.waitForFunction(() => performance.getEntriesByName("fanlight:all-charts").length > 0);
  return frame.evaluate((origin) => {
    const at = (name: string): number =>
      performance.timeOrigin - origin + (performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN);
    return { first: at("fanlight:first-chart"), all: at("fanlight:all-charts") };
  }, started);
}

async function sheetFrame(page: Page) {
  const handle = await page.waitForSelector("#frame[src]");
  await page.waitForFunction(() => document.querySelector("#status")?.getAttribute("data-state") === "live");
  const frame = await handle.contentFrame();
  if (frame === null) throw new Error("the portal has no frame");
  await frame.waitForURL(/\/single\//);
  return frame;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN);
}
