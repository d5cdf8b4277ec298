// A device that is set to dark: every page and every chart package follows it.
import type { FrameLocator, Page } from "@playwright/test";
import { Portal, expect, signInOnTenant, test } from "../support/fixtures.js";
import { Front, letters } from "../support/front.js";
import { blemishes, violations } from "../support/looks.js";

/** The surfaces of a sheet that are light, of those that are large enough to be seen as such. */
async function lightSurfaces(sheet: FrameLocator | Page): Promise<string[]> {
  return sheet.locator("body").evaluate((body) => {
    const isLight = (color: string): boolean => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
      return alpha > 0.5 && 0.299 * red + 0.587 * green + 0.114 * blue > 128;
    };
    const all = [document.documentElement, body, ...body.querySelectorAll("*")];
    return all
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return width * height > 1500 && isLight(getComputedStyle(element).backgroundColor);
      })
      .map((element) => `${element.tagName}.${element.className} ${element.textContent?.slice(0, 30)}`);
  });
}

/** The lines around lists and table cells that are as bright as text. */
async function glaringLines(sheet: FrameLocator | Page): Promise<number> {
  return sheet.locator("body").evaluate((body) => {
    const lined = body.querySelectorAll(
      '[data-testid="filterpane-listbox-container"], [data-testid="sn-table"] *',
    );
    return [...lined].filter((element) => {
      const { borderBottomWidth, borderBottomStyle, borderBottomColor } = getComputedStyle(element);
      const [red = 0] = (borderBottomColor.match(/[\d.]+/g) ?? []).map(Number);
      return borderBottomStyle === "solid" && borderBottomWidth !== "0px" && red > 150;
    }).length;
  });
}

test("the front page and its sheets are dark, filter panes and tables included", async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  const front = new Front(page);
  await front.signIn(server.ready.portal);
  await front.areLive();
  expect(await violations(page)).toEqual([]);
  for (const letter of letters) {
    expect(await lightSurfaces(front.sheet(letter)), letter).toEqual([]);
    expect(await glaringLines(front.sheet(letter)), letter).toBe(0);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await front.areLive();
  await expect
    .poll(() =>
      front
        .sheet("a")
        .locator("body")
        .evaluate((body) => getComputedStyle(body).backgroundColor),
    )
    .toBe("rgb(243, 245, 248)");
});

test("the portal by hand is dark, and so is its sheet", async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  const portal = new Portal(page);
  await portal.signIn(server.ready.portal, /Ada/);
  await portal.isDrawn();
  expect(await violations(page)).toEqual([]);
  expect(await blemishes(page)).toEqual([]);
  expect(await lightSurfaces(page)).toEqual([]);
  expect(await lightSurfaces(portal.sheet)).toEqual([]);
  expect(await glaringLines(portal.sheet)).toBe(0);
});

test("a sheet follows its theme, whatever the device says", async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await signInOnTenant(page, server.ready, "/single/?appid=flights&theme=fanlight");
  await page.reload();
  await expect(page.locator(".cell").first()).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-scheme", "light");
});

test("a sheet that is opened alone says where to sign in", async ({ page, server }) => {
  const { ready } = server;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${ready.tenant}/single/?appid=flights&sheet=overview`);
    await expect(page.getByRole("heading", { name: "You are not signed in" })).toBeVisible();
    await expect(page.getByRole("alert")).toContainText(new URL(ready.portal).origin);
    await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
    await expect(page.locator("html")).toHaveAttribute("data-scheme", colorScheme);
    expect(await violations(page)).toEqual([]);
  }
  const link = page.getByRole("link", { name: new URL(ready.portal).origin });
  await expect(link).toHaveAttribute("href", new URL(ready.portal).origin);
});

test("a failure that trying again cannot mend has no button for it", async ({ page, server }) => {
  await page.goto(`${server.ready.tenant}/single/`);
  await expect(page.getByRole("heading", { name: "No app was named" })).toBeVisible();
  await expect(page.getByRole("button")).toHaveCount(0);
});

test("the tenant's own pages for people are readable, light and dark", async ({ page, server }) => {
  const { ready } = server;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [path, heading] of [
      ["/", "Analytics for your portal"],
      ["/no/such/page", "There is no such page"],
      ["/logout", "You are signed out"],
    ] as const) {
      await page.goto(`${ready.tenant}${path}`);
      await expect(page.getByRole("heading", { name: heading })).toBeVisible();
      expect(await violations(page), path).toEqual([]);
      expect(await blemishes(page), path).toEqual([]);
    }
    await page.goto(`${ready.tenant}/no/such/page`);
    await expect(page.getByRole("link", { name: new URL(ready.portal).origin })).toBeVisible();
  }
});
