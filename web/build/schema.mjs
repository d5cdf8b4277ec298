// enigma.js generates its methods from a schema of 206 kB. Here it is cut to the methods that the page's own
// code or any of the chart packages can call, found by looking for each method's name in their source.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const types = [
  "Global",
  "Doc",
  "GenericObject",
  "GenericBookmark",
  "GenericDimension",
  "GenericMeasure",
  "GenericVariable",
  "Field",
];

/**
 * @param {string} root
 * @param {string[]} chartSources
 */
export async function trimSchema(root, chartSources) {
  const path = join(root, "node_modules/enigma.js/schemas/12.2027.0.json");
  const { structs } = JSON.parse(await readFile(path, "utf8"));
  const own = await readdir(join(root, "single/src"));
  const ownSources = own
    .filter((f) => f.endsWith(".ts"))
    .map((f) => readFile(join(root, "single/src", f), "utf8"));
  const words = new Set();
  for (const source of [...chartSources, ...(await Promise.all(ownSources))]) {
    for (const word of source.match(/\b[a-z]\w{3,}\b/g) ?? []) words.add(word);
  }
  const used = (method) => words.has(method[0].toLowerCase() + method.slice(1));
  const trimmed = {};
  for (const type of types) {
    const methods = Object.entries(structs[type]).filter(([method]) => used(method));
    trimmed[type] = Object.fromEntries(methods);
  }
  return { structs: trimmed, enums: {} };
}
