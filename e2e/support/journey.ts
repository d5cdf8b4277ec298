// The whole way through the demo, the same over HTTP and HTTPS.
import { Portal, expect, selectFirstBar, test } from "./fixtures.js";

/** Portal and tenant are two sites; the sheet is live, and shares its session with the page around it. */
export function describeJourney(): void {
  for (const cookies of ["blocked", "allowed"] as const) {
    test.describe(`third-party cookies ${cookies}`, () => {
      test.use({ cookies });

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
        const routes = portal.cell("routes");
        const routesBefore = await routes.innerText();

        await selectFirstBar(portal);

        await expect(departures).not.toHaveText(before, { useInnerText: true });
        await expect(routes).not.toHaveText(routesBefore, { useInnerText: true });
        await expect(portal.selections()).toHaveCount(1);
        await expect(portal.selections()).toHaveText(/^Carrier/);

        const other = new Portal(await page.context().newPage());
        await other.page.goto(`${server.ready.portal}/by-hand/?identity=another`);
        await other.isDrawn();
        await expect(other.selections()).toHaveText(["nothing yet"]);
        expect(await other.cell("kpi-departures").innerText()).toBe(before);

        await portal.page.getByRole("button", { name: "Clear", exact: true }).click();
        await expect(departures).toHaveText(before, { useInnerText: true });
      });
    });
  }
}
