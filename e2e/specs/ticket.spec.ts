// A portal that uses no cookie at all: it trades a sign-in token for a ticket, and the framed sheet asks it for one.
import { expect, sheetIsDrawn, test } from "../support/fixtures.js";
import { loopback } from "../support/engine.js";
import type { Ready } from "../support/server.js";
import type { Page } from "@playwright/test";

interface Given {
  readonly ticket: string;
  readonly sessionId: string;
}

/** A ticket for the page's origin, had without a cookie. */
async function ticketFor(page: Page, { tokenEndpoint, tenant, webIntegrationId }: Ready): Promise<Given> {
  const minted = await fetch(`${loopback(tokenEndpoint)}?user=ada`);
  const { body } = (await minted.json()) as { body: string };
  return page.evaluate(
    async ({ tenant, webIntegrationId, token }) => {
      const response = await fetch(`${tenant}/api/fanlight/v1/tickets`, {
        method: "POST",
        credentials: "omit",
        headers: { authorization: `Bearer ${token}`, "qlik-web-integration-id": webIntegrationId },
      });
      return (await response.json()) as Given;
    },
    { tenant, webIntegrationId, token: body },
  );
}

/** Frames the sheet in the page, which answers each `ticket-wanted` with the next of `tickets`. */
function frameSheet(page: Page, { tenant, appId }: Ready, tickets: readonly string[]): Promise<void> {
  const url = `${tenant}/single/?appid=${appId}&sheet=overview&identity=by-ticket&auth=ticket`;
  return page.evaluate(
    ({ tenant, url, tickets }) => {
      const frame = document.createElement("iframe");
      frame.id = "by-ticket";
      frame.style.cssText = "position:fixed;inset:0;width:100%;height:100%;z-index:99";
      const left = [...tickets];
      addEventListener("message", (event: MessageEvent<{ source?: string; type?: string }>) => {
        if (event.source !== frame.contentWindow || event.origin !== tenant) return;
        const ticket = event.data.type === "ticket-wanted" ? left.shift() : undefined;
        if (ticket === undefined) return;
        frame.contentWindow?.postMessage({ source: "fanlight-embed", type: "ticket", ticket }, tenant);
      });
      frame.src = url;
      document.body.append(frame);
    },
    { tenant, url, tickets },
  );
}

for (const cookies of ["blocked", "none"] as const) {
  test.describe(`third-party cookies ${cookies}`, () => {
    test.use({ cookies });

    test("the sheet is drawn by a ticket, and no cookie is set", async ({ page, server }) => {
      await page.goto(server.ready.portal);
      const { ticket } = await ticketFor(page, server.ready);
      await frameSheet(page, server.ready, [ticket]);
      await sheetIsDrawn(page.frameLocator("#by-ticket"));
      const kept = await page.context().cookies(server.ready.tenant);
      expect(kept.map(({ name }) => name)).not.toContain("eas.sid");
    });
  });
}

test("a ticket that was used does not open a second sheet", async ({ page, server }) => {
  await page.goto(server.ready.portal);
  const { ticket } = await ticketFor(page, server.ready);
  await frameSheet(page, server.ready, [ticket]);
  await sheetIsDrawn(page.frameLocator("#by-ticket"));
  await page.reload();
  await frameSheet(page, server.ready, [ticket]);
  await expect(page.frameLocator("#by-ticket").getByRole("alert")).toBeVisible();
});
