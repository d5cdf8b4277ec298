// Names for ids, wherever an id is all that the server tells.
import { make } from "./dom.js";
import { all, get, paths } from "./resources.js";
import type { App, Person, WebIntegration } from "./resources.js";

export type Kind = "user" | "app" | "integration";

const users = new Map<string, Promise<string>>();
let lists: Promise<Readonly<Record<"app" | "integration", ReadonlyMap<string, string>>>> | null = null;

/** Whoever changes a name says so; what is on the page already stays as it is. */
export function forgetNames(): void {
  users.clear();
  lists = null;
}

/** The name, or "" where there is none (any more). */
export async function nameOf(kind: Kind, id: string): Promise<string> {
  if (kind !== "user") return (await namedThings())[kind].get(id) ?? "";
  let name = users.get(id);
  if (name === undefined) {
    name = get<Person>(`${paths.users}/${encodeURIComponent(id)}`)
      .then((user) => user.name || user.subject)
      .catch(() => "");
    users.set(id, name);
  }
  return name;
}

/** Apps and web integrations by id, as they were read last. */
export async function namedThings(): Promise<
  Readonly<Record<"app" | "integration", ReadonlyMap<string, string>>>
> {
  lists ??= readLists();
  return lists;
}

async function readLists(): Promise<Record<"app" | "integration", Map<string, string>>> {
  const [apps, integrations] = await Promise.all([
    all<App>(paths.apps),
    all<WebIntegration>(paths.integrations),
  ]);
  return {
    app: new Map(apps.entries.map(({ attributes }) => [attributes.id, attributes.name])),
    integration: new Map(integrations.entries.map(({ id, name }) => [id, name])),
  };
}

/** The id at once, with its name before it as soon as that is known. */
export function fact(label: string, kind: Kind, id: string, known?: string): HTMLElement {
  const element = make("span");
  const show = (name: string): void => {
    const words = name === "" || name === id ? id : name;
    element.replaceChildren(make("small", label), ` ${words}`);
    if (words !== id) element.append(" ", make("small", id));
  };
  show(known ?? "");
  if (known === undefined) void nameOf(kind, id).then(show, () => undefined);
  return element;
}
