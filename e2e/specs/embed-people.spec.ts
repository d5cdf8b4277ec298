// What people are told of operators, of others and of mistakes, and that Back, heights and siblings do what they expect.
import type { Page } from "@playwright/test";
import { advanceClock } from "../support/control.js";
import { EmbedPage } from "../support/embed-page.js";
import { Admin } from "../support/faults.js";
import { expect, sheetIsDrawn, signInOnTenant, test } from "../support/fixtures.js";
import { sheetFrame } from "../support/framed.js";
import { messageOf } from "../support/messages.js";
import { expectPath } from "../support/told.js";
import type { Ready } from "../support/server.js";

test.beforeEach(async ({ server: { ready } }) => new Admin(ready).endSessionsOf("ada"));

const text = (embed: EmbedPage) => embed.message.locator("[part=text]");

/** Signs somebody in to the tenant from the portal's own page, as another tab of the browser would. */
async function signInAs(page: Page, ready: Ready, person: string): Promise<void> {
  const minted = await page.request.get(
    `${ready.tokenEndpoint.replace(/\/\/[^:/]+/, "//127.0.0.1")}?user=${person}`,
  );
  const { body } = (await minted.json()) as { body: string };
  await page.evaluate(
    async ([tenant, id, token]) => {
      const headers = { authorization: `Bearer ${token}`, "qlik-web-integration-id": id ?? "" };
      await fetch(`${tenant}/login/jwt-session?qlik-web-integration-id=${id}`, {
        method: "POST",
        credentials: "include",
        headers,
      });
    },
    [ready.tenant, ready.webIntegrationId, body] as const,
  );
}

for (const cookies of ["blocked", "allowed"] as const) {
  test.describe(`third-party cookies ${cookies}`, () => {
    test.use({ cookies });

    test("an operator's message is shown over the sheet, and told to the page", async ({
      page,
      server: { ready },
    }) => {
      const embed = await EmbedPage.open(page, ready, { frame: "real" });
      await embed.embedLive();
      await page.evaluate(() =>
        addEventListener("fanlight-message", (event) =>
          Object.assign(window, { heard: (event as CustomEvent).detail }),
        ),
      );
      await new Admin(ready).tell("ada", "Maintenance at noon", "warning");
      const toast = embed.element.locator("[part=toasts]");
      await expect(toast).toContainText("Maintenance at noon");
      await expect(toast).toHaveRole("log");
      const heard = await page.evaluate(() => (window as unknown as { heard: unknown }).heard);
      expect(heard).toEqual({ severity: "warning", text: "Maintenance at noon" });
      await page.screenshot({ path: `out/operator-message-${cookies}.png` });
      await expect((await sheetFrame(page)).locator("#notices")).toBeEmpty();
      await embed.element.locator("[part=toasts]").getByRole("button", { name: "Close" }).click();
      await expect(toast).not.toContainText("Maintenance");
      expect(await embed.path()).toEqual(["signing-in", "connecting", "live:created"]);
    });

    test("the reason that an operator gives is what the person reads, and is in the detail", async ({
      page,
      server: { ready },
    }) => {
      const embed = await EmbedPage.open(page, ready, { frame: "stand-in" });
      await embed.embedLive();
      await new Admin(ready).endSessionsOf("ada", "The shift is over");
      await embed.reaches("ended:revoked");
      await expect(text(embed)).toHaveText("The shift is over");
      expect((await embed.told()).at(-1)?.detail).toBe("The shift is over");
    });

    test("somebody else's sign-in on the same browser is told as that, in every tab", async ({
      page,
      server: { ready },
    }) => {
      const tabs = [await EmbedPage.open(page, ready, { frame: "stand-in" })];
      tabs.push(await EmbedPage.open(await page.context().newPage(), ready, { frame: "stand-in" }));
      for (const tab of tabs) await tab.embedLive();
      await signInAs(page, ready, "ben");
      for (const tab of tabs) {
        await tab.reaches("ended:replaced");
        await expect(tab.message).toHaveAccessibleName(messageOf("ended:replaced")?.[0] ?? "");
      }
    });

    test("Start again brings the siblings of the same identity along, in another tab too", async ({
      page,
      server: { ready },
    }) => {
      const identity = "shared";
      const attributes = { "keep-alive": "never" };
      const one = await EmbedPage.open(page, ready, { identity, frame: "stand-in", attributes });
      await one.embedLive();
      const sibling = await EmbedPage.open(await page.context().newPage(), ready, {
        identity,
        frame: "stand-in",
        attributes,
      });
      await sibling.embedLive();
      const other = await EmbedPage.open(await page.context().newPage(), ready, {
        frame: "stand-in",
        attributes,
      });
      await other.embedLive();
      await advanceClock(ready, 31 * 60);
      for (const tab of [one, sibling, other]) await tab.reaches("ended:idle-timeout");
      await one.page.bringToFront();
      await one.button("Start again").click();
      await one.reaches("live");
      await sibling.reaches("live");
      expect((await other.path()).at(-1)).toMatch(/^ended:idle-timeout/);
    });

    test("a sheet is as high as it wants to be, and needs no scroll bar of its own", async ({
      page,
      server: { ready },
    }) => {
      const attributes = { object: "", sheet: "overview", "auto-height": "true" };
      const embed = await EmbedPage.open(page, ready, { frame: "real", attributes });
      await embed.embedLive();
      const frame = await sheetFrame(page);
      const sizes = (): Promise<number[]> =>
        frame.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
      await expect.poll(sizes).toEqual([684, 684]);
      await page.setViewportSize({ width: 500, height: 800 });
      await expect.poll(async () => (await sizes())[1]).toBeGreaterThan(1500);
      const [wanted, given] = await sizes();
      expect(wanted).toBe(given);
    });
  });
}

test("changing sheet, app and theme, and starting again, add nothing to the history", async ({
  page,
  server: { ready },
}) => {
  await page.goto(`${ready.portal}/`);
  const attributes = { object: "", sheet: "overview" };
  const embed = await EmbedPage.open(page, ready, { frame: "real", attributes });
  await embed.embedLive();
  const entries = (): Promise<number> => page.evaluate(() => history.length);
  const before = await entries();
  const set = (name: string, value: string): Promise<void> =>
    embed.element.evaluate(
      (element, [name, value]) => element.setAttribute(name ?? "", value ?? ""),
      [name, value],
    );
  const shows = (part: string): Promise<void> =>
    expect.poll(async () => (await sheetFrame(page)).url()).toContain(part);
  await set("sheet", "delays");
  await shows("sheet=delays");
  await set("theme", "fanlight-dark");
  await shows("theme=fanlight-dark");
  await set("app", "nowhere");
  await embed.reaches("ended:no-such-app");
  await set("app", ready.appId);
  await shows("sheet=delays");
  await embed.element.evaluate((element) => (element as HTMLElement & { restart(): void }).restart());
  await shows("sheet=delays");
  await embed.reaches("live");
  await expect(embed.message).toBeHidden();
  expect(await entries()).toBe(before);
  await page.goBack();
  expect(page.url()).toBe(`${ready.portal}/`);
});

test("a web integration that the tenant does not have is told as that", async ({
  page,
  server: { ready },
}) => {
  const attributes = { "web-integration": "mistyped" };
  const embed = await EmbedPage.open(page, ready, { frame: "stand-in", attributes });
  await embed.embed();
  await embed.reaches("blocked:unknown-integration");
  await expectPath(embed, ["signing-in", "blocked:unknown-integration"]);
  await expect(text(embed)).toHaveText(messageOf("blocked:unknown-integration")?.[1] ?? "");
  expect((await embed.told()).at(-1)?.detail).toContain("mistyped");
});

test("a browser that refuses the local network is told as that", async ({ page, server: { ready } }) => {
  await page.addInitScript(() => {
    navigator.permissions.query = ({ name }) =>
      (name as string) === "local-network-access"
        ? Promise.resolve({ state: "denied" } as PermissionStatus)
        : Promise.reject(new TypeError("not known"));
  });
  const embed = await EmbedPage.open(page, ready, { frame: "stand-in" });
  await page.route(`${ready.tenant}/**`, (route) => route.abort("blockedbyclient"));
  await embed.embed();
  await embed.reaches("blocked:local-network-denied");
  await expect(embed.element.locator("iframe")).toHaveAttribute("allow", "local-network-access");
});

test("a warning stays in a page that can be seen until somebody does something", async ({
  page,
  server: { ready },
}) => {
  const embed = await EmbedPage.open(page, ready, { frame: "stand-in" });
  await embed.embedLive();
  await advanceClock(ready, 29.5 * 60);
  await embed.reaches("expiring:idle");
  await expect(embed.element.locator("[part=banner]")).toContainText("Are you still there?");
  // What a script makes up is nobody's doing.
  await page.evaluate(() => dispatchEvent(new KeyboardEvent("keydown", { key: "a" })));
  // Ten seconds before the end the server warns once more; nothing else has happened by then.
  await advanceClock(ready, 20);
  await expect.poll(async () => (await embed.path()).slice(3)).toEqual(["expiring:idle", "expiring:idle"]);
  await page.mouse.click(5, 5);
  await embed.reaches("live");
  await expect(embed.message).toBeHidden();
});

test.describe("the sheet alone", () => {
  const single = ({ tenant, appId }: Ready, query: string): string =>
    `${tenant}/single/?appid=${appId}&${query}`;

  test("says in its bar what of its address could not be applied", async ({ page, server: { ready } }) => {
    await signInOnTenant(page, ready, "/single/");
    const select = "select=Orgin,JFK&select=Origin,JFK,XXX&bookmark=nowhere";
    await page.goto(single(ready, `sheet=overview&identity=deep&opt=currsel&${select}`));
    await sheetIsDrawn(page);
    const notices = page.locator("#notices");
    await expect(notices).toContainText("bookmark “nowhere”; field “Orgin”; Origin: “XXX”");
    await expect(page.locator("#selections")).toContainText("JFK");
    await page.screenshot({ path: "out/single-not-applied.png" });
    await notices.getByRole("button", { name: "Close" }).click();
    await expect(notices).toBeEmpty();
  });

  test("shows an operator's message, the warning before an end, and the reason of it", async ({
    page,
    server: { ready },
  }) => {
    await signInOnTenant(page, ready, "/single/");
    await page.goto(single(ready, "obj=kpi-departures&identity=words&lang=en"));
    await sheetIsDrawn(page);
    const admin = new Admin(ready);
    await admin.tell("ada", "Maintenance at noon", "notice");
    const notices = page.locator("#notices");
    await expect(notices).toContainText("Maintenance at noon");
    await advanceClock(ready, 29.5 * 60);
    await expect(notices).toContainText("Your session ends in");
    await notices.getByRole("button", { name: "Stay signed in" }).click();
    await expect(notices).not.toContainText("Your session ends in");
    await expect(notices).toContainText("Maintenance at noon");
    await admin.endSessionsOf("ada", "The shift is over");
    await expect(page.getByRole("alert")).toContainText("The shift is over");
  });

  test("says that somebody else has signed in", async ({ page, server: { ready } }) => {
    await signInOnTenant(page, ready, "/single/");
    await page.goto(single(ready, "obj=kpi-departures&lang=en"));
    await sheetIsDrawn(page);
    await signInAs(page, ready, "ben");
    await expect(page.getByRole("alert")).toContainText("Somebody else has signed in");
  });
});
