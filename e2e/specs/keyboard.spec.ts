// A person with only a keyboard in a sheet: every chart and the selections bar are reached, and the sheet is left again.
import type { FrameLocator, Page } from "@playwright/test";
import { EmbedPage } from "../support/embed-page.js";
import { expect, signInOnTenant, test } from "../support/fixtures.js";
import { focusOf, press, putButtonsAround, way } from "../support/framed.js";
import type { Ready } from "../support/server.js";

// The sheets of these tests are whole, and charts are slow to draw beside other work.
test.describe.configure({ timeout: 240_000 });

const kpis = ["kpi-departures", "kpi-dep-delay", "kpi-on-time", "kpi-cancelled"];
const overview = [
  "overview-filters",
  ...kpis,
  "departures-by-month",
  "departures-by-origin",
  "departures-by-carrier",
  "routes",
];
const bar = ["bar Step back", "bar Clear all selections", "bar Clear selection"];

async function openSingle(page: Page, ready: Ready, query: string): Promise<void> {
  await signInOnTenant(page, ready, "/single/");
  await page.goto(`${ready.tenant}/single/?appid=${ready.appId}&${query}`);
  await allStopsAreThere(page);
}

/** Every chart is drawn, which on a busy machine takes longer than anything else here, and is a stop of the Tab key. */
async function allStopsAreThere(sheet: Page | FrameLocator): Promise<void> {
  await expect(sheet.locator(".cell").first()).toBeVisible();
  await expect(sheet.locator(".cell.pending")).toHaveCount(0, { timeout: 80_000 });
  await expect(sheet.locator(".cell:not(:has(.njs-cell-body))")).toHaveCount(0);
}

/** The charts of a page in their order. */
function charts(page: Page): Promise<string[]> {
  return page
    .locator(".cell")
    .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset["object"] ?? ""));
}

test("alone: Tab goes through the selections bar and every chart, and out, and back", async ({
  page,
  server: { ready },
}) => {
  await openSingle(page, ready, "sheet=overview&identity=keys-1&opt=currsel&select=Origin,JFK");
  await expect(page.locator("#selections")).toContainText("Origin");
  expect(await charts(page)).toEqual(overview);
  expect(await way(page, "Tab", "page")).toEqual([...bar, ...overview, "page"]);
  expect(await way(page, "Shift+Tab", "page")).toEqual([...[...bar, ...overview].reverse(), "page"]);
});

test("alone: a sheet whose filter pane does not come first", async ({ page, server: { ready } }) => {
  await openSingle(page, ready, "sheet=delays&identity=keys-2");
  const order = await charts(page);
  expect(order[0]).not.toBe("delays-filters");
  expect(await way(page, "Tab", "page")).toEqual([...order, "page"]);
  expect(await way(page, "Shift+Tab", "page")).toEqual([...[...order].reverse(), "page"]);
});

test("a stop is named by its chart, and can be seen", async ({ page, server: { ready } }) => {
  await openSingle(page, ready, "sheet=overview&identity=keys-3");
  await way(page, "Tab", "departures-by-carrier");
  const cell = page.locator('[data-object="departures-by-carrier"]');
  await expect(cell).toHaveCSS("outline-style", "solid");
  await expect(cell.getByRole("group").first()).toHaveAccessibleName(/Departures by carrier/);
});

test("Enter goes into a filter pane and selects, Escape comes out of it", async ({
  page,
  server: { ready },
}) => {
  await openSingle(page, ready, "sheet=overview&identity=keys-4&opt=currsel");
  const pane = "overview-filters";
  expect(await press(page, "Tab")).toBe(pane);
  await page.keyboard.press("Enter");
  await expect.poll(() => focusOf(page)).toBe(`in ${pane}`);
  await press(page, "Enter");
  await press(page, "ArrowDown");
  await press(page, "Space");
  await press(page, "Enter");
  await expect(page.locator("#selections")).toContainText("Origin");
  expect((await way(page, "Escape", pane, 4)).at(-1)).toBe(pane);
  expect(await press(page, "Tab")).toBe("kpi-departures");
  expect(await press(page, "Shift+Tab")).toBe(pane);
});

test("Tab alone does not stay in a filter pane, nor in a table", async ({ page, server: { ready } }) => {
  await openSingle(page, ready, "sheet=overview&identity=keys-5");
  expect(await press(page, "Tab")).toBe("overview-filters");
  await press(page, "Enter");
  const out = await way(page, "Tab", "kpi-departures", 6);
  expect(out.at(-1)).toBe("kpi-departures");
  await way(page, "Tab", "routes");
  await page.keyboard.press("Enter");
  await expect.poll(() => focusOf(page)).toBe("in routes");
  expect((await way(page, "Escape", "routes", 3)).at(-1)).toBe("routes");
  expect(await press(page, "Tab")).toBe("page");
});

test("a click into a filter pane keeps the focus there, and Escape leads out", async ({
  page,
  server: { ready },
}) => {
  await openSingle(page, ready, "sheet=overview&identity=keys-6");
  await page.locator('[data-object="overview-filters"] [role="row"]').nth(1).click();
  expect((await way(page, "Escape", "overview-filters", 5)).at(-1)).toBe("overview-filters");
});

for (const cookies of ["blocked", "allowed"] as const) {
  test.describe(`in an embed, third-party cookies ${cookies}`, () => {
    test.use({ cookies, size: { width: 1280, height: 1000 } });

    test("Tab comes into the sheet, through it and out, forwards and backwards", async ({
      page,
      server: { ready },
    }) => {
      const attributes = { object: "", sheet: "overview" };
      const embed = await EmbedPage.open(page, ready, { frame: "real", attributes });
      await embed.embedLive();
      await putButtonsAround(page);
      await allStopsAreThere(embed.element.frameLocator("iframe"));
      await page.getByRole("button", { name: "before" }).focus();
      expect(await way(page, "Tab", "after")).toEqual([...overview, "after"]);
      expect(await way(page, "Shift+Tab", "before")).toEqual([...[...overview].reverse(), "before"]);
    });
  });
}
