// The engine calls that the portal makes itself, beside the framed sheet.

export interface Doc {
  createSessionObject(properties: object): Promise<GenericObject>;
  clearAll(): Promise<void>;
}

export interface GenericObject {
  getLayout(): Promise<unknown>;
  on(event: "changed" | "closed", listener: () => void): void;
}

export interface GlobalApi {
  openDoc(app: string): Promise<Doc>;
}

/** Step 5: the theme that the app's author chose, kept in the app's properties object. */
export async function readTheme(app: Doc): Promise<string> {
  const list = await app.createSessionObject({
    qInfo: { qId: "AppPropsList", qType: "AppPropsList" },
    qAppObjectListDef: { qType: "appprops", qData: { theme: "/theme" } },
  });
  const { qAppObjectList } = (await list.getLayout()) as {
    qAppObjectList: { qItems: { qData: { theme?: string } }[] };
  };
  return qAppObjectList.qItems[0]?.qData.theme || "fanlight";
}

export interface Selection {
  readonly field: string;
  readonly values: string;
}

/** Calls back with the current selections, now and whenever they change. */
export async function watchSelections(app: Doc, onChange: (selections: Selection[]) => void): Promise<void> {
  const model = await app.createSessionObject({
    qInfo: { qType: "CurrentSelections" },
    qSelectionObjectDef: {},
  });
  const read = async (): Promise<void> => {
    const { qSelectionObject } = (await model.getLayout()) as {
      qSelectionObject: { qSelections: { qField: string; qReadableName?: string; qSelected: string }[] };
    };
    onChange(
      qSelectionObject.qSelections.map((s) => ({ field: s.qReadableName || s.qField, values: s.qSelected })),
    );
  };
  // A change that arrives while the session goes down cannot be read; the next one will be.
  model.on("changed", () => void read().catch(() => undefined));
  await read();
}
