// Both pages of the portal and its sheets at a desk and on a phone: nothing overflows, nothing overlaps, nothing jumps.
// The pictures are kept in `out/` to be looked at.
import type { FrameLocator, Page } from "@playwright/test";
import { Portal, expect, selectFirstBar, sheetIsDrawn, test } from "../support/fixtures.js";
import { Front, letters } from "../support/front.js";
import { tabTo } from "../support/keyboard.js";
import { blemishes, sizes, violations } from "../support/looks.js";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const slack = 1;
const overlap = (a: Box, b: Box): boolean =>
  a.x + a.width > b.x + slack &&
  b.x + b.width > a.x + slack &&
  a.y + a.height > b.y + slack &&
  b.y + b.height > a.y + slack;

/** Boxes of the cells in the frame's own coordinates, and what spills out of them. */
async function measure(sheet: FrameLocator | Page) {
  return sheet.locator("body").evaluate((body) => {
    const cells = [...body.querySelectorAll<HTMLElement>(".cell")];
    const page = document.documentElement;
    return {
      page: { width: page.clientWidth, scrollWidth: page.scrollWidth },
      boxes: cells.map((cell) => {
        const { x, y, width, height } = cell.getBoundingClientRect();
        return { x, y, width, height };
      }),
      empty: cells.filter((cell) => cell.querySelector("canvas, svg, p, span, table, input, button") === null)
        .length,
      spilling: cells
        .filter(
          (cell) => cell.scrollWidth > cell.clientWidth + 1 || cell.scrollHeight > cell.clientHeight + 1,
        )
        .map((cell) => cell.dataset["object"]),
    };
  });
}

interface Shift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }[];
}

/** Notes everything that moves without the user having done anything. */
function watchShifts(): void {
  const shifts: { value: number; what: string }[] = [];
  Object.assign(window, { shifts });
  const name = (node: Node | null): string =>
    node instanceof HTMLElement ? `${node.tagName}#${node.id}.${node.className}` : String(node?.nodeName);
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[]) {
      const what = sources.map(
        ({ node, previousRect: from, currentRect: to }) =>
          `${name(node)} ${from.x},${from.y} ${from.width}x${from.height} to ${to.x},${to.y} ${to.width}x${to.height}`,
      );
      if (!hadRecentInput) shifts.push({ value, what: what.join("; ") });
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** The moves that an eye would notice. */
async function shifted(sheet: FrameLocator | Page): Promise<unknown[]> {
  const all = await sheet
    .locator("body")
    .evaluate(() => (window as unknown as { shifts: { value: number; what: string }[] }).shifts);
  return all.filter(({ value }) => value > 0.005);
}

for (const [name, size] of Object.entries(sizes)) {
  test.describe(`on a ${name}`, () => {
    test.use({ size });

    test("the portal and its sheets look right", async ({ page, server }) => {
      await page.addInitScript(watchShifts);
      const portal = new Portal(page);
      await page.goto(`${server.ready.portal}/by-hand/`);
      await expect(page.getByRole("button", { name: /Ada/ })).toBeVisible();
      await page.screenshot({ path: `out/sign-in-${name}.png` });
      expect(await violations(page)).toEqual([]);
      expect(await blemishes(page)).toEqual([]);
      await page.getByRole("button", { name: /Ada/ }).click();
      await portal.isDrawn();
      await page.screenshot({ path: `out/portal-${name}.png` });
      expect(await violations(page)).toEqual([]);
      expect(await blemishes(page)).toEqual([]);
      expect(await shifted(portal.sheet), "layout shifts").toEqual([]);

      for (const sheet of ["overview", "delays"]) {
        await page.goto(`${server.ready.portal}/by-hand/?sheet=${sheet}`);
        await portal.isDrawn();
        await check(portal.sheet);
        const frame = page.frames().find((candidate) => candidate.url().includes("/single/"));
        const url = frame?.url() ?? "";
        expect(url).toContain(`sheet=${sheet}`);
        await page.screenshot({ path: `out/sheet-${sheet}-${name}.png` });
      }
    });

    test("the portal by hand pauses and resumes by keyboard alone", async ({ page, server }) => {
      const portal = new Portal(page);
      await portal.signIn(server.ready.portal, /Ada/);
      await portal.isDrawn();
      await tabTo(page, /^Suspend$/);
      await page.keyboard.press("Enter");
      await expect(portal.message()).toBeVisible();
      await page.screenshot({ path: `out/portal-paused-${name}.png` });
      expect(await violations(page)).toEqual([]);
      expect(await blemishes(page)).toEqual([]);
      await tabTo(page, /^Resume$/);
      await page.keyboard.press("Enter");
      await portal.isDrawn();
    });

    for (const direction of ["ltr", "rtl"] as const) {
      test(`the front page looks right, ${direction}`, async ({ page, server }) => {
        await page.addInitScript(watchShifts);
        // Before anything is drawn: a direction that turns later would be a shift of its own.
        await page.addInitScript((dir) => {
          const turn = (): void => document.documentElement?.setAttribute("dir", dir);
          turn();
          new MutationObserver(turn).observe(document, { childList: true });
        }, direction);
        const front = new Front(page);
        await front.signIn(server.ready.portal);
        await front.areLive();
        await fitsTheWindow(page);
        expect(await shifted(page), "layout shifts").toEqual([]);
        await front.fail("revoke");
        for (const letter of letters) await expect(front.chip(letter)).toHaveText("ended");
        await fitsTheWindow(page);
        await page.screenshot({ path: `out/front-${name}-${direction}.png`, fullPage: true });
      });
    }
  });
}

test("the portal by hand clears by keyboard alone", async ({ page, server }) => {
  const portal = new Portal(page);
  await portal.signIn(server.ready.portal, /Ada/);
  await portal.isDrawn();
  await selectFirstBar(portal);
  await expect(portal.selections()).toHaveText(/^Carrier/);
  await page.getByRole("heading", { name: "Flight operations" }).click();
  await tabTo(page, /^Clear$/);
  await page.keyboard.press("Enter");
  await expect(portal.selections()).toHaveText(["nothing yet"]);
});

/** No horizontal scroll, no card over another, and no text that its box cuts off unmarked. */
async function fitsTheWindow(page: Page): Promise<void> {
  const { overflow, boxes, cut } = await page.evaluate(() => {
    // Scrolled on, the picture of the state machine stays over what passes beneath it.
    scrollTo(0, 0);
    const { scrollWidth, clientWidth } = document.documentElement;
    const boxesOf = (selector: string): Box[] =>
      [...document.querySelectorAll(selector)].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return { x, y, width, height };
      });
    const isCut = (element: HTMLElement): boolean =>
      element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).textOverflow !== "ellipsis";
    const texts = [...document.querySelectorAll<HTMLElement>("main button, main h2, main dd, .about, .chip")];
    return {
      overflow: scrollWidth - clientWidth,
      boxes: [boxesOf("main .card, main .machine, main .failures"), boxesOf(".groups button")],
      cut: texts.filter(isCut).map((element) => element.textContent),
    };
  });
  expect(overflow, "horizontal scroll").toBeLessThanOrEqual(0);
  expect(cut, "texts that are cut off").toEqual([]);
  for (const group of boxes)
    for (const [index, box] of group.entries())
      expect(
        group.slice(index + 1).filter((other) => overlap(box, other)),
        "boxes that overlap",
      ).toEqual([]);
}

test.describe("the picture of the README", () => {
  // `docs/images/portal.png` is a copy of it.
  test.use({ size: { width: 1280, height: 960 } });

  test("shows a selection that two embeds share, and a third that has failed", async ({ page, server }) => {
    const front = new Front(page);
    await front.signIn(server.ready.portal, "skyport-tour");
    await front.areLive();
    await front.select("b", "Origin", "JFK");
    await expect(front.selections("a")).toHaveText(/^Origin\s*JFK$/);
    await front.watch("c");
    await front.fail("close-4004");
    await expect(front.chip("c")).toHaveText("ended");
    await front.areDrawn(["a", "b"]);
    await page.mouse.move(0, 0);
    await page.evaluate(() => scrollTo(0, 0));
    let before = "";
    // Charts move for a while after a selection.
    const isStill = async (): Promise<boolean> => {
      const now = (await page.screenshot({ path: "out/portal.png" })).toString("base64");
      const same = now === before;
      before = now;
      return same;
    };
    await expect.poll(isStill, { intervals: [500] }).toBe(true);
  });
});

async function check(sheet: FrameLocator): Promise<void> {
  await sheetIsDrawn(sheet);
  const { page, boxes, empty, spilling } = await measure(sheet);
  expect(page.scrollWidth, "the sheet is as wide as its frame").toBeLessThanOrEqual(page.width);
  expect(empty, "cells with nothing in them").toBe(0);
  expect(spilling, "charts larger than their cell").toEqual([]);
  for (const [index, box] of boxes.entries()) {
    expect(box.x, "cells start inside the frame").toBeGreaterThanOrEqual(0);
    expect(box.x + box.width, "cells end inside the frame").toBeLessThanOrEqual(page.width + slack);
    expect(box.height, "cells are tall enough to read").toBeGreaterThan(40);
    const covered = boxes.slice(index + 1).filter((other) => overlap(box, other));
    expect(covered, "cells that overlap").toEqual([]);
  }
  expect(await shifted(sheet), "layout shifts").toEqual([]);
}
