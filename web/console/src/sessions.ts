// The view of what is live: its filter, its counters, and what may be done about it.
import * as api from "./api.js";
import { ask } from "./ask.js";
import { make, part } from "./dom.js";
import { chosenIds, showSessions } from "./list.js";
import { namedThings } from "./names.js";

const pageSize = 100;
let limit = pageSize;

function filter(): URLSearchParams {
  return wordsOf(part<HTMLFormElement>("filter"));
}

/** What is filled in in a form, by the fields' names. */
export function wordsOf(form: HTMLFormElement): URLSearchParams {
  const pairs = [...new FormData(form)].map(([name, value]): [string, string] => [
    name,
    String(value).trim(),
  ]);
  return new URLSearchParams(pairs.filter(([, value]) => value !== ""));
}

/** The latest question counts, whichever answer comes last. */
let asked = 0;

export async function readSessions(): Promise<void> {
  const place = ++asked;
  const { data, next, total, counts } = await api.sessions(filter(), limit);
  if (place !== asked) return;
  showSessions(data);
  part("more").hidden = next === undefined || limit >= 500;
  part("problem").textContent = "";
  part("count-login").textContent = String(counts.loginSessions);
  part("count-engine").textContent = String(counts.engineSessions);
  part("count-connections").textContent = String(counts.connections);
  const all = counts.loginSessions + counts.engineSessions;
  part("matches").textContent = filter().size === 0 ? "" : `${total ?? data.length} of ${all} match`;
}

/** Offers apps and web integrations by name. */
export async function offerNames(): Promise<void> {
  const things = await namedThings();
  offer("filter-app", things.app);
  offer("filter-integration", things.integration);
}

function offer(id: string, names: ReadonlyMap<string, string>): void {
  const select = part<HTMLSelectElement>(id);
  const chosen = select.value;
  const options = [...names].map(([value, name]) => {
    const option = make("option", name === value ? value : `${name} (${value})`);
    option.value = value;
    return option;
  });
  select.replaceChildren(...[...select.options].slice(0, 1), ...options);
  select.value = names.has(chosen) ? chosen : "";
}

async function endChosen(): Promise<boolean> {
  const ids = chosenIds();
  const question = {
    title: ids.length === 1 ? "End this session?" : `End ${ids.length} sessions?`,
    text: "Every page under it is told the reason, and closed at once. Ending a login session signs the person out.",
    action: "End",
    isDangerous: true,
    fields: [
      {
        name: "reason",
        label: "Reason, as the person reads it (may be left empty)",
        kind: "text",
        longest: 256,
      },
    ] as const,
  };
  return ask(question, ({ reason }) => api.end(ids, reason ?? ""));
}

async function messageChosen(): Promise<void> {
  const ids = chosenIds();
  const question = {
    title: ids.length === 1 ? "Message to this session" : `Message to ${ids.length} sessions`,
    text: "Every open page of these sessions gets it now.",
    action: "Send",
    fields: [
      { name: "text", label: "Message", kind: "text", isRequired: true, longest: 256 },
      { name: "warning", label: "Show it as a warning", kind: "check" },
    ] as const,
  };
  await ask(question, async ({ text = "", warning }) => {
    if (text === "") throw new Error("Write the message first.");
    const told = await api.message(ids, text, warning === "true" ? "warning" : "notice");
    part("chosen").textContent = `Told ${told.connections} connections`;
  });
}

/** `stale` reads the list again soon. */
export function startSessions(stale: () => void, problem: (error: unknown) => void): void {
  const form = part<HTMLFormElement>("filter");
  const anew = (): void => {
    limit = pageSize;
    stale();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    anew();
  });
  form.addEventListener("input", anew);
  // The fields are emptied after the event.
  form.addEventListener("reset", () => setTimeout(anew));
  part("end").addEventListener("click", () => {
    endChosen()
      .then((isDone) => isDone && stale())
      .catch(problem);
  });
  part("message").addEventListener("click", () => void messageChosen().catch(problem));
  part("more").addEventListener("click", () => {
    limit = Math.min(limit + pageSize, 500);
    stale();
  });
}
