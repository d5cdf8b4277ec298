// What a person reaches with the keyboard alone.
import type { Page } from "@playwright/test";

const mostSteps = 100;

/**
 * Tabs on until the element whose name, value or text is `name` has the focus. Nothing on the way may keep the focus, the
 * framed sheets included.
 */
export async function tabTo(page: Page, name: RegExp, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let step = 0; step < mostSteps; step += 1) {
    await page.keyboard.press(key);
    if (name.test(await focused(page))) return;
  }
  throw new Error(`the Tab key does not reach ${name}`);
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const value = at instanceof HTMLInputElement ? at.value : at?.textContent;
    return (at?.getAttribute("aria-label") ?? value ?? "").trim();
  });
}
