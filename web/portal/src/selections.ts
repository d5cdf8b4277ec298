// The current selections of an embed's engine session, shown by the page itself: it shares the session with the sheet.
import { make } from "./dom.js";
import type { Doc, FanlightEmbedElement, GenericObject } from "./tenant.js";

interface Selection {
  readonly field: string;
  readonly values: string;
}

/** Shows the selections in `list`, with a button that clears them, for as long as the embed lives. */
export function showSelections(embed: FanlightEmbedElement, list: HTMLElement): void {
  let doc: Doc | null = null;
  let model: GenericObject | null = null;
  const draw = (selections: readonly Selection[]): void => {
    const items = selections.map(({ field, values }) => {
      const item = make("li");
      item.append(make("span", field), make("strong", values));
      item.title = `${field}: ${values}`;
      return item;
    });
    if (items.length > 0) items.push(clearItem(() => void doc?.clearAll().catch(() => undefined)));
    list.replaceChildren(...items);
  };
  const read = async (): Promise<void> => {
    if (model !== null) draw(selectionsIn(await model.getLayout()));
  };
  const watch = async (): Promise<void> => {
    if (embed.app === null) return;
    if (model === null || doc !== embed.app) {
      doc = embed.app;
      const made = await doc.createSessionObject({
        qInfo: { qType: "CurrentSelections" },
        qSelectionObjectDef: {},
      });
      model = made;
      // What fails while the session goes down is read again when it is live.
      made.on("changed", () => void read().catch(() => undefined));
      made.on("closed", () => {
        if (model === made) model = null;
      });
    }
    await read();
  };
  embed.addEventListener("fanlight-state", ({ detail: { state, previous } }) => {
    if (state === "live" && previous !== "expiring") void watch().catch(() => undefined);
    if (state === "ended" || state === "blocked") draw([]);
  });
}

function clearItem(clear: () => void): HTMLLIElement {
  const item = make("li", "", "clear");
  const button = make("button", "Clear");
  button.type = "button";
  button.addEventListener("click", clear);
  item.append(button);
  return item;
}

interface SelectionLayout {
  readonly qSelectionObject?: {
    readonly qSelections?: readonly {
      readonly qField: string;
      readonly qReadableName?: string;
      readonly qSelected: string;
    }[];
  };
}

function selectionsIn(layout: unknown): Selection[] {
  const { qSelectionObject } = layout as SelectionLayout;
  return (qSelectionObject?.qSelections ?? []).map(({ qField, qReadableName, qSelected }) => ({
    field: qReadableName || qField,
    values: qSelected,
  }));
}
