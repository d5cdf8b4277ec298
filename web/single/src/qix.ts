// The few engine calls and layouts that this page uses itself; the charts make their own.

export interface Emitter {
  on(event: string, listener: (detail: unknown) => void): void;
}

export interface GlobalApi extends Emitter {
  openDoc(app: string): Promise<Doc>;
  engineVersion(): Promise<unknown>;
}

export interface Doc extends Emitter {
  getObject(id: string): Promise<GenericObject>;
  createSessionObject(properties: object): Promise<GenericObject>;
  getField(name: string, state: string): Promise<Field>;
  clearAll(lockedAlso: boolean, state: string): Promise<void>;
  applyBookmark(id: string): Promise<boolean>;
  destroySessionObject(id: string): Promise<unknown>;
  getAppLayout(): Promise<unknown>;
}

export interface GenericObject extends Emitter {
  readonly id: string;
  readonly genericType: string;
  getLayout(): Promise<unknown>;
}

/** What the page reads of a chart's layout to say why it is not drawn. */
export interface ChartLayout {
  readonly qInfo?: { readonly qType: string };
  readonly visualization?: string;
  readonly qHyperCube?: {
    readonly qError?: LayoutError;
    readonly qSize: { readonly qcy: number };
    readonly qDimensionInfo: readonly Column[];
    readonly qMeasureInfo: readonly Column[];
  };
}

export interface Column {
  readonly qFallbackTitle: string;
  readonly qError?: LayoutError;
}

export interface LayoutError {
  readonly qErrorCode: number;
  readonly qExtendedMessage?: string;
}

export interface Field {
  selectValues(values: FieldValue[], toggle: boolean, softLock: boolean): Promise<boolean>;
}

export interface FieldValue {
  readonly qText: string;
  readonly qIsNumeric: boolean;
}

export interface SheetLayout {
  readonly qMeta?: { readonly title?: string };
  readonly title?: string;
  readonly showTitle?: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Height of an extended sheet in percent of the window. */
  readonly height?: number;
  readonly cells: readonly Cell[];
}

/** A chart's place on the sheet's grid. */
export interface Cell {
  readonly name: string;
  readonly type: string;
  readonly col: number;
  readonly row: number;
  readonly colspan: number;
  readonly rowspan: number;
}

export interface ListLayout {
  readonly qAppObjectList: {
    readonly qItems: readonly {
      readonly qInfo: { readonly qId: string };
      readonly qData: Record<string, unknown>;
    }[];
  };
}
