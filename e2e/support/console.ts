// The operator's console.
import type { Page } from "@playwright/test";
import { expect } from "./fixtures.js";
import { tabTo } from "./keyboard.js";
import type { Ready } from "./server.js";

/** Opens the console as the demo's administrator, by keyboard alone. */
export async function openConsole(page: Page, ready: Ready): Promise<void> {
  await page.goto(`${ready.tenant}/console/`);
  await expect(page.getByRole("heading", { name: "Sign in to the console" })).toBeVisible();
  await tabTo(page, /^Sign in$/);
  await page.keyboard.press("Enter");
  // The sign-in page is another document: the Tab key may start there only when it has come.
  await expect(page.getByRole("heading", { name: "Who are you?" })).toBeVisible();
  await tabTo(page, /^Mary Ketch/);
  await page.keyboard.press("Enter");
  await expect(page.locator("#stream-text")).toHaveText("Live");
  expect(page.url(), "the token has left the address").toBe(`${ready.tenant}/console/`);
}
