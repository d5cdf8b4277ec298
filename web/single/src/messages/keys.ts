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
  /** In the place of one chart. */
  | "chart-missing"
  /** What the page is called when its sheet has no title. */
  | "sheet";

export interface Messages {
  readonly failures: Readonly<Record<FailureCode, readonly [title: string, advice: string]>>;
  readonly words: Readonly<Record<Word, string>>;
}
