// The view of the audit log: its filter, and page after page.
import * as api from "./api.js";
import { make, part } from "./dom.js";
import { showAudit } from "./log.js";
import { wordsOf } from "./sessions.js";

const settleMillis = 250;
let older: string | undefined;
let asked = 0;
let timer: number | undefined;

/** The fields hold times of the reader's zone; the server takes them as UTC. */
function filter(): URLSearchParams {
  const words = wordsOf(part<HTMLFormElement>("audit-filter"));
  for (const name of ["since", "until"]) {
    const local = words.get(name);
    if (local !== null) words.set(name, new Date(local).toISOString());
  }
  return words;
}

export async function readAudit(): Promise<void> {
  const place = ++asked;
  const page = await api.audit(filter(), undefined);
  if (place !== asked) return;
  show(page, "replace");
}

async function readOlder(): Promise<void> {
  const place = ++asked;
  const page = await api.audit(filter(), older);
  if (place === asked) show(page, "append");
}

function show(page: api.Page<api.Entry>, how: "replace" | "append"): void {
  showAudit(page.data, how);
  older = page.next;
  part("older").hidden = older === undefined;
  const isEmpty = part("audit").childElementCount === 0;
  part("no-audit").hidden = !isEmpty;
  part("no-audit").textContent =
    older === undefined ? "No entry matches." : "No entry matches so far; older ones may.";
  part("problem").textContent = "";
}

export function startAudit(problem: (error: unknown) => void): void {
  const select = part<HTMLSelectElement>("audit-action");
  for (const [value, label] of Object.entries(api.kinds)) {
    const option = make("option", label);
    option.value = value;
    select.append(option);
  }
  const form = part<HTMLFormElement>("audit-filter");
  const soon = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void readAudit().catch(problem), settleMillis);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    soon();
  });
  form.addEventListener("input", soon);
  form.addEventListener("reset", soon);
  part("older").addEventListener("click", () => void readOlder().catch(problem));
}
