// A sheet's cells on its grid. The grid is CSS, so that the same cells stand in one column on a narrow screen.
import type { Embed } from "./nebula.js";
import type { Cell, SheetLayout } from "./qix.js";
import { showMissing } from "./view.js";

const patienceMs = 3000;

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
 * Draws one chart into its cell; `drawn` is called when it is there. A chart that cannot be drawn says so in its cell
 * and harms no other: the promise is then resolved too.
 */
export async function drawChart(
  embed: Embed,
  cell: Cell,
  element: HTMLElement,
  drawn: () => void,
): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      const onRender = (): void => {
        drawn();
        resolve();
      };
      const config = { element, id: cell.name, options: {}, onRender, onError: reject };
      // A chart that shows a message in place of its picture never calls `onRender`.
      embed.render(config).then(() => setTimeout(resolve, patienceMs), reject);
    });
  } catch (error) {
    console.error(`${cell.type} ${cell.name} could not be drawn`, error);
    // The library puts its own words into the cell for most errors, but not for a missing object.
    if (element.childElementCount === 0) showMissing(element);
    element.classList.add("missing");
  } finally {
    element.classList.remove("pending");
  }
}
