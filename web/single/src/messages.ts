// The page's own words. English is part of the page, because it must be there when nothing else can be fetched; of the
// others only the one that is wanted is fetched, beside everything that the sheet waits for.
import { en } from "./messages/en.js";
import type { Messages } from "./messages/keys.js";

export type Language = "en" | "de" | "fr" | "es" | "ja";

/** How long something to say may wait for its language. */
const patienceMs = 2000;

/** Fetches the words of each language. */
export const languages: Readonly<Record<Language, () => Promise<Messages>>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import("./messages/de.js")).de,
  fr: async () => (await import("./messages/fr.js")).fr,
  es: async () => (await import("./messages/es.js")).es,
  ja: async () => (await import("./messages/ja.js")).ja,
};

/** Words, and the language that they are in. */
export interface Speech extends Messages {
  readonly language: Language;
}

export const english: Speech = { language: "en", ...en };

/** The first of the wanted languages that there is, else English; `de-AT` is German. */
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const short = primary(tag);
    if (isLanguage(short)) return short;
  }
  return "en";
}

/** Calls `then` after a while, unless the function that it answers is called before. */
export type After = (then: () => void, ms: number) => () => void;

/** The words of a language; those of English when they cannot be had, or not within two seconds. */
export async function speak(language: Language, from = languages, after: After = byTimer): Promise<Speech> {
  let stop: () => void = () => undefined;
  const late = new Promise<null>((resolve) => (stop = after(() => resolve(null), patienceMs)));
  const messages = await Promise.race([from[language]().catch(() => null), late]);
  stop();
  return messages === null ? english : { language, ...messages };
}

function byTimer(then: () => void, ms: number): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}

/** The direction in which a language is written. */
export function directionOf(tag: string): "ltr" | "rtl" {
  return rightToLeft.has(primary(tag)) ? "rtl" : "ltr";
}

const rightToLeft: ReadonlySet<string> = new Set(["ar", "fa", "he", "ur"]);

function primary(tag: string): string {
  return tag.toLowerCase().split(/[-_]/)[0] ?? "";
}

function isLanguage(short: string): short is Language {
  return Object.hasOwn(languages, short);
}
