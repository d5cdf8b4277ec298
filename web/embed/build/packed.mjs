// Tries the packed package as a portal would: `node build/packed.mjs FILE.tgz` unpacks it beside its one dependency, checks
// the types of a page that uses it, and loads each of its entry points that needs no browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const archive = process.argv[2];
assert.ok(archive, "usage: node build/packed.mjs FILE.tgz");

const page = `
import { createEmbed, EmbedError } from "@fanlight/embed";
import "@fanlight/embed/define";
import type { FanlightEmbedElement } from "@fanlight/embed/element";

const embed = createEmbed({
  host: "https://tenant.example",
  app: "flights",
  sheet: "overview",
  getToken: async () => "a token",
});
embed.on("state", ({ state, reason }) => console.log(state, reason));
const element = document.querySelector<FanlightEmbedElement>("fanlight-embed");
element?.restart();
// @ts-expect-error There is no such option.
createEmbed({ host: "https://tenant.example", app: "flights", getToken: async () => "", colour: "red" });
console.log(EmbedError.name);
`;

const installed = join(dirname(fileURLToPath(import.meta.url)), "../../node_modules");
const portal = mkdtempSync(join(tmpdir(), "fanlight-packed-"));
try {
  const modules = join(portal, "node_modules");
  const unpacked = join(modules, "@fanlight/embed");
  mkdirSync(unpacked, { recursive: true });
  execFileSync("tar", ["-xzf", resolve(archive), "-C", unpacked, "--strip-components=1"]);
  const manifest = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  for (const name of Object.keys(manifest.dependencies))
    symlinkSync(join(installed, name), join(modules, name));

  writeFileSync(join(portal, "page.ts"), page);
  const options = [
    "--noEmit",
    "--strict",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
    "--target",
    "es2022",
  ];
  const tsc = join(installed, "typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, ...options, "page.ts"], { cwd: portal, stdio: "inherit" });

  writeFileSync(
    join(portal, "load.mjs"),
    'const { createEmbed } = await import("@fanlight/embed"); console.log(typeof createEmbed);',
  );
  const said = execFileSync(process.execPath, ["load.mjs"], { cwd: portal, encoding: "utf8" });
  assert.equal(said.trim(), "function");
} finally {
  rmSync(portal, { recursive: true });
}
