// What a browser spec gets: a server per worker and a fresh profile per test, its cookie mode already proven.
import { test as base, expect } from "@playwright/test";
import type { FrameLocator, Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { openBrowser, sendsThirdPartyCookies } from "./browser.js";
import type { CookieMode, Viewport } from "./browser.js";
import { loopback } from "./engine.js";
import { Server } from "./server.js";
import type { Ready } from "./server.js";

interface Options {
  cookies: CookieMode;
  size: Viewport;
}

interface Fixtures {
  page: Page;
}

interface WorkerFixtures {
  tls: boolean;
  server: Server;
}

export const test = base.extend<Options & Fixtures, WorkerFixtures>({
  cookies: ["blocked", { option: true }],
  size: [{ width: 1280, height: 800 }, { option: true }],
  tls: [false, { option: true, scope: "worker" }],
  server: [
    async ({ tls }, use) => {
      const server = await Server.start({ tls });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  page: async ({ cookies, size }, use) => {
    const browser = await openBrowser(cookies, size);
    const page = browser.context.pages()[0] ?? (await browser.context.newPage());
    expect(await sendsThirdPartyCookies(page), `third-party cookies are ${cookies}`).toBe(
      cookies === "allowed",
    );
    await use(page);
    await browser.close();
  },
});

export { expect };

/** The portal's page, seen as its user does. */
export class Portal {
  readonly page: Page;
  readonly sheet: FrameLocator;

  constructor(page: Page) {
    this.page = page;
    this.sheet = page.frameLocator("#frame");
  }

  /** With an identity of its own: the sessions of other tests may linger, with their selections. */
  async signIn(portal: string, person: string | RegExp): Promise<void> {
    await this.page.goto(`${portal}/by-hand/?identity=${randomUUID()}`);
    await this.page.getByRole("button", { name: person }).click();
  }

  status() {
    return this.page.locator("#status-text");
  }

  message() {
    return this.page.getByRole("dialog");
  }

  selections() {
    return this.page.getByRole("region", { name: /^Selections/ }).getByRole("listitem");
  }

  cell(object: string) {
    return cell(this.sheet, object);
  }

  async isDrawn(): Promise<void> {
    await expect(this.status()).toHaveText(/^Live/);
    await sheetIsDrawn(this.sheet);
  }
}

export function cell(sheet: FrameLocator | Page, object: string) {
  return sheet.locator(`[data-object="${object}"]`);
}

/** Signs a first-party page in to the tenant, as a same-site portal would; `path` is any page of the tenant. */
export async function signInOnTenant(page: Page, ready: Ready, path: string): Promise<void> {
  const minted = await fetch(`${loopback(ready.tokenEndpoint)}?user=ada`);
  const { body } = (await minted.json()) as { body: string };
  await page.goto(`${ready.tenant}${path}`);
  const status = await page.evaluate(async (token) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch("/login/jwt-session", { method: "POST", headers })).status;
  }, body);
  expect(status).toBe(200);
}

/** No cell is waiting, and every chart has put something into its cell. */
export async function sheetIsDrawn(sheet: FrameLocator | Page): Promise<void> {
  await expect(sheet.locator(".cell").first()).toBeVisible();
  await expect(sheet.locator(".cell.pending")).toHaveCount(0);
  await expect(sheet.locator(".cell.missing")).toHaveCount(0);
}

/** Clicks on the first bar of the bar chart and accepts the selection; the page shows it. */
export async function selectFirstBar(portal: Portal): Promise<void> {
  const chart = portal.cell("departures-by-carrier");
  const confirm = portal.sheet.getByRole("button", { name: "Confirm selection" });
  await expect(async () => {
    const box = await chart.boundingBox();
    if (box === null) throw new Error("the bar chart is not there");
    // Bars stand on the axis near the bottom; the first one is to the right of the measure axis.
    await chart.click({ position: { x: box.width * 0.2, y: box.height * 0.72 } });
    await expect(confirm).toBeEnabled({ timeout: 3000 });
  }).toPass();
  await confirm.click();
  await expect(confirm).toBeHidden();
}
