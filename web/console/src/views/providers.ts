// Identity providers: who may mint sign-in tokens, and with which keys.
import { ask } from "../ask.js";
import type { Field, Values } from "../ask.js";
import { button, lines, make, named, time } from "../dom.js";
import { add, all, paths, remove, replace } from "../resources.js";
import type { IdentityProvider, StaticKey } from "../resources.js";
import type { TableView } from "../table.js";

const description: Field = { name: "description", label: "Description", kind: "text", longest: 256 };
const jwksUri: Field = {
  name: "jwksUri",
  label: "Address of its key set (JWKS)",
  kind: "text",
  hint: "Empty: only the keys that are kept here.",
};
const keyFields: readonly Field[] = [
  { name: "kid", label: "Key id (kid)", kind: "text", longest: 256 },
  { name: "pem", label: "Public key or certificate, as PEM", kind: "lines" },
];
const keyPeriod: readonly Field[] = [
  {
    name: "notBefore",
    label: "Counts from",
    kind: "text",
    hint: "Such as 2027-01-31T12:00:00Z. Empty: at once.",
  },
  { name: "retireAt", label: "Counts until", kind: "text", hint: "Empty: until it is removed." },
];

const keysOf = ({ options }: IdentityProvider): readonly StaticKey[] => options.staticKeys ?? [];
const nameOf = ({ description: words, options }: IdentityProvider): string => words || options.issuer;
const at = ({ id }: IdentityProvider): string => `${paths.providers}/${id}`;

function create(): Promise<boolean> {
  const question = {
    title: "New identity provider",
    text: "Whoever holds the private keys can sign anybody in, from then on.",
    action: "Create",
    fields: [
      {
        name: "issuer",
        label: "Issuer (iss of its tokens)",
        kind: "text",
        isRequired: true,
        longest: 256,
      } as const,
      description,
      jwksUri,
      ...keyFields,
    ],
  };
  return ask(question, (values: Values) =>
    add(paths.providers, {
      protocol: "jwtAuth",
      provider: "external",
      description: values["description"] ?? "",
      options: {
        issuer: values["issuer"],
        staticKeys: values["kid"] || values["pem"] ? [keyOf(values)] : [],
        ...(values["jwksUri"] ? { jwksUri: values["jwksUri"] } : {}),
      },
    }),
  );
}

function keyOf({ kid = "", pem = "", notBefore, retireAt }: Values): StaticKey {
  return { kid, pem, ...(notBefore ? { notBefore } : {}), ...(retireAt ? { retireAt } : {}) };
}

function edit(entry: IdentityProvider): Promise<boolean> {
  const question = {
    title: `Change ${nameOf(entry)}`,
    text: "The issuer stays: another issuer is another identity provider.",
    action: "Save",
    fields: [
      { ...description, value: entry.description },
      { ...jwksUri, value: entry.options.jwksUri ?? "" },
    ],
  };
  return ask(question, (values) =>
    replace(at(entry), {
      "/description": values["description"] ?? "",
      "/options/jwksUri": values["jwksUri"] || null,
    }),
  );
}

function addKey(entry: IdentityProvider): Promise<boolean> {
  const question = {
    title: `New key of ${nameOf(entry)}`,
    text: "The keys that are there go on counting, so that a rotation signs nobody out.",
    action: "Add",
    fields: [...keyFields.map((field) => ({ ...field, isRequired: true })), ...keyPeriod],
  };
  return ask(question, (values) =>
    replace(at(entry), { "/options/staticKeys": [...keysOf(entry), keyOf(values)] }),
  );
}

function retire(entry: IdentityProvider, key: StaticKey): Promise<boolean> {
  const question = {
    title: `Remove the key ${key.kid}?`,
    text: `Tokens of ${nameOf(entry)} that it signs are refused from then on. Who is signed in stays so.`,
    action: "Remove",
    isDangerous: true,
  };
  const others = keysOf(entry).filter(({ kid }) => kid !== key.kid);
  return ask(question, () => replace(at(entry), { "/options/staticKeys": others }));
}

function destroy(entry: IdentityProvider): Promise<boolean> {
  const question = {
    title: `Delete ${nameOf(entry)}?`,
    text: "Its tokens are refused from then on. Who is signed in stays so.",
    action: "Delete",
    isDangerous: true,
  };
  return ask(question, () => remove(at(entry)));
}

function period({ notBefore, retireAt }: StaticKey): string {
  const parts = [notBefore ? `from ${notBefore}` : "", retireAt ? `until ${retireAt}` : ""];
  return parts.filter((part) => part !== "").join(" ");
}

/** The keys of a provider, each with what takes it away; `changed` is called when one is gone. */
function keys(entry: IdentityProvider, changed: () => void): HTMLElement {
  const parts: (Node | string)[] = keysOf(entry).map((key) => {
    const line = make("span", "", "facts");
    const about = `the key ${key.kid} of ${nameOf(entry)}`;
    const run = (): void => void retire(entry, key).then((isDone) => isDone && changed());
    line.append(make("code", key.kid), make("small", period(key)), button("Remove…", about, run));
    return line;
  });
  if (entry.options.jwksUri) parts.push(`all of ${entry.options.jwksUri}`);
  return lines(parts);
}

export function providers(changed: () => void): TableView<IdentityProvider> {
  return {
    name: "providers",
    title: "Identity providers",
    text: "Who may mint the tokens that people sign in with, and the public keys that prove it.",
    none: "Nobody may sign people in yet.",
    read: () => all(paths.providers),
    texts: ({ id, description: words, options }) => [
      id,
      words,
      options.issuer,
      options.jwksUri ?? "",
      ...(options.staticKeys ?? []).map(({ kid }) => kid),
    ],
    about: (entry) => `the identity provider ${nameOf(entry)}`,
    columns: [
      { name: "Identity provider", cell: (entry) => named(nameOf(entry), entry.id) },
      { name: "Issuer", cell: ({ options }) => options.issuer },
      { name: "Keys", cell: (entry) => keys(entry, changed) },
      { name: "Clock tolerance", cell: ({ clockToleranceSec }) => `${clockToleranceSec} s` },
      { name: "Changed", cell: ({ lastUpdated }) => time(lastUpdated) },
    ],
    deeds: [
      { label: "Change…", act: edit },
      { label: "Add key…", act: addKey },
      { label: "Delete…", isDangerous: true, act: destroy },
    ],
    make: { label: "New identity provider…", act: create },
  };
}
