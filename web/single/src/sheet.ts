// A sheet's cells on its grid. The grid is CSS, so that the same cells stand in one column on a narrow screen.
import type { Embed } from "./nebula.js";
import type { Cell, SheetLayout } from "./qix.js";

/** Reports from the charts; `drawn` and `failed` come once per cell. */
export interface ChartEvents {
  drawn(): void;
  failed(error: unknown): void;
}

/** One object that fills the page. */
export function objectLayout(id: string, type: string): SheetLayout {
  return { columns: 1, rows: 1, cells: [{ name: id, type, col: 0, row: 0, colspan: 1, rowspan: 1 }] };
}

/** Puts the cells in place, still empty, in reading order. */
export function placeCells(sheet: HTMLElement, layout: SheetLayout): Map<Cell, HTMLElement> {
  sheet.style.setProperty("--columns", String(layout.columns));
  sheet.style.setProperty("--rows", String(layout.rows));
  if (layout.height !== undefined) sheet.style.setProperty("--sheet-height", String(layout.height / 100));
  const inOrder = [...layout.cells].sort((a, b) => a.row - b.row || a.col - b.col);
  const placed = new Map<Cell, HTMLElement>();
  for (const cell of inOrder) {
    const element = document.createElement("div");
    element.className = "cell pending";
    element.dataset["object"] = cell.name;
    element.dataset["type"] = cell.type;
    element.style.gridArea = `${cell.row + 1} / ${cell.col + 1} / span ${cell.rowspan} / span ${cell.colspan}`;
    placed.set(cell, element);
  }
  sheet.replaceChildren(...placed.values());
  return placed;
}

/** Draws one chart into its cell. A chart that cannot be drawn says so in its cell and harms no other. */
export async function drawChart(
  embed: Embed,
  cell: Cell,
  element: HTMLElement,
  events: ChartEvents,
): Promise<void> {
  let settled = false;
  const settle = (report: () => void): void => {
    if (settled) return;
    settled = true;
    element.classList.remove("pending");
    report();
  };
  const fail = (error: unknown): void => settle(() => events.failed(error));
  try {
    const onRender = (): void => settle(events.drawn);
    await embed.render({ element, id: cell.name, options: {}, onRender, onError: fail });
  } catch (error) {
    element.textContent = "This chart is not available.";
    element.classList.add("missing");
    fail(error);
  }
}
