// The default messages, by language.
import { de } from "./messages/de.js";
import { en } from "./messages/en.js";
import { es } from "./messages/es.js";
import { fr } from "./messages/fr.js";
import { ja } from "./messages/ja.js";
import type { Messages } from "./messages/keys.js";

export const languages: Readonly<Record<string, Messages>> = { en, de, fr, es, ja };

/** The first of the wanted languages that there is, else English; `de-AT` is German. */
export function pickLanguage(wanted: readonly (string | null | undefined)[]): string {
  for (const tag of wanted) {
    const short = tag?.toLowerCase().split(/[-_]/)[0];
    if (short !== undefined && Object.hasOwn(languages, short)) return short;
  }
  return "en";
}
