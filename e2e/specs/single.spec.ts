// `/single/` by itself: what its query does, and what it says when it cannot show a sheet.
import { Portal, cell, expect, sheetIsDrawn, signInOnTenant, test } from "../support/fixtures.js";
import { blemishes, sizes, violations } from "../support/looks.js";
import type { Ready } from "../support/server.js";

const single = ({ tenant, appId }: Ready, query: string): string =>
  `${tenant}/single/?appid=${appId}&${query}`;

test("draws one object, in the dark theme", async ({ page, server }) => {
  await signInOnTenant(page, server.ready, "/single/");
  await page.goto(single(server.ready, "obj=departures-by-origin&theme=fanlight-dark"));
  await sheetIsDrawn(page);
  await expect(page.locator(".cell")).toHaveCount(1);
  await expect(page.locator("body")).toHaveCSS("background-color", "rgb(17, 24, 31)");
});

test("makes the selections of the address", async ({ page, server }) => {
  await signInOnTenant(page, server.ready, "/single/");
  await page.goto(
    single(
      server.ready,
      "sheet=overview&identity=preselect&opt=currsel&select=clearall&select=Origin,JFK,LGA",
    ),
  );
  await sheetIsDrawn(page);
  await expect(page.locator("#selections")).toContainText("Origin");
});

test("without interaction nothing can be selected", async ({ page, server }) => {
  await signInOnTenant(page, server.ready, "/single/");
  await page.goto(single(server.ready, "sheet=overview&identity=still&opt=nointeraction"));
  await sheetIsDrawn(page);
  const chart = cell(page, "departures-by-carrier");
  await expect(chart).toHaveCSS("pointer-events", "none");
});

test("speaks the language of the address", async ({ page, server }) => {
  await signInOnTenant(page, server.ready, "/single/");
  await page.goto(single(server.ready, "sheet=overview&lang=de&opt=currsel"));
  await sheetIsDrawn(page);
  await expect(page.locator("html")).toHaveAttribute("lang", "de-DE");
});

test("says what is wrong in the reader's language, and fetches no other", async ({ page, server }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "languages", { value: ["de-AT", "fr"] }));
  const fetched: string[] = [];
  page.on("request", (request) => {
    const name = /assets\/(en|de|fr|es|ja)-/.exec(request.url());
    if (name?.[1] !== undefined) fetched.push(name[1]);
  });
  const said = page.getByRole("alert");
  await page.goto(single(server.ready, "sheet=overview"));
  await expect(said).toContainText("Sie sind nicht angemeldet");
  // Opened alone, it can only say where people sign in.
  await expect(said.getByRole("link").first()).toHaveAttribute("href", server.ready.portal);
  await expect(said.getByRole("link").last()).toHaveAttribute("href", "/console/");
  await expect(said.getByRole("button")).toHaveCount(0);
  await expect(said).toHaveAttribute("lang", "de");
  await expect(page.locator("html")).toHaveAttribute("lang", "de-DE");
  await expect(page.locator("html")).toHaveAttribute("dir", "ltr");
  await page.goto(single(server.ready, "sheet=overview&lang=ja"));
  await expect(said).toContainText("サインインしていません");
  await page.goto(single(server.ready, "sheet=overview&lang=en"));
  await expect(said).toContainText("You are not signed in");
  expect(fetched).toEqual(["de", "ja"]);
});

test("says that there is no such sheet", async ({ page, server }) => {
  await signInOnTenant(page, server.ready, "/single/");
  await page.goto(single(server.ready, "sheet=nowhere"));
  await expect(page.getByRole("alert")).toContainText("There is no such sheet");
});

test("says that there is no such chart", async ({ page, server }) => {
  await signInOnTenant(page, server.ready, "/single/");
  await page.goto(single(server.ready, "obj=nothing"));
  await expect(page.getByRole("alert")).toContainText("There is no such chart");
});

test("says that there is no such app", async ({ page, server }) => {
  await signInOnTenant(page, server.ready, "/single/");
  await page.goto(`${server.ready.tenant}/single/?appid=00000000-0000-4000-8000-000000000000&sheet=overview`);
  await expect(page.getByRole("alert")).toContainText("There is no such app");
});

test("says that nobody is signed in", async ({ page, server }) => {
  await page.goto(single(server.ready, "sheet=overview"));
  await expect(page.getByRole("alert")).toContainText("You are not signed in");
});

test("tells the page around it what happens", async ({ page, server }) => {
  const portal = new Portal(page);
  await page.addInitScript(() => {
    const told: unknown[] = [];
    Object.assign(window, { told });
    addEventListener("message", ({ data }) => told.push((data as { type?: string }).type));
  });
  await portal.signIn(server.ready.portal, /Ada/);
  await portal.isDrawn();
  const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
  await expect.poll(told).toEqual(["loading", "ready", "rendered"]);
});

/**
 * What the chart packages draw is theirs, and axe finds fault with it: labels on plain boxes, rows of list boxes without a
 * table around them, headings that skip levels, objects without a text.
 */
const charts = ".cell > *";

for (const [name, size] of Object.entries(sizes)) {
  for (const theme of ["fanlight", "fanlight-dark"] as const) {
    test.describe(`on a ${name}, ${theme}`, () => {
      test.use({ size });

      test("passes axe with a sheet, and with the word why there is none", async ({ page, server }) => {
        await signInOnTenant(page, server.ready, "/single/");
        for (const sheet of ["overview", "delays"]) {
          await page.goto(single(server.ready, `sheet=${sheet}&theme=${theme}&opt=currsel`));
          await sheetIsDrawn(page);
          await page.screenshot({ path: `out/single-${sheet}-${name}-${theme}.png` });
          expect(await violations(page, charts), sheet).toEqual([]);
        }
        await page.goto(single(server.ready, `sheet=nowhere&theme=${theme}`));
        await expect(page.getByRole("alert")).toContainText("There is no such sheet");
        expect(await violations(page)).toEqual([]);
        expect(await blemishes(page)).toEqual([]);
      });
    });
  }
}
