// Loads chart code, only for the types on the sheet.
import urls from "fanlight:charts";
import { Failure } from "./failure.js";
import type { Stardust } from "./nebula.js";
import { packageOf } from "./packages.js";

const running = new Map<string, Promise<unknown>>();

/** The chart types to register with the library; each loads its code when the library asks for it. */
export const chartTypes = Object.entries(packageOf).map(([name, pkg]) => ({
  name,
  load: () => loadPackage(pkg),
}));

/** Starts fetching the code for one object type, before the library that will ask for it is there. */
export function startFetching(type: string): void {
  const url = urls[packageOf[type] ?? ""];
  if (url === undefined) return;
  document.head.append(
    Object.assign(document.createElement("link"), { rel: "preload", as: "script", href: url }),
  );
}

let library: Promise<Stardust> | null = null;

/** The chart library; the page's HTML has begun to fetch it. The first call runs it. */
export function stardust(): Promise<Stardust> {
  library ??= runScript("stardust").then(() => {
    if (window.stardust === undefined) throw new Failure("charts-not-loaded", "stardust");
    return window.stardust;
  });
  return library;
}

function loadPackage(name: string): Promise<unknown> {
  let promise = running.get(name);
  if (promise === undefined) {
    promise = runPackage(name);
    running.set(name, promise);
  }
  return promise;
}

async function runPackage(name: string): Promise<unknown> {
  await stardust();
  await runScript(name);
  const chart: unknown = Reflect.get(window, name);
  if (chart === undefined) throw new Failure("charts-not-loaded", name);
  return chart;
}

/** Settles on success and failure alike: the caller looks at what the script has left behind. */
function runScript(name: string): Promise<void> {
  const script = Object.assign(document.createElement("script"), { src: urls[name] ?? "", async: true });
  document.head.append(script);
  return new Promise((resolve) => {
    script.addEventListener("load", () => resolve(), { once: true });
    script.addEventListener("error", () => resolve(), { once: true });
  });
}
