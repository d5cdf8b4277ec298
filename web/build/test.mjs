// Bundles the tests of the pages and runs them with Node's own runner. Further arguments go to it.
import { build } from "esbuild";
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "../..");
const folder = join(root, "single/test");
const out = join(root, "node_modules/.cache/single-test");

const names = (await readdir(folder)).filter((name) => name.endsWith(".test.ts"));
await build({
  entryPoints: names.map((name) => join(folder, name)),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
});
const files = names.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
const args = ["--test", "--enable-source-maps", ...process.argv.slice(2), ...files];
const runner = spawn(process.execPath, args, { stdio: "inherit", cwd: root });
runner.on("exit", (code) => (process.exitCode = code ?? 1));
