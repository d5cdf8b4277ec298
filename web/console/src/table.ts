// A view of one kind of thing: its list with a filter, what may be done to each, and what can be made anew.
import { Refused } from "./api.js";
import { button, make, part } from "./dom.js";
import type { Found } from "./resources.js";
import { most } from "./resources.js";

export interface Column<T> {
  readonly name: string;
  cell(entry: T): Node | string;
}

export interface Deed<T> {
  readonly label: string;
  readonly isDangerous?: boolean;
  /** Whether it can be done to this entry; to every one, when it is left out. */
  fits?(entry: T): boolean;
  /** Whether something has changed. */
  act(entry: T): Promise<boolean>;
}

export interface TableView<T> {
  readonly name: string;
  readonly title: string;
  /** What the things are, and what becomes of a change. */
  readonly text: string;
  /** What stands where there is none. */
  readonly none: string;
  read(): Promise<Found<T>>;
  /** The texts that the filter looks in. */
  texts(entry: T): readonly string[];
  /** What a button says that it is about. */
  about(entry: T): string;
  readonly columns: readonly Column<T>[];
  readonly deeds: readonly Deed<T>[];
  readonly make?: { readonly label: string; act(): Promise<boolean> };
}

export class Table<T> {
  readonly #view: TableView<T>;
  readonly #input = make("input");
  readonly #rows = make("tbody");
  readonly #note = make("p", "", "none");
  readonly #problem = make("p", "", "problem");
  readonly #said = make("p", "", "said");
  readonly #refused: (error: Refused) => void;
  #found: Found<T> = { entries: [], hasMore: false };

  /** Fills the panel `view-NAME`; `refused` is told when the server no longer lets the person in. */
  constructor(view: TableView<T>, refused: (error: Refused) => void) {
    this.#view = view;
    this.#refused = refused;
    this.#problem.setAttribute("role", "alert");
    this.#said.setAttribute("role", "status");
    this.#note.hidden = true;
    const panel = part(`view-${view.name}`);
    panel.classList.add("view");
    panel.append(this.#head(), this.#problem, this.#said, this.#list(), this.#note);
  }

  async show(): Promise<void> {
    try {
      this.#found = await this.#view.read();
      this.#problem.textContent = "";
      this.#draw();
    } catch (error) {
      this.#fail(error);
    }
  }

  #head(): HTMLElement {
    const { title, text, make: anew } = this.#view;
    const head = make("header");
    head.append(make("p", text));
    this.#input.type = "search";
    this.#input.autocomplete = "off";
    this.#input.addEventListener("input", () => this.#draw());
    const label = make("label", "Name or id ");
    label.append(this.#input);
    const filter = make("div", "", "filter");
    filter.setAttribute("role", "search");
    filter.setAttribute("aria-label", `Filter ${title.toLowerCase()}`);
    filter.append(label);
    if (anew !== undefined)
      filter.append(button(anew.label, "", () => void this.#do(() => anew.act(), anew.label), "primary"));
    head.append(filter);
    return head;
  }

  #list(): HTMLTableElement {
    const { title, columns, deeds } = this.#view;
    const table = make("table", "", "list");
    const row = make("tr");
    for (const { name } of columns) row.append(heading(name));
    if (deeds.length > 0) {
      const last = heading("");
      last.append(make("span", "Actions", "unseen"));
      row.append(last);
    }
    const head = make("thead");
    head.append(row);
    table.append(make("caption", title, "unseen"), head, this.#rows);
    return table;
  }

  #draw(): void {
    const wanted = this.#input.value.trim().toLowerCase();
    const { entries, hasMore } = this.#found;
    const { none, title } = this.#view;
    const chosen = entries.filter((entry) =>
      this.#view.texts(entry).some((text) => text.toLowerCase().includes(wanted)),
    );
    this.#rows.replaceChildren(...chosen.map((entry) => this.#row(entry)));
    const notes = [
      chosen.length > 0 ? "" : entries.length === 0 ? none : `None of the ${entries.length} matches.`,
      hasMore ? `Only the first ${most} ${title.toLowerCase()} are shown.` : "",
    ];
    this.#note.textContent = notes.filter((note) => note !== "").join(" ");
    this.#note.hidden = this.#note.textContent === "";
  }

  #row(entry: T): HTMLTableRowElement {
    const row = make("tr");
    for (const { name, cell } of this.#view.columns) {
      const place = make("td");
      place.dataset["name"] = name;
      const content = cell(entry);
      place.append(typeof content === "string" ? make("span", content) : content);
      row.append(place);
    }
    if (this.#view.deeds.length > 0) row.append(this.#deeds(entry));
    return row;
  }

  #deeds(entry: T): HTMLTableCellElement {
    const place = make("td", "", "does");
    for (const { label, isDangerous = false, fits, act } of this.#view.deeds) {
      if (fits !== undefined && !fits(entry)) continue;
      const about = this.#view.about(entry);
      const run = (): void => void this.#do(() => act(entry), `${label.replace("…", "")} ${about}`);
      place.append(button(label, about, run, isDangerous ? "danger" : ""));
    }
    return place;
  }

  async #do(act: () => Promise<boolean>, what: string): Promise<void> {
    this.#said.textContent = "";
    try {
      if (!(await act())) return;
      await this.show();
      this.#said.textContent = `Done: ${what.replace("…", "")}.`;
      // The button that was pressed may be gone with its row.
      if (document.activeElement === document.body) this.#input.focus();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (error instanceof Refused && (error.status === 401 || error.status === 403))
      return this.#refused(error);
    this.#problem.textContent = error instanceof Error ? error.message : String(error);
  }
}

function heading(name: string): HTMLTableCellElement {
  const cell = make("th", name);
  cell.scope = "col";
  return cell;
}
