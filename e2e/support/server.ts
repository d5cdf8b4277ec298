// The built binary as a child process: `fanlight demo` with a data folder of its own, on ports that were free.
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

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
  /** The certificate authority's file, with `--tls`. */
  readonly ca?: string | null;
}

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const binary =
  process.env["FANLIGHT_BIN"] ?? join(root, "target/debug/fanlight");

export class Server {
  readonly ready: Ready;
  readonly #dir: string;
  readonly #tls: boolean;
  #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    ready: Ready,
    dir: string,
    tls: boolean,
  ) {
    this.#child = child;
    this.ready = ready;
    this.#dir = dir;
    this.#tls = tls;
  }

  /** `prepare` may write into the data folder before the server starts on it. */
  static async start({
    tls,
    prepare,
  }: {
    tls: boolean;
    prepare?: (data: string) => Promise<void>;
  }): Promise<Server> {
    const dir = await mkdtemp(join(tmpdir(), "fanlight-e2e-"));
    await prepare?.(dir);
    const [child, ready] = await launch(dir, tls, "127.0.0.1:0", "127.0.0.1:0");
    return new Server(child, ready, dir, tls);
  }

  /** The data folder. */
  get data(): string {
    return this.#dir;
  }

  /** Runs another command of the binary on the same data, while the server goes on; gives what it prints. */
  async command(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(binary, [
      ...args,
      "--data",
      this.#dir,
    ]);
    return stdout.trim();
  }

  /** `kill -9`, then the same command on the same data and addresses. */
  async crashAndRestart(): Promise<void> {
    await this.kill();
    await this.restart();
  }

  async kill(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** As an operator stops it: everybody is told to come back. */
  async terminate(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await gone;
  }

  async restart(): Promise<void> {
    const address = (url: string): string => `127.0.0.1:${new URL(url).port}`;
    const { tenant, portal } = this.ready;
    [this.#child] = await launch(
      this.#dir,
      this.#tls,
      address(tenant),
      address(portal),
    );
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null)
      await this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

async function launch(
  dir: string,
  tls: boolean,
  tenant: string,
  portal: string,
): Promise<[ChildProcess, Ready]> {
  const args = [
    "demo",
    "--json",
    "--tenant-addr",
    tenant,
    "--portal-addr",
    portal,
    "--data",
    dir,
  ];
  const child = spawn(binary, tls ? [...args, "--tls"] : args, {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const lines = createInterface({ input: child.stdout });
  const ready = await new Promise<Ready>((resolve, reject) => {
    lines.on(
      "line",
      (line) => line.startsWith("{") && resolve(JSON.parse(line) as Ready),
    );
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(
        new Error(
          `${binary} ended with ${code}:\n${log.slice(-20).join("\n")}`,
        ),
      ),
    );
  });
  return [child, ready];
}
