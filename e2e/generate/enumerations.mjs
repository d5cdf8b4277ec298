// Writes crates/protocol/src/enumeration/table.rs: every enumeration of the engine's contract with all spellings of its
// values, and which member of which structure has which. Spellings and members are read from the types of `@qlik/api`,
// numbers from the schema of enigma.js. `npm run generate` writes the file; with `--check` nothing is written.
import { readFile, writeFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = join(import.meta.dirname, "../node_modules");
export const target = join(import.meta.dirname, "../../crates/protocol/src/enumeration/table.rs");

/** Words of the clients themselves, and codes that only the engine sends: they are in no request. */
const left = /^(CombinedWebSocketStateState|ProgressType|QixProgressErrorSeverity|WorkloadType|.*Localized\w+Code)$/;
/** The number of the values, not one of them. */
const counts = new Set(["NSTATES"]);
const longestLine = 112;

async function types() {
  const folder = join(modules, "@qlik/api/chunks");
  for (const file of readdirSync(folder).filter((name) => /^qix-.*\.d\.ts$/.test(name))) {
    const text = await readFile(join(folder, file), "utf8");
    if (text.includes("type NxHypercubeMode")) return text;
  }
  throw new Error("no types of @qlik/api name the enumerations of the engine");
}

async function schemaEnums() {
  const path = join(modules, "enigma.js/schemas/12.2027.0.json");
  return Object.entries(JSON.parse(await readFile(path, "utf8")).enums);
}

/** @param {string} short @param {string} long */
function isSubsequence(short, long) {
  let at = 0;
  for (const letter of long) if (letter === short[at]) at += 1;
  return at === short.length;
}

/** @param {string} word */
const letters = (word) => word.toUpperCase().replaceAll("_", "");

/** Whether `long` says the same as `short`: `S` and `SELECTED`, `add` and `Add`, `D1` and `DATA_REDUCTION_ONEDIM`. */
function isPair(short, long, numbers) {
  if (numbers.has(long) && !numbers.has(short)) return true;
  const [a, b] = [letters(short), letters(long)];
  return isSubsequence(a, b) || isSubsequence(b, a) || (/[a-z]/.test(short) && /^[A-Z]+_[A-Z_]+$/.test(long));
}

/** The values of a union of spellings: pairs of a short and a long one, or single ones. */
function values(words, numbers) {
  const kept = words.filter((word) => !counts.has(word));
  const pairs = kept.flatMap((word, at) => (at % 2 === 0 ? [[word, kept[at + 1]]] : []));
  const isPaired = pairs.every(([short, long]) => long !== undefined && isPair(short, long, numbers));
  const found = isPaired ? pairs : kept.map((word) => [word, word]);
  return found.map(([short, long], at) => ({ short, long, number: numbers.get(long) ?? at }));
}

async function enumerations(text) {
  const schema = await schemaEnums();
  const numbers = new Map(schema.flatMap(([, named]) => Object.entries(named)));
  const found = new Map();
  for (const [, name, union] of text.matchAll(/^type (\w+) = ((?:"[^"]*"(?: \| )?)+);/gm)) {
    if (left.test(name)) continue;
    const words = [...union.matchAll(/"([^"]*)"/g)].map(([, word]) => word);
    found.set(name, values(words, numbers));
  }
  const known = new Set([...found.values()].flat().map(({ long }) => long));
  for (const [name, named] of schema) {
    const words = Object.entries(named);
    if (left.test(name) || words.some(([word]) => known.has(word))) continue;
    found.set(
      name,
      words.map(([word, number]) => ({ short: word, long: word, number })),
    );
  }
  return found;
}

/** Every member of a structure that has an enumeration, or a list of them. */
function members(text, known) {
  const found = [];
  for (const [, structure, body] of text.matchAll(/^type (\w+)(?:<[^>]*>)? = (?:\w+ & )?\{\n(.*?)^\};/gms)) {
    for (const [, member, type] of body.matchAll(/^  (\w+)\??: (\w+)(?:\[\])?;/gm)) {
      if (known.has(type)) found.push({ structure, member, type });
    }
  }
  return found;
}

/** @param {string} name */
const constant = (name) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toUpperCase();

/** Items one after another, in lines that are not too long. */
function packed(items) {
  const lines = [];
  let line = "   ";
  for (const item of items) {
    if (line.length + item.length + 2 > longestLine) {
      lines.push(line);
      line = "   ";
    }
    line += ` ${item},`;
  }
  return [...lines, line].join("\n");
}

export async function table() {
  const text = await types();
  const all = await enumerations(text);
  const named = members(text, all);
  const statics = [...all].map(([name, values]) => {
    const items = values.map(({ short, long, number }) => `v("${short}", "${long}", ${number})`);
    return `pub static ${constant(name)}: Enumeration = e("${name}", &[\n${packed(items)}\n]);`;
  });
  const ofMembers = named.map(
    ({ structure, member, type }) => `m("${structure}", "${member}", &${constant(type)})`,
  );
  return `//! The enumerations of the engine's contract. Generated by \`npm run generate\` in \`e2e\`; do not edit.

use super::{Enumeration, Member, e, m, v};

${statics.join("\n")}

/// All of them.
pub static ALL: &[&Enumeration] = &[
${packed([...all.keys()].map((name) => `&${constant(name)}`))}
];

/// The members that have one, by structure.
pub static MEMBERS: &[Member] = &[
${packed(ofMembers)}
];
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = await table();
  if (process.argv[2] === "--check") {
    const isUpToDate = wanted === (await readFile(target, "utf8"));
    console.log(isUpToDate ? "up to date" : "stale: run npm run generate in e2e");
    process.exitCode = isUpToDate ? 0 : 1;
  } else {
    await writeFile(target, wanted);
  }
}
