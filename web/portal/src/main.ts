// The demo portal's front page: its own sign-in, three embeds, a live picture of what their sessions go through, and
// buttons that make them fail. This is a portal as its developer would write it: nothing here is known of tokens, cookies,
// sockets or frames, since the SDK does all that.
import { getConfig, getMe, getPeople, signIn, signOut } from "./backend.js";
import type { Config, Person } from "./backend.js";
import { Breaker } from "./breaker.js";
import { part } from "./dom.js";
import { start, takeSeats, tell } from "./embeds.js";
import type { Seat } from "./embeds.js";
import { askWho, greet, sayWhyNot } from "./people.js";
import { loadSdk } from "./tenant.js";
import { Watch } from "./watch.js";

/** Pages with the same identity share selections; `?identity=` gives this page selections of its own. */
const identity = new URLSearchParams(location.search).get("identity") ?? "skyport";

const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = (): string => (dark.matches ? "fanlight-dark" : "fanlight");

async function open(): Promise<void> {
  const [config, me] = await Promise.all([getConfig(), getMe()]);
  // It is on its way while the person is still asked who they are.
  const sdk = loadSdk(config);
  const show = (person: Person): void => enter(config, person, sdk);
  if (me !== null) return show(me);
  sdk.catch(() => undefined);
  askWho(await getPeople(), (person) => void signIn(person.id).then(show).catch(sayWhyNot));
}

function enter(config: Config, person: Person, sdk: Promise<void>): void {
  greet(person);
  const seats = takeSeats(identity);
  watch(seats);
  part("sign-out").addEventListener("click", () => void leave(seats));
  part<HTMLSelectElement>("keep-alive").addEventListener("change", ({ target }) => {
    const policy = (target as HTMLSelectElement).value;
    for (const { embed } of seats) embed.setAttribute("keep-alive", policy);
  });
  dark.addEventListener("change", () => {
    for (const { embed } of seats) embed.setAttribute("theme", theme());
  });
  sdk
    .then(() => {
      start(seats, config, theme());
      new Breaker({ config, seats, chosen: () => chosenOf(seats), signedOut: () => location.reload() });
    })
    .catch(() =>
      sayOnPage(`${config.tenant} does not answer, so there are no charts. Is the tenant running?`),
    );
}

/** The picture follows the chosen embed; choosing another one changes the picture, and which one is made to fail. */
function watch(seats: readonly Seat[]): void {
  const panel = new Watch();
  const choose = ({ letter, identity, story }: Seat): void => panel.choose(letter, identity, story);
  for (const seat of seats) {
    seat.choice.addEventListener("change", () => choose(seat));
    seat.embed.addEventListener("fanlight-state", ({ detail }) => {
      tell(seat, detail);
      panel.tell(seat.story, detail);
    });
  }
  const [first] = seats;
  if (first === undefined) return;
  first.choice.checked = true;
  choose(first);
}

function chosenOf(seats: readonly Seat[]): Seat {
  const chosen = seats.find(({ choice }) => choice.checked) ?? seats[0];
  if (chosen === undefined) throw new Error("the page has no embed");
  return chosen;
}

/** Out of the portal, and with it out of the tenant; in all tabs. */
async function leave(seats: readonly Seat[]): Promise<void> {
  await seats[0]?.embed.end().catch(() => undefined);
  await signOut().catch(() => undefined);
  location.reload();
}

function sayOnPage(text: string): void {
  const place = part("page-error");
  place.textContent = text;
  place.hidden = false;
}

open().catch(sayWhyNot);
