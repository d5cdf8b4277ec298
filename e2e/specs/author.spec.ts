// What somebody meets who writes an app for the first time: the README's app is drawn, a broken chart says why, and a
// changed folder reaches those who look at it.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  cell,
  expect,
  sheetIsDrawn,
  signInOnTenant,
  test as base,
} from "../support/fixtures.js";
import { openConsole } from "../support/console.js";
import { Server, root } from "../support/server.js";

const columns = {
  qDimensions: [{ qDef: { qFieldDefs: ["Region"] } }],
  qMeasures: [{ qDef: { qDef: "Sum(Amount)" } }],
};
const two = [...columns.qDimensions, { qDef: { qFieldDefs: ["Amount"] } }];

/** Objects that cannot be drawn, and what their cells say. */
const broken: readonly { id: string; properties: object; says: RegExp }[] = [
  {
    id: "unknown",
    properties: { qType: "treemap", qHyperCubeDef: columns },
    says: /cannot be drawn here: treemap/,
  },
  {
    id: "stacked",
    properties: {
      qType: "barchart",
      qHyperCubeDef: { ...columns, qDimensions: two, qMode: "K" },
    },
    says: /cannot be calculated: .*stacked/,
  },
  {
    id: "empty",
    properties: {
      qType: "barchart",
      qHyperCubeDef: {
        ...columns,
        qMeasures: [{ qDef: { qDef: "Sum({<Region={'x'}>} Amount)" } }],
        qSuppressZero: true,
      },
    },
    says: /nothing to show|generated no data/,
  },
  {
    id: "half",
    properties: { qType: "barchart", qHyperCubeDef: { qDimensions: two } },
    says: /needs more dimensions or measures/,
  },
  {
    id: "bare",
    properties: { qType: "kpi" },
    says: /needs more dimensions or measures/,
  },
];

/** Writes the blocks of a README whose first line names a path, as its reader would. */
async function followReadme(apps: string): Promise<void> {
  const readme = await readFile(join(root, "apps/README.md"), "utf8");
  for (const [, path, content] of readme.matchAll(
    /^```\w+ (\S+)\n([^]*?)^```$/gm,
  )) {
    const file = join(apps, path ?? "");
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content ?? "");
  }
}

function sheetOf(id: string, properties: object): string {
  const { qType, ...rest } = properties as { qType: string };
  const cells = [{ name: id, col: 0, row: 0, colspan: 24, rowspan: 12 }];
  const sheet = {
    qInfo: { qId: `sheet-${id}`, qType: "sheet" },
    rank: 9,
    cells,
  };
  return JSON.stringify({
    qProperty: sheet,
    qChildren: [{ qInfo: { qId: id, qType }, ...rest }],
  });
}

const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start({
        tls: false,
        async prepare(data) {
          const apps = join(data, "apps");
          await followReadme(apps);
          for (const { id, properties } of broken)
            await writeFile(
              join(apps, `sales/objects/z-${id}.json`),
              sheetOf(id, properties),
            );
        },
      });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
});

const at = (server: Server, sheet: string): string =>
  `${server.ready.tenant}/single/?appid=sales&sheet=${sheet}`;

test("the ten lines of the README are drawn", async ({ page, server }) => {
  await signInOnTenant(page, server.ready, "/single/");
  await page.goto(at(server, "sheet"));
  await sheetIsDrawn(page);
  const chart = cell(page, "a");
  await expect(chart).toContainText("Sum(Amount) by Region");
  await expect(chart.locator("canvas, svg").first()).toBeVisible();
  await page.screenshot({ path: "out/readme-app.png" });
});

for (const { id, says } of broken) {
  test(`a chart that cannot be drawn says why: ${id}`, async ({
    page,
    server,
  }) => {
    await signInOnTenant(page, server.ready, "/single/");
    await page.goto(at(server, `sheet-${id}`));
    const chart = cell(page, id);
    // Some packages say it themselves.
    await expect(chart).toContainText(says);
    await expect(chart).not.toHaveClass(/pending/);
  });
}

test("a changed folder reaches those who look at it, and a broken one does not", async ({
  page,
  server,
}) => {
  await signInOnTenant(page, server.ready, "/single/");
  await page.goto(at(server, "sheet"));
  await sheetIsDrawn(page);
  const manifest = join(server.data, "apps/sales/app.toml");
  const sound = await readFile(manifest, "utf8");
  await writeFile(manifest, `${sound}\ntypo = 1\n`);
  await expect(server.command("app", "reload", "sales")).rejects.toThrow(
    /unknown field/,
  );
  const objects = join(server.data, "apps/sales/objects/sheet.json");
  const sheet = await readFile(objects, "utf8");
  await writeFile(
    objects,
    sheet.replace(
      '"barchart"}',
      '"barchart"}, "title": "Changed by its author"',
    ),
  );
  await writeFile(manifest, sound);
  expect(await server.command("app", "reload", "sales")).toContain(
    "sales is taken in; 1 sessions go on with it",
  );
  await expect(cell(page, "a")).toContainText("Changed by its author");
});

test("the console says why a changed folder was not taken in, and then that it was", async ({
  page,
  server,
}) => {
  const manifest = join(server.data, "apps/sales/app.toml");
  const sound = await readFile(manifest, "utf8");
  await writeFile(manifest, `${sound}\ntypo = 1\n`);
  await expect(server.command("app", "reload", "sales")).rejects.toThrow(
    /unknown field/,
  );
  await openConsole(page, server.ready);
  const apps = page.getByRole("tab", { name: "Apps" });
  await apps.click();
  const folders = page.locator("#folders li");
  await expect(folders).toContainText(/^sales refused .*unknown field "typo"/);
  await writeFile(manifest, sound);
  await server.command("app", "reload", "sales");
  await page.getByRole("tab", { name: "Sessions" }).click();
  await apps.click();
  await expect(folders).toContainText(/^sales taken in/);
  await expect(folders).not.toContainText("unknown field");
});
