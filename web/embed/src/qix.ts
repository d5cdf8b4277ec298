// The engine's calls as this package's own code and most portals use them. The engine API has many more: pass the full
// schema of enigma.js as `schema` to have them all, and cast.

/** What enigma.js makes for every object of the engine. */
export interface EngineApi {
  readonly id: string;
  readonly handle: number;
  readonly genericType: string;
  on(event: "changed" | "closed", listener: () => void): void;
  removeListener(event: "changed" | "closed", listener: () => void): void;
}

export interface GlobalApi extends EngineApi {
  openDoc(app: string): Promise<Doc>;
  engineVersion(): Promise<unknown>;
}

/** The open app. */
export interface Doc extends EngineApi {
  getAppLayout(): Promise<unknown>;
  getObject(id: string): Promise<GenericObject>;
  createSessionObject(properties: object): Promise<GenericObject>;
  destroySessionObject(id: string): Promise<unknown>;
  getField(name: string, state?: string): Promise<Field>;
  clearAll(lockedAlso?: boolean, state?: string): Promise<unknown>;
  applyBookmark(id: string): Promise<unknown>;
  back(): Promise<unknown>;
  forward(): Promise<unknown>;
}

export interface GenericObject extends EngineApi {
  getLayout(): Promise<unknown>;
}

export interface Field extends EngineApi {
  selectValues(
    values: readonly { readonly qText: string; readonly qIsNumeric?: boolean; readonly qNumber?: number }[],
    toggle?: boolean,
    softLock?: boolean,
  ): Promise<boolean>;
  clear(): Promise<boolean>;
}
