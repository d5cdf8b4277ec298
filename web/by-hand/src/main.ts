// The demo portal's page without the SDK: its own sign-in, then the embedded sheet with everything that can happen to it.
import { embed } from "./embed.js";
import type { Embed } from "./embed.js";
import { getConfig, getMe, getPeople, signIn, signOut } from "./portal.js";
import type { Config, Person } from "./portal.js";
import { watchSelections } from "./qix.js";
import { reconnect } from "./reconnect.js";
import type { EmbedState } from "./state.js";
import { signOutOfTenant } from "./tenant.js";
import * as view from "./view.js";

const endAfterSeconds = 10;

const query = new URLSearchParams(location.search);

/** Pages with the same identity share selections; `?identity=` gives this page selections of its own. */
const identity = query.get("identity") ?? "skyport";

let current: Embed | null = null;
let person: Person | null = null;
let countdown: ReturnType<typeof setInterval> | null = null;
const retry = reconnect(() => void current?.resume());

async function start(): Promise<void> {
  const [given, me] = await Promise.all([getConfig(), getMe()]);
  const config = { ...given, sheetId: query.get("sheet") ?? given.sheetId };
  view.buttons.signOut.addEventListener("click", () => void leave(config));
  view.buttons.message.addEventListener("click", () => {
    if (view.buttons.message.dataset["action"] === "resume") void current?.resume();
    else void open(config);
  });
  if (me === null) await askWho(config);
  else await enter(config, me);
}

async function askWho(config: Config): Promise<void> {
  view.showSignIn(await getPeople(), (person) => {
    signIn(person.id)
      .then(getMe)
      .then((me) => enter(config, me ?? person))
      .catch((error: unknown) =>
        view.showSignInError(error instanceof Error ? error.message : String(error)),
      );
  });
}

async function enter(config: Config, me: Person): Promise<void> {
  person = me;
  view.showDashboard(me);
  await open(config);
}

async function open(config: Config): Promise<void> {
  if (person === null) return;
  current = await embed(config, person, identity, view.frame, onState);
  if (current !== null) await watchSelections(current.app, view.showSelections);
}

function onState(state: EmbedState): void {
  view.showState(state);
  stopCountdown();
  if (state.state === "suspended" && state.reason !== "manual") retry.schedule();
  else if (state.state !== "resuming") retry.cancel();
  // The session objects of the old engine session are gone with it.
  if (state.state === "live" && state.resumed === "rebuilt" && current !== null) {
    void watchSelections(current.app, view.showSelections);
  }
}

view.buttons.suspend.addEventListener("click", () => void current?.suspend());
view.buttons.resume.addEventListener("click", () => void current?.resume());
view.buttons.clear.addEventListener("click", () => void current?.app.clearAll());
view.buttons.end.addEventListener("click", () => {
  if (countdown !== null) return stopCountdown();
  let left = endAfterSeconds;
  view.buttons.end.textContent = `Ending in ${left} s`;
  countdown = setInterval(() => {
    left -= 1;
    view.buttons.end.textContent = `Ending in ${left} s`;
    if (left === 0) void current?.end();
  }, 1000);
});

function stopCountdown(): void {
  if (countdown !== null) clearInterval(countdown);
  countdown = null;
  view.buttons.end.textContent = `End in ${endAfterSeconds} s`;
}

async function leave(config: Config): Promise<void> {
  stopCountdown();
  retry.cancel();
  await signOutOfTenant(config).catch(() => undefined);
  await signOut();
  location.reload();
}

start().catch((error: unknown) => {
  view.showSignIn([], () => undefined);
  view.showSignInError(error instanceof Error ? error.message : String(error));
});
