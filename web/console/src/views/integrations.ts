// Web integrations: which portals' pages may call the tenant.
import { ask } from "../ask.js";
import type { Field, Values } from "../ask.js";
import { lines, named, time } from "../dom.js";
import { forgetNames } from "../names.js";
import { add, all, paths, remove, replace } from "../resources.js";
import type { WebIntegration } from "../resources.js";
import type { TableView } from "../table.js";

const minutes = (value: number | null | undefined): string => (value == null ? "" : String(value));
export const numberOrNull = (text: string | undefined): number | null =>
  text === undefined || text === "" ? null : Number(text);
export const linesOf = (text: string | undefined): string[] =>
  (text ?? "").split(/[\s,]+/).filter((line) => line !== "");

function fields(entry?: WebIntegration): Field[] {
  return [
    {
      name: "name",
      label: "Name",
      kind: "text",
      value: entry?.name ?? "",
      isRequired: true,
      longest: 256,
    },
    {
      name: "origins",
      label: "Origins of the portal’s pages, one a line",
      kind: "lines",
      value: entry?.validOrigins.join("\n") ?? "",
      hint: "Such as https://portal.example, without a path.",
    },
    {
      name: "idle",
      label: "Idle limit in minutes",
      kind: "number",
      value: minutes(entry?.userSessionInactivityTimeoutMinutes),
      hint: "Empty: as the tenant’s settings say.",
    },
    {
      name: "lifetime",
      label: "Longest session in minutes",
      kind: "number",
      value: minutes(entry?.maxUserSessionLifespanMinutes),
      hint: "Empty: as the tenant’s settings say.",
    },
  ];
}

function limits({
  userSessionInactivityTimeoutMinutes: idle,
  maxUserSessionLifespanMinutes: life,
}: WebIntegration): string {
  const parts = [idle == null ? "" : `${idle} min idle`, life == null ? "" : `${life} min in all`];
  return parts.filter((part) => part !== "").join(", ") || "as the tenant’s";
}

async function create(): Promise<boolean> {
  const question = {
    title: "New web integration",
    text: "Pages of these origins may sign people in and open sessions, from then on.",
    action: "Create",
    fields: fields(),
  };
  const isDone = await ask(question, ({ name, origins, idle, lifetime }: Values) =>
    add(paths.integrations, {
      name,
      validOrigins: linesOf(origins),
      userSessionInactivityTimeoutMinutes: numberOrNull(idle),
      maxUserSessionLifespanMinutes: numberOrNull(lifetime),
    }),
  );
  if (isDone) forgetNames();
  return isDone;
}

async function edit(entry: WebIntegration): Promise<boolean> {
  const question = {
    title: `Change ${entry.name}`,
    text: "An origin that is taken away can call nothing from then on; limits count for sessions to come.",
    action: "Save",
    fields: fields(entry),
  };
  const isDone = await ask(question, ({ name, origins, idle, lifetime }: Values) =>
    replace(`${paths.integrations}/${entry.id}`, {
      "/name": name,
      "/validOrigins": linesOf(origins),
      "/userSessionInactivityTimeoutMinutes": numberOrNull(idle),
      "/maxUserSessionLifespanMinutes": numberOrNull(lifetime),
    }),
  );
  if (isDone) forgetNames();
  return isDone;
}

async function destroy(entry: WebIntegration): Promise<boolean> {
  const question = {
    title: `Delete ${entry.name}?`,
    text: "Its pages can call nothing from then on, and everybody who signed in through it is signed out.",
    action: "Delete",
    isDangerous: true,
  };
  const isDone = await ask(question, () => remove(`${paths.integrations}/${entry.id}`));
  if (isDone) forgetNames();
  return isDone;
}

export const integrations: TableView<WebIntegration> = {
  name: "integrations",
  title: "Web integrations",
  text: "The portals whose pages may call this tenant, by the origins of these pages.",
  none: "No portal may call this tenant yet.",
  read: () => all(paths.integrations),
  texts: ({ id, name, validOrigins }) => [id, name, ...validOrigins],
  about: ({ name }) => `the web integration ${name}`,
  columns: [
    { name: "Web integration", cell: ({ name, id }) => named(name, id) },
    {
      name: "Origins",
      cell: ({ validOrigins }) => (validOrigins.length === 0 ? "none" : lines(validOrigins)),
    },
    { name: "Session limits", cell: limits },
    { name: "Changed", cell: ({ lastUpdated }) => time(lastUpdated) },
  ],
  deeds: [
    { label: "Change…", act: edit },
    { label: "Delete…", isDangerous: true, act: destroy },
  ],
  make: { label: "New web integration…", act: create },
};
