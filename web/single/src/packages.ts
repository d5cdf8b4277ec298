// Object type in an app → the package that draws it.
export const packageOf: Readonly<Record<string, string>> = {
  barchart: "sn-bar-chart",
  filterpane: "sn-filter-pane",
  kpi: "sn-kpi",
  linechart: "sn-line-chart",
  piechart: "sn-pie-chart",
  "sn-table": "sn-table",
  table: "sn-table",
};

/** Whether objects of this type can be drawn in a cell. */
export function isDrawable(type: string): boolean {
  return Object.hasOwn(packageOf, type);
}
