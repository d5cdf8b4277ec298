// Why a chart is not drawn.
import type { ChartWord } from "./messages/keys.js";
import { isDrawable } from "./packages.js";
import type { ChartLayout, Column } from "./qix.js";

/** What stands in the way of a chart, and the name or the message that goes with it. */
export interface Trouble {
  readonly word: ChartWord;
  readonly detail: string;
}

/** The code of a condition that is not met: the library shows its author's words for that. */
const conditionNotMet = 7005;

/** How many columns the charts need that draw nothing without. */
const needed: Readonly<Record<string, { readonly dimensions: number; readonly measures: number }>> = {
  barchart: { dimensions: 1, measures: 1 },
  linechart: { dimensions: 1, measures: 1 },
  piechart: { dimensions: 1, measures: 1 },
  kpi: { dimensions: 0, measures: 1 },
};

/** The first thing that stands in the way of a chart of this layout; `null` if nothing does. */
export function troubleOf(layout: ChartLayout): Trouble | null {
  const type = layout.visualization ?? layout.qInfo?.qType ?? "";
  if (!isDrawable(type)) return { word: "chart-unknown", detail: type };
  if (type === "filterpane") return null;
  const cube = layout.qHyperCube;
  if (cube === undefined) return { word: "chart-incomplete", detail: type };
  const { qError: error, qDimensionInfo: dimensions, qMeasureInfo: measures } = cube;
  if (error !== undefined) {
    if (error.qErrorCode === conditionNotMet) return null;
    return { word: "chart-error", detail: error.qExtendedMessage ?? String(error.qErrorCode) };
  }
  const wrong = [...dimensions, ...measures].find(isWrong);
  if (wrong !== undefined) {
    const said = wrong.qError?.qExtendedMessage;
    return { word: "column-error", detail: said ? `${wrong.qFallbackTitle}: ${said}` : wrong.qFallbackTitle };
  }
  const least = needed[type] ?? { dimensions: 0, measures: 0 };
  const isEmpty = dimensions.length + measures.length === 0;
  if (isEmpty || dimensions.length < least.dimensions || measures.length < least.measures)
    return { word: "chart-incomplete", detail: type };
  return cube.qSize.qcy === 0 ? { word: "chart-no-data", detail: "" } : null;
}

function isWrong({ qError }: Column): boolean {
  return qError !== undefined && qError.qErrorCode !== conditionNotMet;
}
