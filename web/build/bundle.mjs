// One page: its TypeScript and CSS bundled by esbuild, and its HTML with the hashed names filled in.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

const browsers = ["chrome114", "firefox128", "safari17"];

/**
 * @param {{source: string, out: string, base: string, virtual: Record<string, unknown>, html: Record<string, string>}} page
 */
export async function bundlePage({ source, out, base, virtual, html }) {
  const result = await build({
    entryPoints: [join(source, "src/main.ts"), join(source, "src/style.css")],
    outdir: join(out, "assets"),
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    // Modules are always read as UTF-8.
    charset: "utf8",
    minify: true,
    format: "esm",
    target: browsers,
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [virtualJson(virtual), fetchedLater(join(out, "assets"), base)],
  });
  const files = Object.entries(result.metafile.outputs);
  const entry = (source) => files.find(([, { entryPoint }]) => entryPoint?.endsWith(source))[0];
  const url = (file) => `${base}assets/${basename(file)}`;
  const styleFile = entry("src/style.css");
  const names = {
    css: (await readFile(styleFile, "utf8")).trim(),
    main: url(entry("src/main.ts")),
    style: url(styleFile),
    ...html,
  };
  const template = await readFile(join(source, "index.html"), "utf8");
  // A page that holds its styles is never painted without them, and needs one request less.
  if (template.includes("{{css}}")) await rm(styleFile);
  const page = template.replace(/\{\{(\w+)\}\}/g, (_, name) => {
    if (!names[name])
      throw new Error(`${source}/index.html names {{${name}}}, which the build does not make`);
    return names[name];
  });
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "index.html"), page);
}

/**
 * `import("./x.js")`: a file of its own, with all that it needs in it. esbuild's `splitting` would put what the page shares
 * with it into a third file, which the page would have to fetch before anything is shown.
 */
function fetchedLater(assets, base) {
  return {
    name: "fetched-later",
    setup(builder) {
      builder.onResolve({ filter: /^\./ }, async ({ path, kind, resolveDir }) => {
        if (kind !== "dynamic-import") return null;
        const { metafile } = await build({
          entryPoints: [join(resolveDir, path.replace(/\.js$/, ".ts"))],
          outdir: assets,
          entryNames: "[name]-[hash]",
          bundle: true,
          charset: "utf8",
          minify: true,
          format: "esm",
          target: browsers,
          metafile: true,
        });
        const [file] = Object.keys(metafile.outputs);
        return { path: `${base}assets/${basename(file)}`, external: true };
      });
    },
  };
}

/** Modules that exist only in the build: `import x from "fanlight:…"` yields the given JSON value. */
function virtualJson(modules) {
  return {
    name: "virtual-json",
    setup(builder) {
      builder.onResolve({ filter: /^fanlight:/ }, ({ path }) => ({ path, namespace: "fanlight" }));
      builder.onLoad({ filter: /.*/, namespace: "fanlight" }, ({ path }) => ({
        contents: JSON.stringify(modules[path]),
        loader: "json",
      }));
    },
  };
}
