// Loads chart code: only for the types on the sheet, all at once, and from the moment the types are known.
import urls from "fanlight:charts";
import { Failure } from "./failure.js";
import type { Stardust } from "./nebula.js";

/** Object type in an app → the package that draws it. */
const packageOf: Readonly<Record<string, string>> = {
  barchart: "sn-bar-chart",
  filterpane: "sn-filter-pane",
  kpi: "sn-kpi",
  linechart: "sn-line-chart",
  piechart: "sn-pie-chart",
  "sn-table": "sn-table",
  table: "sn-table",
};

const loading = new Map<string, Promise<unknown>>();

/** The chart types to register with the library; each loads its code when the library asks for it. */
export const chartTypes = Object.entries(packageOf).map(([name, pkg]) => ({
  name,
  load: () => loadPackage(pkg),
}));

/** Starts loading the code of these object types; unknown ones are left to the library to report. */
export function startLoading(types: Iterable<string>): void {
  for (const type of new Set(types)) {
    const pkg = packageOf[type];
    // A failure is reported by the chart that needs the code.
    if (pkg !== undefined) loadPackage(pkg).catch(() => undefined);
  }
}

/** The chart library, whose script tag stands in the page. */
export async function stardust(): Promise<Stardust> {
  if (window.stardust === undefined) await scriptDone(document.querySelector<HTMLScriptElement>("#stardust"));
  if (window.stardust === undefined) throw new Failure("charts-not-loaded", "stardust");
  return window.stardust;
}

function loadPackage(name: string): Promise<unknown> {
  let promise = loading.get(name);
  if (promise === undefined) {
    promise = fetchPackage(name);
    loading.set(name, promise);
  }
  return promise;
}

async function fetchPackage(name: string): Promise<unknown> {
  const url = urls[name] ?? "";
  // Fetched at once, run when the library that it refers to is there.
  document.head.append(
    Object.assign(document.createElement("link"), { rel: "preload", as: "script", href: url }),
  );
  await stardust();
  const script = Object.assign(document.createElement("script"), { src: url, async: true });
  document.head.append(script);
  await scriptDone(script);
  const chart: unknown = Reflect.get(window, name);
  if (chart === undefined) throw new Failure("charts-not-loaded", name);
  return chart;
}

/** Waits for `load` or `error`; both let the caller look at what the script left behind. */
function scriptDone(script: HTMLScriptElement | null): Promise<void> {
  return new Promise((resolve) => {
    script?.addEventListener("load", () => resolve(), { once: true });
    script?.addEventListener("error", () => resolve(), { once: true });
  });
}
