// Events and audit entries, one line each.
import type { Entry } from "./api.js";
import { make, part, time } from "./dom.js";

/** Events that the page keeps. */
const kept = 300;

const words: Readonly<Record<string, string>> = {
  login: "Signed in",
  "login-renewed": "Signed in again",
  "login-refused": "Sign-in refused",
  "signed-out": "Signed out",
  expired: "Login session expired",
  revoked: "Login session ended",
  "engine-created": "Engine session began",
  "engine-attached": "Connected",
  "engine-detached": "Last connection gone",
  "engine-rebuilt": "Engine session rebuilt",
  "engine-ended": "Engine session ended",
  "connection-refused": "Connection refused",
  "admin-end": "Administrator ends sessions",
  "admin-change": "Settings changed",
  "admin-message": "Administrator sends a message",
};

function line(entry: Entry): HTMLElement {
  const kind = entry.type ?? entry.action ?? "";
  const item = make("li");
  item.dataset["kind"] = kind;
  const facts = [
    entry.app,
    entry.identity,
    entry.reason ?? entry.detail,
    named("user", entry.user),
    named("login session", entry.loginSession),
    named("engine session", entry.engineSession),
    named("by", entry.by ?? entry.actor),
    named("from", entry.address),
  ];
  const text = facts.filter((fact) => fact !== undefined && fact !== "").join(" · ");
  item.append(time(entry.at), make("strong", words[kind] ?? kind), make("span", text));
  return item;
}

function named(name: string, value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : `${name} ${value.slice(0, 40)}`;
}

export function addEvent(entry: Entry): void {
  const list = part("events");
  list.prepend(line(entry));
  if (list.children.length > kept) list.lastElementChild?.remove();
  part("no-events").hidden = true;
}

export function showAudit(entries: readonly Entry[], how: "replace" | "append"): void {
  const list = part("audit");
  const lines = entries.map(line);
  if (how === "replace") list.replaceChildren(...lines);
  else list.append(...lines);
}
