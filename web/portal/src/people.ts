// The portal's sign-in, as its own page shows it.
import type { Person } from "./backend.js";
import { make, part } from "./dom.js";

export function askWho(people: readonly Person[], choose: (person: Person) => void): void {
  const items = people.map((person) => {
    const button = make("button");
    button.type = "button";
    button.append(avatar(person), make("strong", person.name), make("span", person.title));
    button.addEventListener("click", () => choose(person));
    const item = make("li");
    item.append(button);
    return item;
  });
  part("people").replaceChildren(...items);
  part("sign-in").hidden = false;
}

export function sayWhyNot(error: unknown): void {
  part("sign-in").hidden = false;
  part("sign-in-error").textContent = error instanceof Error ? error.message : String(error);
}

export function greet(person: Person): void {
  part("person").replaceChildren(avatar(person), make("span", person.name));
  part("sign-in").hidden = true;
  for (const id of ["account", "chooser", "dashboard"]) part(id).hidden = false;
  // The button that was pressed is gone; who uses the keyboard goes on from here.
  part("heading").focus({ preventScroll: true });
}

function avatar({ name }: Person): HTMLElement {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.slice(0, 1));
  const drawn = make("span", initials.join(""), "avatar");
  drawn.ariaHidden = "true";
  return drawn;
}
