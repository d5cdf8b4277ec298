// What the address asks to be selected before the sheet is shown, and what of it could not be done.
import { isAnswer } from "./failure.js";
import type { Preselection, SingleParams } from "./params.js";
import type { Doc, Field } from "./qix.js";

/** A wish of the address that the app could not fulfil. */
export type NotApplied =
  | { readonly kind: "bookmark" | "field" | "state"; readonly name: string }
  /** These of the values; none where the wish named none. */
  | { readonly kind: "values"; readonly name: string; readonly values: readonly string[] };

type Wishes = Pick<SingleParams, "bookmark" | "preselections">;

/** Applies them one after the other. What the app cannot do is told, not thrown; a lost connection is thrown. */
export async function preselect(app: Doc, { bookmark, preselections }: Wishes): Promise<NotApplied[]> {
  const missed: NotApplied[] = [];
  if (bookmark !== null && (await refused(app.applyBookmark(bookmark))))
    missed.push({ kind: "bookmark", name: bookmark });
  for (const selection of preselections) {
    const one = await apply(app, selection);
    if (one !== null) missed.push(one);
  }
  return missed;
}

async function apply(app: Doc, selection: Preselection): Promise<NotApplied | null> {
  const { state } = selection;
  if (selection.kind === "clear") {
    const isRefused = await refused(app.clearAll(false, state).then(() => true));
    return isRefused ? { kind: "state", name: state } : null;
  }
  const { field: name, values } = selection;
  if (name === "" || values.length === 0) return { kind: "values", name, values };
  const field = await orNull(app.getField(name, state));
  if (field === null) {
    const isInDefault = state !== "$" && (await orNull(app.getField(name, "$"))) !== null;
    return isInDefault ? { kind: "state", name: state } : { kind: "field", name };
  }
  if (await refused(select(field, values))) return { kind: "values", name, values };
  const missing = await missingOf(app, selection);
  return missing.length === 0 ? null : { kind: "values", name, values: missing };
}

function select(field: Field, values: readonly string[]): Promise<boolean> {
  return field.selectValues(
    values.map((qText) => ({ qText, qIsNumeric: false })),
    false,
    true,
  );
}

/** The values that are not selected although they were to be: the engine takes those that there are, and says no more. */
async function missingOf(
  app: Doc,
  { state, field, values }: Extract<Preselection, { readonly kind: "values" }>,
): Promise<string[]> {
  const wanted = [...new Set(values)];
  const list = await orNull(
    app.createSessionObject({
      qInfo: { qType: "SelectedValues" },
      qListObjectDef: {
        qStateName: state,
        qDef: { qFieldDefs: [`[${field.replaceAll("]", "]]")}]`], qSortCriterias: [{ qSortByState: 1 }] },
        qInitialDataFetch: [{ qLeft: 0, qTop: 0, qWidth: 1, qHeight: wanted.length }],
      },
    }),
  );
  if (list === null) return [];
  const { qListObject } = (await list.getLayout()) as ValuesLayout;
  // Left alone it would be asked for, for nothing, whenever the connection comes back.
  void app.destroySessionObject(list.id).catch(() => undefined);
  const rows = (qListObject?.qDataPages ?? []).flatMap((page) => page.qMatrix.map(([cell]) => cell));
  const selected = rows.filter((cell) => cell !== undefined && selectedStates.has(cell.qState));
  if (selected.length >= wanted.length) return [];
  const found = new Set(selected.map((cell) => folded(cell?.qText ?? "")));
  return wanted.filter((value) => !found.has(folded(value)));
}

const selectedStates: ReadonlySet<string> = new Set(["S", "L", "XS", "XL"]);

interface ValuesLayout {
  readonly qListObject?: {
    readonly qDataPages?: readonly {
      readonly qMatrix: readonly (readonly { readonly qText?: string; readonly qState: string }[])[];
    }[];
  };
}

const folded = (text: string): string => text.trim().toLowerCase();

/** Whether the engine says no, by an error or by its answer. */
async function refused(call: Promise<boolean>): Promise<boolean> {
  return (await orNull(call)) !== true;
}

/** The answer; null where the engine's answer is an error. */
async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (isAnswer(error)) return null;
    throw error;
  }
}
