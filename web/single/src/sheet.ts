// A sheet's cells on its grid. The grid is CSS, so that the same cells stand in one column on a narrow screen.
import type { Embed } from "./nebula.js";
import type { Cell, Doc, SheetLayout } from "./qix.js";
import { isDrawable } from "./packages.js";
import { watchTrouble } from "./watch.js";

/** How long a chart may take for its picture once it is in place, and in all. */
const patienceMs = 1500;
const longPatienceMs = 20_000;

/** What charts are drawn with. */
export interface Stage {
  readonly embed: Embed;
  readonly app: Doc;
}

/** One object that fills the page. */
export function objectLayout(id: string, type: string): SheetLayout {
  return { columns: 1, rows: 1, cells: [{ name: id, type, col: 0, row: 0, colspan: 1, rowspan: 1 }] };
}

/** Puts the cells in place, still empty, in reading order; they are found by object id. */
export function placeCells(sheet: HTMLElement, layout: SheetLayout): Map<string, HTMLElement> {
  sheet.style.setProperty("--columns", String(layout.columns));
  sheet.style.setProperty("--rows", String(layout.rows));
  if (layout.height !== undefined) sheet.style.setProperty("--sheet-height", String(layout.height / 100));
  const inOrder = [...layout.cells].sort((a, b) => a.row - b.row || a.col - b.col);
  const placed = new Map<string, HTMLElement>();
  for (const cell of inOrder) {
    const element = document.createElement("div");
    element.className = "cell pending";
    element.dataset["object"] = cell.name;
    element.dataset["type"] = cell.type;
    element.style.gridArea = `${cell.row + 1} / ${cell.col + 1} / span ${cell.rowspan} / span ${cell.colspan}`;
    placed.set(cell.name, element);
  }
  sheet.replaceChildren(...placed.values());
  return placed;
}

/** The cells in the order in which they are drawn: charts before filter panes, else as they are read. */
export function drawingOrder(layout: SheetLayout): Cell[] {
  const isFilter = (cell: Cell): number => Number(cell.type === "filterpane");
  return [...layout.cells].sort((a, b) => isFilter(a) - isFilter(b) || a.row - b.row || a.col - b.col);
}

/**
 * Draws one chart into its cell; `drawn` is called when it is there. A chart that cannot be drawn says why in its cell
 * and harms no other: the promise is then resolved too, at the latest when patience ends.
 */
export async function drawChart(
  { embed, app }: Stage,
  cell: Cell,
  element: HTMLElement,
  drawn: () => void,
): Promise<void> {
  let isDrawn = false;
  try {
    // The library never says that it waits for a package that there is not.
    if (!isDrawable(cell.type) && (await watchTrouble(app, cell.name, element))) return;
    await new Promise<void>((resolve, reject) => {
      const onRender = (): void => {
        if (!isDrawn) drawn();
        isDrawn = true;
        resolve();
      };
      const config = { element, id: cell.name, options: {}, onRender, onError: reject };
      // A chart that shows a message in place of its picture never calls `onRender`, and a package may never answer.
      setTimeout(resolve, longPatienceMs);
      embed.render(config).then(() => setTimeout(resolve, patienceMs), reject);
    });
    if (!isDrawn) await watchTrouble(app, cell.name, element);
  } catch (error) {
    console.error(`${cell.type} ${cell.name} could not be drawn`, error);
    await watchTrouble(app, cell.name, element, error);
  } finally {
    element.classList.remove("pending");
  }
}
