// Files that are served as they are: themes, and the licences of the packages that the page ships.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packages } from "./charts.mjs";

export async function copyThemes({ source, out }) {
  await mkdir(join(out, "themes"), { recursive: true });
  for (const file of await readdir(join(source, "themes"))) {
    const theme = JSON.parse(await readFile(join(source, "themes", file), "utf8"));
    await writeFile(join(out, "themes", file), JSON.stringify(theme));
  }
}

export async function writeLicences(root, { out }) {
  const folders = [
    "enigma.js",
    ...Object.values(packages).map((path) => path.split("/").slice(0, 2).join("/")),
  ];
  const parts = [];
  for (const folder of folders) {
    const home = join(root, "node_modules", folder);
    const { name, version, license } = JSON.parse(await readFile(join(home, "package.json"), "utf8"));
    const file = (await readdir(home)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(home, file), "utf8") : "";
    parts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  await writeFile(join(out, "licences.txt"), parts.join(`\n${"-".repeat(80)}\n\n`));
}
