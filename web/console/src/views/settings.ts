// What holds for the whole tenant: how long login sessions last, and what the framed page may load and be framed by.
import { ask } from "../ask.js";
import type { Field, Values } from "../ask.js";
import { button, lines, make, named, part } from "../dom.js";
import { add, all, get, paths, put, remove, replace } from "../resources.js";
import type { AuthSettings, CspOrigin } from "../resources.js";
import type { TableView } from "../table.js";

/** The directives by the names of the API, as people know them. */
const directives: Readonly<Record<string, string>> = {
  frameAncestors: "frame-ancestors",
  connectSrc: "connect-src",
  connectSrcWSS: "connect-src, as WebSocket",
  imgSrc: "img-src",
  fontSrc: "font-src",
  styleSrc: "style-src",
  scriptSrc: "script-src",
  frameSrc: "frame-src",
  childSrc: "child-src",
  mediaSrc: "media-src",
  objectSrc: "object-src",
  workerSrc: "worker-src",
  formAction: "form-action",
};

const chosen = (entry: CspOrigin): string[] =>
  Object.entries(directives)
    .filter(([name]) => entry[name] === true)
    .map(([, words]) => words);

function fields(entry?: CspOrigin): Field[] {
  return [
    {
      name: "origin",
      label: "Origin",
      kind: "text",
      value: entry?.origin ?? "",
      isRequired: true,
      hint: "Such as https://portal.example or *.example.com",
    },
    { name: "name", label: "Name", kind: "text", value: entry?.name ?? "", longest: 256 },
    {
      name: "description",
      label: "Description",
      kind: "text",
      value: entry?.description ?? "",
      longest: 256,
    },
    ...Object.entries(directives).map(([name, label]): Field => {
      const isOn = entry === undefined ? name === "frameAncestors" : entry[name] === true;
      return { name, label, kind: "check", value: String(isOn) };
    }),
  ];
}

function bodyOf(values: Values): object {
  const { origin, name, description } = values;
  const on = Object.keys(directives).map((directive) => [directive, values[directive] === "true"]);
  return { origin, name, description, ...(Object.fromEntries(on) as object) };
}

function create(): Promise<boolean> {
  const question = {
    title: "New CSP origin",
    text: "What is ticked is allowed to this origin: frame-ancestors lets its pages frame the sheets.",
    action: "Create",
    fields: fields(),
  };
  return ask(question, (values) => add(paths.origins, bodyOf(values)));
}

function edit(entry: CspOrigin): Promise<boolean> {
  const question = {
    title: `Change ${entry.name || entry.origin}`,
    text: "It counts for pages that are loaded from then on.",
    action: "Save",
    fields: fields(entry),
  };
  return ask(question, (values) => put(`${paths.origins}/${entry.id}`, bodyOf(values)));
}

function destroy(entry: CspOrigin): Promise<boolean> {
  const question = {
    title: `Delete ${entry.name || entry.origin}?`,
    text: "Pages that are loaded from then on are refused what it allowed: a portal’s frames stay empty, for one.",
    action: "Delete",
    isDangerous: true,
  };
  return ask(question, () => remove(`${paths.origins}/${entry.id}`));
}

export const origins: TableView<CspOrigin> = {
  name: "settings",
  title: "CSP origins",
  text: "Which origins may frame the sheets, and from where the framed page may load.",
  none: "No other origin may frame a sheet.",
  read: () => all(paths.origins),
  texts: (entry) => [entry.id, entry.name, entry.description, entry.origin, ...chosen(entry)],
  about: ({ name, origin }) => `the CSP origin ${name || origin}`,
  columns: [
    { name: "CSP origin", cell: ({ id, name, origin }) => named(name || origin, id) },
    { name: "Origin", cell: ({ origin }) => origin },
    { name: "Allowed", cell: (entry) => lines(chosen(entry)) },
  ],
  deeds: [
    { label: "Change…", act: edit },
    { label: "Delete…", isDangerous: true, act: destroy },
  ],
  make: { label: "New CSP origin…", act: create },
};

const idlePath = "/userSessionInactivityTimeoutMinutes";
const lifetimePath = "/maxUserSessionLifespanMinutes";

/** Shows how long login sessions last. */
export async function showLimits(problem: (error: unknown) => void): Promise<void> {
  const settings = await get<AuthSettings>(paths.settings);
  const { userSessionInactivityTimeoutMinutes: idle, maxUserSessionLifespanMinutes: lifetime } = settings;
  const text = make("p");
  text.append(
    "A login session ends after ",
    make("strong", `${idle} minutes`),
    " without activity, and after ",
    make("strong", `${lifetime} minutes`),
    " at the latest. A web integration may say less.",
  );
  const changed = (): void => void showLimits(problem).catch(problem);
  const run = (): void => void change(settings).then((isDone) => isDone && changed(), problem);
  part("limits").replaceChildren(text, button("Change…", "the session limits", run));
}

function change(settings: AuthSettings): Promise<boolean> {
  const question = {
    title: "Change the session limits",
    text: "They count for sessions to come; sessions that run keep theirs.",
    action: "Save",
    fields: [
      {
        name: "idle",
        label: "Minutes without activity",
        kind: "number",
        value: String(settings.userSessionInactivityTimeoutMinutes),
        isRequired: true,
      },
      {
        name: "lifetime",
        label: "Minutes in all",
        kind: "number",
        value: String(settings.maxUserSessionLifespanMinutes),
        isRequired: true,
      },
    ] as const,
  };
  return ask(question, ({ idle, lifetime }) =>
    replace(paths.settings, { [idlePath]: Number(idle), [lifetimePath]: Number(lifetime) }),
  );
}
