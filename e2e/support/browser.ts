// Chromium with third-party cookies blocked or allowed, and the proof of which of the two it is.
import { chromium } from "@playwright/test";
import type { BrowserContext, Page } from "@playwright/test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `none`: even partitioned cookies of the tenant are refused. */
export type CookieMode = "blocked" | "allowed" | "none";

export const chromiumArgs = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A page that a test makes up comes from no address, and would have to ask before it may call this machine.
  "--disable-features=LocalNetworkAccessChecks",
];

/** `1` blocks third-party cookies, `0` allows them; site settings refuse all cookies of the tenant. */
function preferences(mode: CookieMode): object {
  const exceptions = { cookies: { "[*.]tenant.localhost,*": { setting: 2 } } };
  const profile = { cookie_controls_mode: mode === "allowed" ? 0 : 1 };
  return { profile: mode === "none" ? { ...profile, content_settings: { exceptions } } : profile };
}

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

export async function openBrowser(mode: CookieMode, viewport: Viewport): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "fanlight-profile-"));
  await mkdir(join(profile, "Default"));
  await writeFile(join(profile, "Default/Preferences"), JSON.stringify(preferences(mode)));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: chromiumArgs,
    viewport,
    ignoreHTTPSErrors: true,
  });
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/**
 * Whether the browser sends an unpartitioned third-party cookie back. Two sites that have nothing to do with
 * Fanlight: a page of one sets a cookie of the other by fetch and asks whether it comes back.
 */
export async function sendsThirdPartyCookies(page: Page): Promise<boolean> {
  const server = createServer((request, response) => {
    const origin = request.headers.origin;
    if (origin !== undefined) response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-allow-credentials", "true");
    if (request.url === "/set") response.setHeader("set-cookie", "control=1; Path=/; SameSite=None; Secure");
    response.setHeader("content-type", request.url === "/" ? "text/html" : "text/plain");
    response.end(request.url === "/get" ? (request.headers.cookie ?? "") : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await page.goto(`http://top.localhost:${port}/`);
    const seen = await page.evaluate(async (third) => {
      await fetch(`${third}/set`, { credentials: "include" });
      return (await fetch(`${third}/get`, { credentials: "include" })).text();
    }, `http://third.localhost:${port}`);
    return seen.includes("control=1");
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
