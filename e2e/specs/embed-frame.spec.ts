// The tenant's own page in the frame: it follows what the embed around it goes through, and what befalls it alone is mended
// or told.
import type { FrameLocator, Page, WebSocketRoute } from "@playwright/test";
import { dropEngine, engineOf, freezeEngine } from "../support/control.js";
import { EmbedPage } from "../support/embed-page.js";
import { Admin } from "../support/faults.js";
import { expect, sheetIsDrawn, test } from "../support/fixtures.js";
import { expectPath } from "../support/told.js";

const opening = ["signing-in", "connecting", "live:created"];

/** A live embed whose chart is drawn. */
async function drawn(page: Page, ready: Parameters<typeof EmbedPage.open>[1]): Promise<EmbedPage> {
  const embed = await EmbedPage.open(page, ready, { frame: "real" });
  await embed.embedLive();
  await sheetIsDrawn(sheetOf(embed));
  return embed;
}

function sheetOf(embed: EmbedPage): FrameLocator {
  return embed.element.frameLocator("iframe");
}

function chartOf(embed: EmbedPage) {
  return sheetOf(embed).locator('[data-object="kpi-departures"]');
}

/** What is selected in the page shows in the frame, so the frame's own connection is there. */
async function expectConnected(embed: EmbedPage, carrier: string): Promise<void> {
  const before = await chartOf(embed).innerText();
  await embed.select("Carrier", carrier);
  await expect(chartOf(embed)).not.toHaveText(before, { useInnerText: true });
}

const types = async (embed: EmbedPage): Promise<string[]> =>
  (await embed.framed()).map(({ type }) => type).filter((type) => type !== "activity");

/** The frame's own WebSockets: the page around it names its web integration, and the frame does not. */
async function onSocketOfFrame(page: Page, meet: (socket: WebSocketRoute) => void): Promise<void> {
  await page.routeWebSocket(
    ({ pathname, searchParams }) =>
      pathname.startsWith("/app/") && !searchParams.has("qlik-web-integration-id"),
    meet,
  );
}

test.beforeEach(async ({ server: { ready } }) => new Admin(ready).endSessionsOf("ada"));

for (const cookies of ["blocked", "allowed"] as const) {
  test.describe(`third-party cookies ${cookies}`, () => {
    test.use({ cookies });

    test("a paused embed holds no connection at all, until it is resumed", async ({
      page,
      server: { ready },
    }) => {
      const embed = await drawn(page, ready);
      await expectConnected(embed, "AA");
      await embed.suspend();
      await embed.reaches("suspended:manual");
      await expect
        .poll(async () => (await engineOf(ready, embed.identity)).connections.length, "connections")
        .toBe(0);
      await expect(chartOf(embed)).toBeVisible();
      await embed.button("Resume").click();
      await embed.reaches("live:attached");
      await expect.poll(() => types(embed)).toEqual(expect.arrayContaining(["suspended", "resumed"]));
      await expectConnected(embed, "UA");
      await expectPath(embed, [...opening, "suspended:manual", "resuming:manual", "live:attached"]);
      // The frame is the one from before, not a new one.
      expect((await types(embed)).filter((type) => type === "loading")).toHaveLength(1);
    });

    test("frozen connections are left by the page and by its frame", async ({ page, server: { ready } }) => {
      await page.clock.install();
      const embed = await drawn(page, ready);
      await expectConnected(embed, "AA");
      expect(await freezeEngine(ready, (await engineOf(ready, embed.identity)).id)).toBe(2);
      for (let step = 0; step < 6; step += 1) await page.clock.runFor(5_000);
      await embed.reaches("live:attached");
      // The frame asks its own connection, and gives it two seconds.
      await expect
        .poll(async () => {
          await page.clock.runFor(1_000);
          return types(embed);
        })
        .toContain("resumed");
      await expectConnected(embed, "UA");
      await expectPath(embed, [...opening, "suspended:network", "resuming:network", "live:attached"]);
    });

    test("after a sleep the frame is there again with the page", async ({ page, server: { ready } }) => {
      await page.clock.install();
      const embed = await drawn(page, ready);
      await expectConnected(embed, "AA");
      await dropEngine(ready, (await engineOf(ready, embed.identity)).id);
      await page.clock.fastForward(10 * 60_000);
      await expect
        .poll(async () => {
          await page.clock.runFor(1_000);
          return (await embed.path()).at(-1);
        })
        .toBe("live:attached");
      await expect
        .poll(async () => {
          await page.clock.runFor(1_000);
          return types(embed);
        })
        .toContain("resumed");
      await expectConnected(embed, "UA");
    });

    test("a frame that cannot connect at first is loaded again, and the session goes on", async ({
      page,
      server: { ready },
    }) => {
      let met = 0;
      await onSocketOfFrame(page, (socket) => {
        met += 1;
        if (met === 1) void socket.close({ code: 1011 });
        else socket.connectToServer();
      });
      const embed = await drawn(page, ready);
      await expectConnected(embed, "AA");
      const told = await types(embed);
      expect(told.filter((type) => type === "loading")).toHaveLength(2);
      expect(told).toContain("error");
      await expectPath(embed, opening);
    });

    for (const [code, step] of [
      [4001, "ended:idle-timeout#4001"],
      [4004, "ended:app-removed#4004"],
      [4006, "ended:signed-out#4006"],
    ] as const)
      test(`a frame whose connection alone is closed with ${code} ends the session, and comes back`, async ({
        page,
        server: { ready },
      }) => {
        const sockets: WebSocketRoute[] = [];
        await onSocketOfFrame(page, (socket) => {
          sockets.push(socket);
          socket.connectToServer();
        });
        const embed = await drawn(page, ready);
        await sockets[0]?.close({ code });
        await embed.reaches("ended");
        await expect(embed.element.locator("iframe")).not.toHaveAttribute("src");
        await expectPath(embed, [...opening, step]);
        await embed.button("Start again").click();
        await embed.reaches("live");
        await sheetIsDrawn(sheetOf(embed));
        await expectPath(embed, [...opening, step, "signing-in", "connecting", "live"]);
      });

    test("a frame that gets no cookie is told as that", async ({ page, server: { ready } }) => {
      await page.route("**/api/v1/csrf-token", (route) =>
        route.request().frame() === page.mainFrame() ? route.fallback() : route.fulfill({ status: 401 }),
      );
      const embed = await EmbedPage.open(page, ready, { frame: "real" });
      await embed.embed();
      await embed.reaches("blocked");
      await expectPath(embed, [...opening, "blocked:cookies-blocked"]);
      await expect(embed.element.locator("iframe")).not.toHaveAttribute("src");
      await page.unroute("**/api/v1/csrf-token");
      await embed.button("Start again").click();
      await embed.reaches("live");
      await sheetIsDrawn(sheetOf(embed));
    });

    test("what the person does in the sheet counts for the page around it", async ({
      page,
      server: { ready },
    }) => {
      const embed = await drawn(page, ready);
      await chartOf(embed).hover();
      await page.mouse.wheel(0, 10);
      await expect
        .poll(async () => (await embed.framed()).filter(({ type }) => type === "activity").length)
        .toBe(1);
    });
  });
}
