// Events and audit entries, one line each.
import { kinds } from "./api.js";
import type { Entry } from "./api.js";
import { make, part, time } from "./dom.js";
import { fact } from "./names.js";

/** Events that the page keeps. */
const kept = 300;
/** Actors that are no users. */
const notPeople: ReadonlySet<string> = new Set([
  "server",
  "command-line",
  "configuration",
  "control",
  "nobody",
]);

function line(entry: Entry): HTMLElement {
  const kind = entry.type ?? entry.action ?? "";
  const item = make("li");
  item.dataset["kind"] = kind;
  const facts = make("span", "", "facts");
  facts.append(...factsOf(entry));
  item.append(time(entry.at), make("strong", kinds[kind] ?? kind), facts);
  return item;
}

function factsOf(entry: Entry): HTMLElement[] {
  const facts: HTMLElement[] = [];
  const why = entry.reason ?? entry.detail ?? "";
  if (why !== "") facts.push(make("span", why));
  if (entry.app) facts.push(fact("app", "app", entry.app));
  if (entry.identity) facts.push(word("identity", entry.identity));
  if (entry.user) facts.push(fact("user", "user", entry.user, entry.userName));
  const by = entry.by ?? entry.actor ?? "";
  if (by !== "" && by !== entry.user) {
    if (notPeople.has(by)) facts.push(word("by", by));
    else facts.push(fact("by", "user", by, entry.actorName));
  }
  if (entry.loginSession) facts.push(word("login session", entry.loginSession));
  if (entry.engineSession) facts.push(word("engine session", entry.engineSession));
  if (entry.address) facts.push(word("from", entry.address));
  return facts;
}

function word(label: string, value: string): HTMLElement {
  const element = make("span");
  element.append(make("small", label), ` ${value}`);
  return element;
}

export function addEvent(entry: Entry): void {
  const list = part("events");
  list.prepend(line(entry));
  if (list.children.length > kept) list.lastElementChild?.remove();
  part("no-events").hidden = true;
}

export function showAudit(entries: readonly Entry[], how: "replace" | "append"): void {
  const list = part("audit");
  const items = entries.map(line);
  if (how === "replace") list.replaceChildren(...items);
  else list.append(...items);
}
