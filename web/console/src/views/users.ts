// Users: who has been here, who may sign in, who administers the tenant.
import { ask } from "../ask.js";
import { badge, lines, make, named, time } from "../dom.js";
import { all, paths, replace } from "../resources.js";
import type { Person } from "../resources.js";
import type { TableView } from "../table.js";

const role = "TenantAdmin";
const nameOf = ({ name, subject }: Person): string => name || subject;
const isActive = ({ status }: Person): boolean => status === "active";
const isAdmin = ({ assignedRoles }: Person): boolean => assignedRoles.some(({ name }) => name === role);

function change(
  user: Person,
  title: string,
  text: string,
  values: Readonly<Record<string, unknown>>,
  isDangerous: boolean,
): Promise<boolean> {
  const [action = ""] = title.split(" ");
  return ask({ title, text, action, isDangerous }, () => replace(`${paths.users}/${user.id}`, values));
}

/** The view, for whoever is signed in as `me`: nobody changes their own account. */
export function users(me: string): TableView<Person> {
  const isOther = ({ id }: Person): boolean => id !== me;
  return {
    name: "users",
    title: "Users",
    text: "Everybody who has signed in here or has an API key. Names, addresses and groups come from their tokens.",
    none: "Nobody has signed in yet.",
    read: () => all(`${paths.users}?limit=100`),
    texts: ({ id, subject, name, email, status, assignedGroups }) => [
      id,
      subject,
      name,
      email ?? "",
      status,
      ...assignedGroups.map((group) => group.name),
    ],
    about: (user) => `the user ${nameOf(user)}`,
    columns: [
      { name: "User", cell: (user) => named(nameOf(user), user.id) },
      {
        name: "Subject, e-mail",
        cell: ({ subject, email }) => lines([make("code", subject), ...(email === undefined ? [] : [email])]),
      },
      {
        name: "Groups",
        cell: ({ assignedGroups }) => assignedGroups.map(({ name }) => name).join(", ") || "–",
      },
      {
        name: "State",
        cell: (user) =>
          lines(isAdmin(user) ? [badge(user.status), badge("administrator")] : [badge(user.status)]),
      },
      { name: "Changed", cell: ({ lastUpdatedAt }) => time(lastUpdatedAt) },
    ],
    deeds: [
      {
        label: "Make administrator…",
        fits: (user) => isOther(user) && isActive(user) && !isAdmin(user),
        act: (user) =>
          change(
            user,
            `Make ${nameOf(user)} an administrator?`,
            "They may see and end all sessions, and change everything that you see here.",
            { "/assignedRoles": [{ name: role }] },
            false,
          ),
      },
      {
        label: "Take role away…",
        fits: (user) => isOther(user) && isAdmin(user),
        act: (user) =>
          change(
            user,
            `Take the administrator role from ${nameOf(user)}?`,
            "They stay signed in as a user. Whom the configuration names as administrator is one again at the next sign-in.",
            { "/assignedRoles": [] },
            true,
          ),
      },
      {
        label: "Disable…",
        isDangerous: true,
        fits: (user) => isOther(user) && isActive(user),
        act: (user) =>
          change(
            user,
            `Disable ${nameOf(user)}?`,
            "They are signed out everywhere at once, and cannot sign in again; their API keys do not work either.",
            { "/status": "disabled" },
            true,
          ),
      },
      {
        label: "Enable…",
        fits: (user) => isOther(user) && !isActive(user),
        act: (user) =>
          change(
            user,
            `Enable ${nameOf(user)} again?`,
            "They may sign in from then on, and their API keys work.",
            { "/status": "active" },
            false,
          ),
      },
    ],
  };
}
