// Elements by id, and new ones.

export function part<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as T;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text = "",
  className = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className !== "") element.className = className;
  return element;
}

/** A button that does something; its own words say to what, for whoever does not see the row that it stands in. */
export function button(label: string, about: string, act: () => void, className = ""): HTMLButtonElement {
  const element = make("button", label, className);
  element.type = "button";
  if (about !== "") element.setAttribute("aria-label", `${label.replace("…", "")} ${about}`);
  element.addEventListener("click", act);
  return element;
}

const clock = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

/** A time in the reader's zone, with the exact one behind it. */
export function time(iso: string): HTMLTimeElement {
  const element = document.createElement("time");
  element.dateTime = iso;
  element.textContent = clock.format(new Date(iso));
  element.title = iso;
  return element;
}

/** A name with the id beneath it; the id alone where there is no name. */
export function named(name: string, id: string): HTMLElement {
  const element = make("span", "", "named");
  if (name !== "" && name !== id) element.append(make("span", name, "name"));
  const small = make("small", id);
  element.append(small);
  return element;
}

/** Several lines in one place. */
export function lines(parts: readonly (Node | string)[]): HTMLElement {
  const element = make("span", "", "lines");
  for (const part of parts) {
    const line = make("span");
    line.append(part);
    element.append(line);
  }
  return element;
}

export function badge(text: string): HTMLElement {
  const element = make("span", text, "badge");
  element.dataset["state"] = text.replace(" ", "-");
  return element;
}
