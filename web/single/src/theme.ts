// Themes: our own two are part of the page, others come from the tenant. The chart library colours the charts
// only, so the page around them is painted here.
import dark from "../themes/fanlight-dark.json" with { type: "json" };
import light from "../themes/fanlight.json" with { type: "json" };
import type { Doc, ListLayout } from "./qix.js";

export interface Theme {
  readonly id: string;
  readonly json: object;
}

const own: Readonly<Record<string, object>> = { fanlight: light, light, "fanlight-dark": dark, dark };

/** The theme of the URL, else of the app, else the default; an unknown one falls back to the default. */
export async function resolveTheme(requested: string | null, app: Doc): Promise<Theme> {
  const id = requested ?? (await themeOfApp(app)) ?? "fanlight";
  const json = own[id] ?? (await fetchTheme(id));
  return json === null ? { id: "fanlight", json: light } : { id, json };
}

/** The app's properties object names its theme; an app without one has none. */
async function themeOfApp(app: Doc): Promise<string | null> {
  const list = await app.createSessionObject({
    qInfo: { qType: "AppPropsList" },
    qAppObjectListDef: { qType: "appprops", qData: { theme: "/theme" } },
  });
  const layout = (await list.getLayout()) as ListLayout;
  const theme = layout.qAppObjectList.qItems[0]?.qData["theme"];
  return typeof theme === "string" && theme !== "" ? theme : null;
}

async function fetchTheme(id: string): Promise<object | null> {
  try {
    const response = await fetch(`/api/v1/themes/${encodeURIComponent(id)}/file/theme.json`);
    const json: unknown = response.ok ? await response.json() : null;
    return typeof json === "object" ? json : null;
  } catch {
    return null;
  }
}

/** Paints what is shown before the theme is there: in the colours that the address names, else in those of the device. */
export function paintAhead(requested: string | null): void {
  const isDark = !requested && matchMedia("(prefers-color-scheme: dark)").matches;
  const json = requested ? own[requested] : isDark ? dark : light;
  if (json !== undefined) paintPage({ id: requested ?? "", json });
}

/** Paints the page in the theme's colours. */
export function paintPage({ json }: Theme): void {
  const theme = json as {
    type?: string;
    color?: string;
    fontFamily?: string;
    backgroundColor?: string;
    page?: PageColors;
  };
  const isDark = theme.type === "dark";
  const style = document.documentElement.style;
  const defaults = (isDark ? dark : light).page;
  const colors = { ...defaults, ...theme.page };
  style.colorScheme = isDark ? "dark" : "light";
  document.documentElement.dataset["scheme"] = style.colorScheme;
  style.setProperty("--page", colors.background);
  style.setProperty("--cell", theme.backgroundColor ?? colors.cell);
  style.setProperty("--text", theme.color ?? colors.text);
  style.setProperty("--line", colors.line);
  style.setProperty("--muted", colors.muted);
  style.setProperty("--accent", colors.accent);
  style.setProperty("--on-accent", colors.onAccent);
  style.setProperty("--font", theme.fontFamily ?? light.fontFamily);
}

/** Our themes' own addition to the theme format: the colours around the charts. */
interface PageColors {
  readonly background?: string;
  readonly cell?: string;
  readonly text?: string;
  readonly muted?: string;
  readonly line?: string;
  /** Buttons and links of the page itself, and what is written on them. */
  readonly accent?: string;
  readonly onAccent?: string;
}
