// Apps: to look at. What they hold is made from their folders.
import { badge, lines, make, named, part, time } from "../dom.js";
import { all, get, paths } from "../resources.js";
import type { App, AppFolder, List } from "../resources.js";
import type { TableView } from "../table.js";

export const apps: TableView<App> = {
  name: "apps",
  title: "Apps",
  text: "What this tenant serves to you. An app is made from its folder: `fanlight app` checks, imports and removes it.",
  none: "This tenant has no app that you may open.",
  read: () => all(paths.apps),
  texts: ({ attributes }) => [attributes.id, attributes.name, attributes.description],
  about: ({ attributes }) => `the app ${attributes.name}`,
  columns: [
    { name: "App", cell: ({ attributes }) => named(attributes.name, attributes.id) },
    { name: "Description", cell: ({ attributes }) => attributes.description || "–" },
    {
      name: "Rows",
      cell: ({ attributes }) =>
        attributes.hasSectionAccess ? "some hidden from some users" : "for everybody",
    },
    { name: "Data as of", cell: ({ attributes }) => time(attributes.lastReloadTime) },
    {
      name: "Opens at",
      cell: ({ attributes }) => {
        const link = make("a", "Open");
        link.href = `/single/?appid=${encodeURIComponent(attributes.id)}&opt=currsel`;
        link.setAttribute("aria-label", `Open the app ${attributes.name}`);
        return lines([link]);
      },
    },
  ],
  deeds: [],
};

/** Shows what became of the folders that changed while the server runs. */
export async function showFolders(): Promise<void> {
  const { data } = await get<List<AppFolder>>(paths.folders);
  part("changed-folders").hidden = data.length === 0;
  part("folders").replaceChildren(...data.map(folder));
}

function folder({ app, at, refused }: AppFolder): HTMLLIElement {
  const item = make("li");
  item.append(make("strong", app), " ", badge(refused === undefined ? "taken in" : "refused"), " ", time(at));
  if (refused !== undefined) item.append(make("p", `The app is the one from before. ${refused}`));
  return item;
}
