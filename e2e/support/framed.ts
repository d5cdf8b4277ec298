// A page of the portal that holds one embed between two buttons, and what has the focus in it.
import { expect } from "@playwright/test";
import type { Frame, Page } from "@playwright/test";

/** Puts a button before and one after everything that the page has. */
export async function putButtonsAround(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const name of ["before", "after"] as const) {
      const button = document.createElement("button");
      button.textContent = name;
      document.querySelector("main")?.[name](button);
    }
  });
}

/** The frame with the sheet, wherever it is. */
export async function sheetFrame(page: Page): Promise<Frame> {
  const find = (): Frame | undefined => page.frames().find((frame) => frame.url().includes("/single/"));
  await expect.poll(() => find() !== undefined).toBe(true);
  return find() as Frame;
}

const onItsWay = "on its way";

/**
 * What has the focus: `bar` and a button's name in the selections bar; the object's id for the stop of a chart, and `in`
 * before it for what is in the chart; the text of a button of the page; `page` for nothing; `on its way` for nothing in a
 * page with a frame, which gets the focus a moment after the page around it has given it up.
 */
export async function focusOf(page: Page): Promise<string> {
  const outer = page.mainFrame();
  const own = await whatIn(outer);
  const inside = page.frames().find((frame) => frame !== outer && frame.url().includes("/single/"));
  if (inside === undefined || (own !== "frame" && own !== "page")) return own;
  const within = own === "frame" ? await whatIn(inside) : own;
  return within === "page" ? onItsWay : within;
}

function whatIn(frame: Frame): Promise<string> {
  return frame.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    if (at === null || at === document.body) return "page";
    if (at instanceof HTMLIFrameElement) return "frame";
    if (at.closest("#selections") !== null) return `bar ${at.getAttribute("title") ?? at.textContent ?? ""}`;
    const cell = at.closest<HTMLElement>(".cell");
    if (cell === null) return at.getAttribute("title") ?? at.textContent ?? "";
    const id = cell.dataset["object"] ?? "";
    return at.matches(".njs-cell-body") ? id : `in ${id}`;
  });
}

/** Presses a key and gives where the focus comes to rest. */
export async function press(page: Page, key: string): Promise<string> {
  await page.keyboard.press(key);
  let last = "";
  // Charts take the focus in their own time.
  await expect
    .poll(
      async () => {
        const before = last;
        last = await focusOf(page);
        return before === last && last !== onItsWay;
      },
      { intervals: [100] },
    )
    .toBe(true);
  return last;
}

/** Where the focus comes to by pressing a key again and again, until it comes to `end`. */
export async function way(page: Page, key: string, end: string, most = 40): Promise<string[]> {
  const places: string[] = [];
  while (places.at(-1) !== end && places.length < most) places.push(await press(page, key));
  return places;
}
