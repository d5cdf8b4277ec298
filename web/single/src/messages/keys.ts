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
  /** In the place of one chart. */
  | "chart-missing"
  /** What the page is called when its sheet has no title. */
  | "sheet";

export interface Messages {
  readonly failures: Readonly<Record<FailureCode, readonly [title: string, advice: string]>>;
  readonly words: Readonly<Record<Word, string>>;
}
