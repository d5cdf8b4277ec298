// Says in a chart's cell why it is not drawn, for as long as that is so.
import type { ChartLayout, Doc, GenericObject } from "./qix.js";
import { troubleOf } from "./trouble.js";
import type { Trouble } from "./trouble.js";
import { clearTrouble, showTrouble } from "./view.js";

/**
 * Says in the cell what stands in the way of the object, now and whenever it changes. `failure` is what its drawing
 * failed with, which is said where the layout has no trouble of its own. Says whether there is trouble now.
 */
export async function watchTrouble(
  app: Doc,
  id: string,
  element: HTMLElement,
  failure: unknown = null,
): Promise<boolean> {
  let model: GenericObject;
  try {
    model = await app.getObject(id);
  } catch {
    showTrouble(element, { word: "chart-missing", detail: id });
    return true;
  }
  const said = failure instanceof Error ? failure.message : failure === null ? null : String(failure);
  let asked = 0;
  const look = async (): Promise<void> => {
    const turn = ++asked;
    let trouble: Trouble | null;
    try {
      trouble = troubleOf((await model.getLayout()) as ChartLayout);
    } catch (error) {
      trouble = { word: "chart-error", detail: error instanceof Error ? error.message : String(error) };
    }
    // An earlier question whose answer comes late says nothing any more.
    if (turn !== asked) return;
    if (trouble === null && said !== null) trouble = { word: "chart-failed", detail: said };
    if (trouble === null) clearTrouble(element);
    else showTrouble(element, trouble);
  };
  model.on("changed", () => void look());
  await look();
  return element.querySelector(":scope > .trouble") !== null;
}
