// The table of sessions: rows stay the same elements while the list changes, so that focus and choice survive.
import type { Session } from "./api.js";
import { badge, make, named, part, time } from "./dom.js";

const rows = new Map<string, HTMLTableRowElement>();
const shown = new Map<string, string>();
const chosen = new Set<string>();
const all = part<HTMLInputElement>("choose-all");

export function chosenIds(): string[] {
  return [...chosen];
}

export function showSessions(sessions: readonly Session[]): void {
  const present = new Set(sessions.map(({ id }) => id));
  for (const [id, row] of rows) {
    if (present.has(id)) continue;
    row.remove();
    rows.delete(id);
    shown.delete(id);
    chosen.delete(id);
  }
  const body = part("sessions");
  sessions.forEach((session, place) => {
    const row = rowOf(session);
    if (body.children[place] !== row) body.insertBefore(row, body.children[place] ?? null);
  });
  part("none").hidden = sessions.length > 0;
  showChoice();
}

function rowOf(session: Session): HTMLTableRowElement {
  const known = rows.get(session.id);
  const text = JSON.stringify(session);
  if (known !== undefined && shown.get(session.id) === text) return known;
  const row = known ?? emptyRow(session);
  fill(row, session);
  rows.set(session.id, row);
  shown.set(session.id, text);
  return row;
}

function emptyRow({ id, kind, user }: Session): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.dataset["id"] = id;
  row.dataset["kind"] = kind;
  const box = document.createElement("input");
  box.type = "checkbox";
  box.setAttribute(
    "aria-label",
    `Choose the ${kind} session of ${user.name || user.subject || user.id}, ${id}`,
  );
  box.addEventListener("change", () => {
    if (box.checked) chosen.add(id);
    else chosen.delete(id);
    showChoice();
  });
  const cell = make("td", "", "choose");
  cell.append(box);
  row.append(cell);
  return row;
}

function fill(row: HTMLTableRowElement, session: Session): void {
  const cells = [
    cell("User", person(session)),
    cell("Session", make("code", session.id.slice(0, 12))),
    cell("State", badge(session.kind === "login" ? "signed in" : session.state)),
    cell("Of", belongsTo(session)),
    cell("Began", time(session.createdAt)),
    cell("Last active", time(session.kind === "login" ? session.lastActivityAt : session.lastRequestAt)),
    cell("Sockets", make("span", String(sockets(session)))),
  ];
  cells[1]?.setAttribute("title", session.id);
  cells.at(-1)?.classList.add("number");
  while (row.children.length > 1) row.lastElementChild?.remove();
  row.append(...cells);
}

function cell(name: string, content: HTMLElement): HTMLElement {
  const place = make("td");
  place.dataset["name"] = name;
  place.append(content);
  return place;
}

function person({ user }: Session): HTMLElement {
  const element = named(user.name, user.subject || user.id);
  element.classList.add("person");
  element.title = `${user.subject} · ${user.id}`;
  return element;
}

function belongsTo(session: Session): HTMLElement {
  if (session.kind === "engine") {
    const ids = [session.app, session.identity].filter(Boolean).join(" · ");
    return named(session.appName ?? "", ids);
  }
  if (session.webIntegration === undefined) return make("span", "no web integration", "quiet");
  return named(session.webIntegrationName ?? "", session.webIntegration);
}

export function sockets(session: Session): number {
  return session.kind === "login" ? session.connections : session.connections.length;
}

function showChoice(): void {
  for (const [id, row] of rows) {
    const box = row.querySelector("input");
    if (box !== null) box.checked = chosen.has(id);
  }
  all.checked = rows.size > 0 && chosen.size === rows.size;
  all.indeterminate = chosen.size > 0 && chosen.size < rows.size;
  part("chosen").textContent = chosen.size === 0 ? "None chosen" : `${chosen.size} chosen`;
  part<HTMLButtonElement>("end").disabled = chosen.size === 0;
  part<HTMLButtonElement>("message").disabled = chosen.size === 0;
}

all.addEventListener("change", () => {
  chosen.clear();
  if (all.checked) for (const id of rows.keys()) chosen.add(id);
  showChoice();
});
