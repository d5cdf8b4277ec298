// API keys: credentials of programs.
import { ask, showOnce } from "../ask.js";
import type { Values } from "../ask.js";
import { badge, lines, make, named, time } from "../dom.js";
import { nameOf } from "../names.js";
import { add, all, paths, remove, replace } from "../resources.js";
import type { ApiKey, Person } from "../resources.js";
import type { TableView } from "../table.js";

/** The names of the users that the keys act as, for the filter. */
const actors = new Map<string, string>();

async function read() {
  const found = await all<ApiKey>(paths.keys);
  const ids = [...new Set(found.entries.map(({ sub }) => sub))];
  await Promise.all(ids.map(async (id) => actors.set(id, await nameOf("user", id))));
  return found;
}

async function create(): Promise<boolean> {
  const { entries } = await all<Person>(`${paths.users}?limit=100`);
  const usable = entries.filter(({ status }) => status === "active");
  const question = {
    title: "New API key",
    text: "A program that shows the key acts as its user. The key is shown once, when it is made.",
    action: "Create",
    fields: [
      { name: "description", label: "What it is for", kind: "text", isRequired: true, longest: 256 },
      {
        name: "sub",
        label: "It acts as",
        kind: "choice",
        choices: usable.map(({ id, name, subject }) => ({ value: id, label: `${name} (${subject})` })),
      },
      {
        name: "days",
        label: "It works for so many days",
        kind: "number",
        hint: "Empty: until it is revoked.",
      },
      { name: "admin", label: "It may use its user’s administrator role", kind: "check" },
    ] as const,
  };
  let made: ApiKey | null = null;
  const isDone = await ask(question, async ({ description, sub, days, admin }: Values) => {
    const scope = admin === "true" ? "admin" : "user";
    const expiry = days === undefined || days === "" ? {} : { expiry: `P${days}D` };
    made = await add<ApiKey>(paths.keys, { description, sub, scope, ...expiry });
  });
  const { token } = (made ?? {}) as { token?: string };
  if (token !== undefined) {
    const text = "This is the only time that it is shown: only a hash of it is kept.";
    await showOnce("The new API key", text, token);
  }
  return isDone;
}

function rename(entry: ApiKey): Promise<boolean> {
  const question = {
    title: "Change what the key is for",
    text: `The key ${entry.id} itself stays as it is.`,
    action: "Save",
    fields: [
      {
        name: "description",
        label: "What it is for",
        kind: "text",
        value: entry.description,
        isRequired: true,
        longest: 256,
      },
    ] as const,
  };
  return ask(question, ({ description }) =>
    replace(`${paths.keys}/${entry.id}`, { "/description": description }),
  );
}

function revoke(entry: ApiKey): Promise<boolean> {
  const question = {
    title: `Revoke “${entry.description || entry.id}”?`,
    text: "Programs that use it are refused and cut off at once, and for good.",
    action: "Revoke",
    isDangerous: true,
  };
  return ask(question, () => remove(`${paths.keys}/${entry.id}`));
}

const isActive = ({ status }: ApiKey): boolean => status === "active";

export const keys: TableView<ApiKey> = {
  name: "keys",
  title: "API keys",
  text: "Credentials of programs. Each acts as a user; only its hash is kept.",
  none: "There is no API key.",
  read,
  texts: ({ id, description, sub, status, scope }) => [
    id,
    description,
    sub,
    status,
    scope,
    actors.get(sub) ?? "",
  ],
  about: ({ id, description }) => `the API key ${description || id}`,
  columns: [
    { name: "API key", cell: ({ id, description }) => named(description, id) },
    { name: "Acts as", cell: ({ sub }) => named(actors.get(sub) ?? "", sub) },
    {
      name: "State",
      cell: ({ status, scope }) =>
        lines(scope === "admin" ? [badge(status), badge("administrator")] : [badge(status)]),
    },
    { name: "Made", cell: ({ created }) => time(created) },
    {
      name: "Works until",
      cell: ({ expiry }) => (expiry === undefined ? make("span", "it is revoked") : time(expiry)),
    },
  ],
  deeds: [
    { label: "Change…", fits: isActive, act: rename },
    { label: "Revoke…", isDangerous: true, fits: isActive, act: revoke },
  ],
  make: { label: "New API key…", act: create },
};
