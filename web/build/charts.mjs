// The chart library and the chart packages, copied byte for byte from npm under hashed names.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Name used in `single/src/charts.ts` → the package's browser build. */
export const packages = {
  stardust: "@nebula.js/stardust/dist/stardust.js",
  "sn-bar-chart": "@nebula.js/sn-bar-chart/dist/sn-bar-chart.js",
  "sn-filter-pane": "@nebula.js/sn-filter-pane/dist/sn-filter-pane.js",
  "sn-kpi": "@nebula.js/sn-kpi/dist/sn-kpi.js",
  "sn-line-chart": "@nebula.js/sn-line-chart/dist/sn-line-chart.js",
  "sn-pie-chart": "@nebula.js/sn-pie-chart/dist/sn-pie-chart.js",
  "sn-table": "@nebula.js/sn-table/dist/sn-table.js",
};

/**
 * @param {string} root
 * @param {{out: string, base: string}} page
 * @returns {Promise<{urls: Record<string, string>, sources: string[]}>}
 */
export async function copyCharts(root, { out, base }) {
  const urls = {};
  const sources = [];
  for (const [name, path] of Object.entries(packages)) {
    const bytes = await readFile(join(root, "node_modules", path));
    const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 10);
    await writeFile(join(out, `assets/${name}-${hash}.js`), bytes);
    urls[name] = `${base}assets/${name}-${hash}.js`;
    sources.push(bytes.toString("utf8"));
  }
  return { urls, sources };
}
