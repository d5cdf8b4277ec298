// The whole way: portal and tenant are two sites, the browser refuses third-party cookies, the sheet is live.
import { Portal, expect, selectFirstBar, test } from "../support/fixtures.js";

for (const tls of [false, true]) {
  for (const cookies of ["blocked", "allowed"] as const) {
    test.describe(`${tls ? "https" : "http"}, third-party cookies ${cookies}`, () => {
      test.use({ tls, cookies });

      test("signs in, draws, selects, and shares the session with the page around it", async ({
        page,
        server,
      }) => {
        const portal = new Portal(page);
        await portal.signIn(server.ready.portal, /Ada/);
        await portal.isDrawn();
        await expect(portal.selections()).toHaveText(["nothing yet"]);
        const departures = portal.cell("kpi-departures");
        const before = await departures.innerText();
        const route = portal.cell("routes").getByRole("row").nth(2);
        const firstRoute = await route.innerText();

        await selectFirstBar(portal);

        await expect(departures).not.toHaveText(before);
        await expect(route).not.toHaveText(firstRoute);
        await expect(portal.selections()).toHaveCount(1);
        await expect(portal.selections()).toHaveText(/^Carrier/);

        const other = new Portal(await page.context().newPage());
        await other.page.goto(`${server.ready.portal}/?identity=another`);
        await other.isDrawn();
        await expect(other.selections()).toHaveText(["nothing yet"]);
        expect(await other.cell("kpi-departures").innerText()).toBe(before);
        await portal.page.getByRole("button", { name: "Clear", exact: true }).click();
        await expect(departures).toHaveText(before);
      });
    });
  }
}
