// What the page says itself, in every language. The charts' own words come with the chart library.
import type { FailureCode } from "../failure.js";

export type Word =
  /** Until the sheet is there. */
  | "loading"
  /** While the connection is awaited: the browser has no network, and the server does not answer. */
  | "offline"
  | "reconnecting"
  /** While the page around this one keeps the connection closed. */
  | "paused"
  /** The button under a failure. */
  | "retry"
  /** In the bar: what the address asks for and the app does not have, before its list, and the things in the list. */
  | "not-applied"
  | "bookmark"
  | "field"
  | "state"
  /** In the bar: the session ends in `{seconds}` seconds unless somebody clicks on the button that follows. */
  | "expiring"
  | "stay"
  /** The button that takes a notice away. */
  | "close"
  /** Without a page around this one: what stands before the addresses of portals, and what is said where none is known. */
  | "sign-in-at"
  | "sign-in-somewhere"
  /** Before the address of the console, which is a page of the tenant itself, as this one is. */
  | "sign-in-console"
  | ChartWord
  /** What the page is called when its sheet has no title. */
  | "sheet";

/** In the place of one chart; some are followed by a name or by the server's words. */
export type ChartWord =
  /** There is no such object. */
  | "chart-missing"
  /** Nothing here draws its type. */
  | "chart-unknown"
  /** It has too few dimensions or measures. */
  | "chart-incomplete"
  /** Its data cannot be calculated, as a whole or one column. */
  | "chart-error"
  | "column-error"
  /** It has no rows. */
  | "chart-no-data"
  /** The code that draws it failed. */
  | "chart-failed";

export interface Messages {
  readonly failures: Readonly<Record<FailureCode, readonly [title: string, advice: string]>>;
  readonly words: Readonly<Record<Word, string>>;
}
