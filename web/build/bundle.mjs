// One page: its TypeScript and CSS bundled by esbuild, and its HTML with the hashed names filled in.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

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
    minify: true,
    format: "esm",
    target: ["chrome114", "firefox128", "safari17"],
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [virtualJson(virtual)],
  });
  const outputs = Object.keys(result.metafile.outputs).map((file) => `${base}assets/${basename(file)}`);
  const styleFile = Object.keys(result.metafile.outputs).find((file) => file.endsWith(".css"));
  const names = {
    css: (await readFile(styleFile, "utf8")).trim(),
    main: outputs.find((file) => file.endsWith(".js")),
    style: outputs.find((file) => file.endsWith(".css")),
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
