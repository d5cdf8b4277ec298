// The query of `/single/`, checked once.

/** Selections to make before the sheet is shown, from `select=…`. */
export type Preselection =
  | { readonly kind: "clear"; readonly state: string }
  | { readonly kind: "values"; readonly state: string; readonly field: string; readonly values: string[] };

/** How much the reader may do. */
export type Interaction = "full" | "no-selections" | "none";

export interface SingleParams {
  readonly app: string;
  /** A sheet or an object by id; null = the app's first sheet. */
  readonly target: { readonly kind: "sheet" | "object"; readonly id: string } | null;
  readonly identity: string | null;
  /** Null = the app's own theme. */
  readonly theme: string | null;
  readonly bookmark: string | null;
  readonly preselections: Preselection[];
  readonly interaction: Interaction;
  readonly showSelections: boolean;
  /** What lets the WebSocket in: the browser's cookie, or tickets that the page around this one gives. */
  readonly credential: "cookie" | "ticket";
  /** As high as the window, or as the sheet wants to be. */
  readonly height: "window" | "content";
}

/** The languages that the charts speak, by the short or long codes that a URL may use. */
const languages = [
  "en-US",
  "de-DE",
  "es-ES",
  "fr-FR",
  "it-IT",
  "ja-JP",
  "ko-KR",
  "nl-NL",
  "pl-PL",
  "pt-BR",
].concat(["ru-RU", "sv-SE", "tr-TR", "zh-CN", "zh-TW"]);

/** The languages that the reader would like best first: the one of the address, then the browser's. */
export function wantedLanguages(search: string, ofBrowser: readonly string[]): string[] {
  const given = new URLSearchParams(search).get("lang");
  return given === null ? [...ofBrowser] : [given, ...ofBrowser];
}

/** The first of the wanted languages that the charts speak, else English; `de-AT` is German. */
export function pickChartLanguage(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const long = tag.toLowerCase().replace("_", "-");
    const exact = languages.find((language) => language.toLowerCase() === long);
    const short = long.split("-")[0];
    const near = exact ?? languages.find((language) => language.split("-")[0] === short);
    if (near !== undefined) return near;
  }
  return "en-US";
}

/** Reads the query; null when it names no app. */
export function readParams(search: string): SingleParams | null {
  const query = new URLSearchParams(search);
  const app = query.get("appid");
  if (!app) return null;
  const options = new Set((query.get("opt") ?? "").toLowerCase().split(","));
  return {
    app,
    target: readTarget(query),
    identity: query.get("identity") || null,
    theme: query.get("theme") || null,
    bookmark: query.get("bookmark") || null,
    preselections: query.getAll("select").map(readSelect),
    interaction: options.has("nointeraction")
      ? "none"
      : options.has("noselections")
        ? "no-selections"
        : "full",
    showSelections: options.has("currsel"),
    credential: query.get("auth") === "ticket" ? "ticket" : "cookie",
    height: query.get("height") === "auto" ? "content" : "window",
  };
}

function readTarget(query: URLSearchParams): SingleParams["target"] {
  const object = query.get("obj");
  if (object) return { kind: "object", id: object };
  const sheet = query.get("sheet");
  return sheet ? { kind: "sheet", id: sheet } : null;
}

/** `clearall`, `State::clearall`, `Field,v1,v2` or `State::Field,v1`. */
function readSelect(given: string): Preselection {
  const [before, after] = given.split("::", 2);
  const state = after === undefined ? "$" : before || "$";
  const [field = "", ...values] = (after ?? before ?? "").split(",");
  if (field.toLowerCase() === "clearall" && values.length === 0) return { kind: "clear", state };
  return { kind: "values", state, field, values };
}
