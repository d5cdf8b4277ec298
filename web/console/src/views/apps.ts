// Apps: to look at. What they hold is made from their folders.
import { lines, make, named, time } from "../dom.js";
import { all, paths } from "../resources.js";
import type { App } from "../resources.js";
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
