// The console: what is live, what has happened, what makes up the tenant, and what may be done about all that.
import * as api from "./api.js";
import { readAudit, startAudit } from "./audit.js";
import { part } from "./dom.js";
import { enter, goToSignIn, showGate } from "./gate.js";
import { addEvent } from "./log.js";
import { forgetNames } from "./names.js";
import { offerNames, readSessions, startSessions } from "./sessions.js";
import { Table } from "./table.js";
import type { TableView } from "./table.js";
import { startTabs } from "./tabs.js";
import type { Tab } from "./tabs.js";
import { apps, showFolders } from "./views/apps.js";
import { integrations } from "./views/integrations.js";
import { keys } from "./views/keys.js";
import { providers } from "./views/providers.js";
import { origins, showLimits } from "./views/settings.js";
import { users } from "./views/users.js";

/** Changes come in bursts: one sign-in is several events. */
const settleMillis = 120;

let shown = "";
let source: EventSource | null = null;
const refresh: { timer: number | undefined; isRunning: boolean } = { timer: undefined, isRunning: false };

function problem(error: unknown): void {
  if (error instanceof api.Refused && (error.status === 401 || error.status === 403)) return signedOut();
  part("problem").textContent = error instanceof Error ? error.message : String(error);
}

function signedOut(): void {
  source?.close();
  source = null;
  showGate({
    title: "You are signed out",
    text: "The console is for administrators of this tenant.",
    action: "Sign in",
    act: goToSignIn,
  });
}

/** Reads again soon; however many ask, it is done once, and never twice at a time. */
function stale(): void {
  if (refresh.timer !== undefined) return;
  refresh.timer = window.setTimeout(() => {
    refresh.timer = undefined;
    if (refresh.isRunning) return stale();
    refresh.isRunning = true;
    const reading = shown === "audit" ? Promise.all([readSessions(), readAudit()]) : readSessions();
    reading.catch(problem).finally(() => (refresh.isRunning = false));
  }, settleMillis);
}

function start(person: api.Me): void {
  part("person").textContent = person.name;
  part("gate").hidden = true;
  part("desk").hidden = false;
  part("account").hidden = false;
  source = api.listen({
    event(entry) {
      addEvent(entry);
      if (entry.type === "admin-change") {
        forgetNames();
        void offerNames().catch(problem);
      }
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
  void offerNames().catch(problem);
  stale();
}

function tabOf<T>(view: TableView<T>, label = view.title, also?: () => void): Tab {
  const table = new Table(view, problem);
  const { name } = view;
  return {
    name,
    label,
    shown() {
      shown = name;
      also?.();
      void table.show();
    },
  };
}

function wire(person: api.Me): void {
  startSessions(stale, problem);
  startAudit(problem);
  part("sign-out").addEventListener("click", () => void api.signOut().then(signedOut, problem));
  const providersTab: Tab = tabOf(providers(() => providersTab.shown()));
  startTabs([
    { name: "sessions", label: "Sessions", shown: () => (shown = "sessions") },
    { name: "events", label: "Events", shown: () => (shown = "events") },
    {
      name: "audit",
      label: "Audit log",
      shown() {
        shown = "audit";
        readAudit().catch(problem);
      },
    },
    tabOf(apps, apps.title, () => void showFolders().catch(problem)),
    tabOf(integrations),
    providersTab,
    tabOf(keys),
    tabOf(users(person.id)),
    tabOf(origins, "Settings", () => void showLimits(problem).catch(problem)),
  ]);
}

async function run(): Promise<void> {
  const person = await enter();
  if (person === null) {
    return showGate({
      title: "Sign in to the console",
      text: "It shows who is connected to this tenant, and what makes it up. It is for administrators.",
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
  wire(person);
  start(person);
}

run().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  showGate({ title: "The console cannot start", text, action: "Try again", act: () => location.reload() });
});
