// Builds `dist/`: `dist/tenant` is served by the tenant, `dist/portal` by the demo portal.
// Everything under an `assets/` folder carries a hash of its content in its name and may be cached for good.
import { rm, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundlePage } from "./bundle.mjs";
import { copyCharts } from "./charts.mjs";
import { compressTree } from "./compress.mjs";
import { bundleFile } from "../embed/build/bundle.mjs";
import { trimSchema } from "./schema.mjs";
import { copyThemes, writeLicences } from "./statics.mjs";

const root = join(fileURLToPath(import.meta.url), "../..");
const dist = join(root, "dist");
const single = { source: join(root, "single"), out: join(dist, "tenant/single"), base: "/single/" };
const operator = { source: join(root, "console"), out: join(dist, "tenant/console"), base: "/console/" };
const byHand = { source: join(root, "by-hand"), out: join(dist, "portal/by-hand"), base: "/by-hand/" };
const portal = { source: join(root, "portal"), out: join(dist, "portal"), base: "/" };

const started = performance.now();
await rm(dist, { recursive: true, force: true });
await mkdir(join(single.out, "assets"), { recursive: true });

const charts = await copyCharts(root, single);
const schema = await trimSchema(root, charts.sources);
await bundlePage({
  ...single,
  virtual: { "fanlight:charts": charts.urls, "fanlight:schema": schema },
  html: { stardust: charts.urls.stardust },
});
await bundleFile(join(dist, "tenant/embed/fanlight-embed.js"));
await bundlePage({ ...operator, virtual: {}, html: {} });
await bundlePage({ ...byHand, virtual: {}, html: {} });
await bundlePage({ ...portal, virtual: {}, html: {} });
await copyThemes(single);
await writeLicences(root, single);
const total = await compressTree(dist);

const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`web/dist: ${total.files} files, ${total.brotliKib} KiB as brotli, built in ${seconds} s`);
