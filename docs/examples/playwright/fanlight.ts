// `fanlight demo` for the tests of a portal: starts it, makes its sessions misbehave, and opens Chromium with
// third-party cookies blocked or allowed. Copy this file; it needs Node 20, Playwright and the binary.
import { chromium } from "@playwright/test";
import type { Page } from "@playwright/test";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The line that `fanlight demo --json` prints when it is ready. */
export interface Ready {
  readonly tenant: string;
  readonly portal: string;
  readonly control: string;
  readonly webIntegrationId: string;
  readonly apiKey: string;
  readonly appId: string;
  readonly sheetId: string;
  readonly tokenEndpoint: string;
}

/** A session in the answer of `GET /state`, as far as tests look at it. */
export interface Session {
  readonly id: string;
  readonly user: { readonly subject: string };
  readonly identity?: string | null;
}

export class Demo {
  readonly ready: Ready;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(ready: Ready, child: ChildProcess, folder: string) {
    this.ready = ready;
    this.#child = child;
    this.#folder = folder;
  }

  /** On free ports, with a data folder of its own, so that tests may run side by side. */
  static async start(binary = process.env["FANLIGHT_BIN"] ?? "fanlight"): Promise<Demo> {
    const folder = await mkdtemp(join(tmpdir(), "fanlight-"));
    const addresses = ["--tenant-addr", "127.0.0.1:0", "--portal-addr", "127.0.0.1:0"];
    const child = spawn(binary, ["demo", "--json", "--data", folder, ...addresses], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ready = await new Promise<Ready>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line) as Ready));
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`fanlight demo ended with ${code}`)));
    });
    return new Demo(ready, child, folder);
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Lets the pages of an origin sign in and frame sheets. Gives the id for `web-integration`. */
  async letIn(origin: string): Promise<string> {
    const { id } = await this.#make("web-integrations", { name: origin, validOrigins: [origin] });
    await this.#make("csp-origins", { name: origin, origin, frameAncestors: true });
    return id;
  }

  /** A token for anybody, as your backend would sign it. */
  async token(user: string): Promise<string> {
    const answer = await fetch(`${loopback(this.ready.tokenEndpoint)}?user=${user}`);
    return ((await answer.json()) as { body: string }).body;
  }

  /** A POST of the control API. */
  async control(path: string, body: object = {}): Promise<void> {
    await this.#ask(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** The engine session of an identity. Give each test an identity of its own. */
  async engineSession(identity: string): Promise<Session> {
    const { engineSessions } = await this.#state();
    return found(engineSessions.find((session) => session.identity === identity));
  }

  /** The login session of a person. Give each test a person of its own. */
  async loginSession(subject: string): Promise<Session> {
    const { loginSessions } = await this.#state();
    return found(loginSessions.find((session) => session.user.subject === subject));
  }

  async #make(what: string, body: object): Promise<{ id: string }> {
    const answer = await fetch(`${loopback(this.ready.tenant)}/api/v1/${what}`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.ready.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  }

  async #state(): Promise<{ loginSessions: Session[]; engineSessions: Session[] }> {
    return JSON.parse(await this.#ask("state", {})) as {
      loginSessions: Session[];
      engineSessions: Session[];
    };
  }

  async #ask(path: string, init: RequestInit): Promise<string> {
    const answer = await fetch(`${this.ready.control}/${path}`, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return text;
  }
}

/** Browsers know `*.localhost`; Node asks the system, which may not. */
function loopback(url: string): string {
  return url.replace(/\/\/[a-z]+\.localhost/, "//127.0.0.1");
}

function found(session: Session | undefined): Session {
  if (session === undefined) throw new Error("there is no such session");
  return session;
}

/** Chromium with a fresh profile. The setting is the one that people find under "third-party cookies". */
export async function inChromium(
  thirdPartyCookies: "blocked" | "allowed",
  test: (page: Page) => Promise<void>,
): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), "profile-"));
  await mkdir(join(profile, "Default"));
  const preferences = { profile: { cookie_controls_mode: thirdPartyCookies === "blocked" ? 1 : 0 } };
  await writeFile(join(profile, "Default/Preferences"), JSON.stringify(preferences));
  const executablePath = process.env["CHROMIUM"];
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ["--no-sandbox"],
  });
  try {
    await test(await context.newPage());
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

/**
 * The control cookie: whether the browser sends an unpartitioned cookie of another site back. Ask this before you
 * believe a test about cookies; a setting that does nothing makes every test pass. The two sites have nothing to do with
 * Fanlight.
 */
export async function sendsThirdPartyCookies(page: Page): Promise<boolean> {
  const server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
    response.setHeader("access-control-allow-credentials", "true");
    response.setHeader("content-type", "text/html");
    if (request.url === "/set") response.setHeader("set-cookie", "control=1; SameSite=None; Secure");
    response.end(request.url === "/get" ? request.headers.cookie : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await page.goto(`http://top.localhost:${port}/`);
    return await page.evaluate(async (third) => {
      await fetch(`${third}/set`, { credentials: "include" });
      return (await (await fetch(`${third}/get`, { credentials: "include" })).text()).includes("control=1");
    }, `http://third.localhost:${port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
