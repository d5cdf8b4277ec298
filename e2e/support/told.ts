// What an embed told, held against what it had to tell: every transition once, in order, with its message.
import { expect } from "./fixtures.js";
import { pathOf, stepOf } from "./embed-page.js";
import type { EmbedPage, Told } from "./embed-page.js";
import { messageOf } from "./messages.js";

/** Each step of `path` was told, once, and nothing else was; one without `#` leaves the close code open. */
export async function expectPath(embed: EmbedPage, path: readonly string[]): Promise<void> {
  const told = await embed.told();
  expect(pathOf(told).map((step, at) => asExactAs(path[at] ?? step, step))).toEqual(path);
  told.forEach((event, at) => expectWhole(event, told[at - 1]));
  const isElement = told.some(({ shown }) => shown !== null);
  if (isElement) for (const event of told) expectMessageOf(event);
}

function asExactAs(expected: string, step: string): string {
  const withoutCode = expected.includes("#") ? step : (step.split("#")[0] ?? "");
  return expected === "live" ? (withoutCode.split(":")[0] ?? "") : withoutCode;
}

/** What an event says beside its step. */
function expectWhole(event: Told, before: Told | undefined): void {
  const step = stepOf(event);
  expect(event.previous, `${step} comes after`).toBe(before?.state ?? "idle");
  expect(event.at, `${step} is in order`).toBeGreaterThanOrEqual(before?.at ?? 0);
  if (event.state === "expiring") expect(event.secondsLeft, step).toBeGreaterThan(0);
  else expect(event.secondsLeft, step).toBeNull();
  // Each attempt is told once, the next one with the next number.
  const isNext = before?.state === "resuming";
  if (event.state === "resuming") expect(event.attempt, step).toBe(isNext ? (before.attempt ?? 0) + 1 : 1);
  else expect(event.attempt, step).toBeNull();
  if (event.state === "blocked") expect(event.detail, step).not.toBe("");
  else expect(event.detail, step).toBe("");
  if (event.state === "live") expect(event.notRestored, step).toEqual([]);
}

function expectMessageOf({ shown, ...event }: Told): void {
  const step = stepOf({ shown, ...event });
  // Until the frame has drawn its sheet, the message of the opening stays.
  if (event.state === "live" && shown === null) return;
  const [title, text] = messageOf(event.state === "live" ? "connecting" : step) ?? [];
  expect(shown?.title, step).toBe(title);
  expect(shown?.text.replace(/\d+/, "{seconds}"), step).toBe(text);
  expect(shown?.place, step).toBe(step.startsWith("expiring") ? "banner" : "cover");
}
