// The console: what is live, and what may be done about it.
import * as api from "./api.js";
import { ask } from "./ask.js";
import { part } from "./dom.js";
import { enter, goToSignIn, showGate } from "./gate.js";
import { chosenIds, showSessions, sockets } from "./list.js";
import { addEvent, showAudit } from "./log.js";
import { startTabs } from "./tabs.js";
import type { Tab } from "./tabs.js";

/** Changes come in bursts: one sign-in is several events. */
const settleMillis = 120;
const pageSize = 100;

let tab: Tab = "sessions";
let limit = pageSize;
let older: string | undefined;
let source: EventSource | null = null;
let refresh: { timer: number | undefined; isRunning: boolean } = { timer: undefined, isRunning: false };

function problem(error: unknown): void {
  if (error instanceof api.Refused && (error.status === 401 || error.status === 403)) return signedOut();
  part("problem").textContent = error instanceof Error ? error.message : String(error);
}

function signedOut(): void {
  source?.close();
  source = null;
  showGate({
    title: "You are signed out",
    text: "The console shows sessions to administrators of this tenant.",
    action: "Sign in",
    act: goToSignIn,
  });
}

function filter(): URLSearchParams {
  const fields = new FormData(part<HTMLFormElement>("filter"));
  const pairs = [...fields].map(([name, value]): [string, string] => [name, String(value).trim()]);
  return new URLSearchParams(pairs.filter(([, value]) => value !== ""));
}

async function readSessions(): Promise<void> {
  const wanted = filter();
  const page = await api.sessions(wanted, limit);
  showSessions(page.data);
  part("more").hidden = page.next === undefined;
  part("problem").textContent = "";
  const logins = page.data.filter(({ kind }) => kind === "login");
  const engines = page.data.filter(({ kind }) => kind === "engine");
  const more = page.next === undefined ? "" : "+";
  part("count-login").textContent = `${logins.length}${more}`;
  part("count-engine").textContent = `${engines.length}${more}`;
  const open = engines.reduce((sum, session) => sum + sockets(session), 0);
  part("count-connections").textContent = `${open}${more}`;
}

async function readAudit(): Promise<void> {
  const page = await api.audit(undefined);
  showAudit(page.data, "replace");
  older = page.next;
  part("older").hidden = older === undefined;
}

/** Reads again soon; however many ask, it is done once, and never twice at a time. */
function stale(): void {
  if (refresh.timer !== undefined) return;
  refresh.timer = window.setTimeout(() => {
    refresh.timer = undefined;
    if (refresh.isRunning) return stale();
    refresh.isRunning = true;
    const reading = tab === "audit" ? Promise.all([readSessions(), readAudit()]) : readSessions();
    reading.catch(problem).finally(() => (refresh.isRunning = false));
  }, settleMillis);
}

async function endChosen(): Promise<void> {
  const ids = chosenIds();
  const said = await ask({
    title: ids.length === 1 ? "End this session?" : `End ${ids.length} sessions?`,
    text: "Every page under it is told the reason, and closed at once. Ending a login session signs the person out.",
    label: "Reason, as the person reads it (may be left empty)",
    action: "End",
    isRequired: false,
    offersWarning: false,
  });
  if (said === null) return;
  await api.end(ids, said.text);
  stale();
}

async function messageChosen(): Promise<void> {
  const ids = chosenIds();
  const said = await ask({
    title: ids.length === 1 ? "Message to this session" : `Message to ${ids.length} sessions`,
    text: "Every open page of these sessions gets it now.",
    label: "Message",
    action: "Send",
    isRequired: true,
    offersWarning: true,
  });
  if (said === null || said.text === "") return;
  const told = await api.message(ids, said.text, said.isWarning ? "warning" : "notice");
  part("chosen").textContent = `Told ${told.connections} connections`;
}

function start(person: api.Me): void {
  part("person").textContent = person.name;
  part("gate").hidden = true;
  part("desk").hidden = false;
  part("account").hidden = false;
  source = api.listen({
    event(entry) {
      addEvent(entry);
      stale();
    },
    stale,
    live(isLive) {
      part("stream").dataset["live"] = String(isLive);
      part("stream-text").textContent = isLive ? "Live" : "Connecting again…";
      // A stream that is refused says no more than that; the lists say why.
      if (!isLive) stale();
    },
  });
  stale();
}

function wire(): void {
  const form = part<HTMLFormElement>("filter");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    limit = pageSize;
    stale();
  });
  form.addEventListener("reset", () => stale());
  part("end").addEventListener("click", () => void endChosen().catch(problem));
  part("message").addEventListener("click", () => void messageChosen().catch(problem));
  part("more").addEventListener("click", () => {
    limit = Math.min(limit + pageSize, 500);
    stale();
  });
  part("older").addEventListener("click", () => {
    const next = api.audit(older).then((page) => {
      showAudit(page.data, "append");
      older = page.next;
      part("older").hidden = older === undefined;
    });
    next.catch(problem);
  });
  part("sign-out").addEventListener("click", () => void api.signOut().then(signedOut, problem));
  startTabs((shown) => {
    tab = shown;
    if (shown === "audit") readAudit().catch(problem);
  });
}

async function run(): Promise<void> {
  const person = await enter();
  if (person === null) {
    return showGate({
      title: "Sign in to the console",
      text: "It shows who is connected to this tenant. It is for administrators.",
      action: "Sign in",
      act: goToSignIn,
    });
  }
  if (!person.assignedRoles.some(({ name }) => name === "TenantAdmin")) {
    return showGate({
      title: "The console is for administrators",
      text: `${person.name} is signed in, and has no administrator role in this tenant.`,
      action: "Sign out",
      act: () => void api.signOut().then(signedOut, problem),
    });
  }
  wire();
  start(person);
}

run().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  showGate({ title: "The console cannot start", text, action: "Try again", act: () => location.reload() });
});
