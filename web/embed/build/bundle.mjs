// The three forms of the package's code: modules for bundlers, one file for a `<script>`, and the tests.
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { readFile, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { schemaPlugin } from "./schema.mjs";

const run = promisify(execFile);
export const root = join(fileURLToPath(import.meta.url), "../..");
const browsers = ["chrome114", "firefox128", "safari17"];
const shared = { bundle: true, format: "esm", logLevel: "warning", plugins: [schemaPlugin()] };

/** `index.js`, `element.js`, `define.js` and `react.js` with their types; enigma.js and React stay imports. */
export async function bundlePackage(out) {
  await rm(out, { recursive: true, force: true });
  await build({
    ...shared,
    entryPoints: ["index", "element", "define", "react"].map((name) => join(root, `src/${name}.ts`)),
    outdir: out,
    splitting: true,
    external: ["enigma.js", "react"],
    target: browsers,
  });
  const require = createRequire(import.meta.url);
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  const options = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--outDir", out];
  await run(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json"), ...options]);
}

/** Everything, with enigma.js in it, in one file that defines `<fanlight-embed>`. */
export async function bundleFile(outfile) {
  const home = dirname(createRequire(import.meta.url).resolve("enigma.js/package.json"));
  const licence = (await readFile(join(home, "LICENSE"), "utf8")).trim().replaceAll("*/", "* /");
  await build({
    ...shared,
    entryPoints: [join(root, "src/define.ts")],
    outfile,
    minify: true,
    target: browsers,
    legalComments: "none",
    banner: { js: `/*! Fanlight embed, MIT licence. Contains enigma.js:\n${licence}\n*/` },
  });
}

/** Every `test/*.test.ts` as a file that Node can run. Returns their paths. */
export async function bundleTests(out) {
  await rm(out, { recursive: true, force: true });
  const names = (await readdir(join(root, "test"))).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...shared,
    entryPoints: names.map((name) => join(root, "test", name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    platform: "node",
    target: "node20",
    external: ["enigma.js", "react", "react-dom", "happy-dom"],
    sourcemap: "inline",
  });
  return names.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
}
