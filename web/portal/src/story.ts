// What each embed went through: its present state and the transitions that led there, and how the page tells them.
import { make } from "./dom.js";
import type { StateEvent } from "./tenant.js";

/** A page that stays open for days must not grow with every drop of the network. */
const kept = 100;

export const nothingYet: StateEvent = {
  state: "idle",
  previous: "idle",
  reason: null,
  code: null,
  attempt: null,
  nextAt: null,
  secondsLeft: null,
  how: null,
  notRestored: [],
  detail: "",
  at: 0,
};

export class Story {
  /** Newest first. */
  readonly transitions: StateEvent[] = [];

  get present(): StateEvent {
    return this.transitions[0] ?? nothingYet;
  }

  add(event: StateEvent): void {
    this.transitions.unshift(event);
    this.transitions.length = Math.min(this.transitions.length, kept);
  }
}

/** What `event` says beside its state, as names and values; every name is always there, so that nothing jumps. */
export function factsOf(event: StateEvent): readonly (readonly [name: string, value: string])[] {
  return [
    ["state", event.state],
    ["reason", event.reason ?? event.how ?? "–"],
    ["code", event.code === null ? "–" : String(event.code)],
    ["attempt", event.attempt === null ? "–" : String(event.attempt)],
    ["note", noteOf(event)],
  ];
}

function noteOf(event: StateEvent): string {
  if (event.detail !== "") return event.detail;
  if (event.secondsLeft !== null)
    return `${Math.round(event.secondsLeft)} s were left when the server said so`;
  if (event.nextAt !== null && event.nextAt > event.at)
    return `this attempt waits ${((event.nextAt - event.at) / 1000).toFixed(1)} s`;
  if (event.notRestored.length > 0) return `not restored: ${event.notRestored.join(", ")}`;
  if (event.how === "rebuilt") return "a new engine session, with the selections of the old one";
  if (event.how === "attached") return "the same engine session as before";
  return "–";
}

/** In a few words, for those who do not see the picture. */
export function inWords({ state, reason, code }: StateEvent): string {
  return [state, reason, code === null ? null : `code ${code}`].filter((word) => word !== null).join(", ");
}

const clock = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 1,
  hourCycle: "h23",
});

export function row(event: StateEvent): HTMLTableRowElement {
  const line = make("tr");
  const when = make("td");
  const time = make("time", clock.format(event.at));
  time.dateTime = new Date(event.at).toISOString();
  when.append(time);
  const state = make("td");
  const chip = make("span", event.state, "word");
  chip.dataset["state"] = event.state;
  state.append(chip);
  line.append(
    when,
    state,
    make("td", event.reason ?? event.how ?? ""),
    make("td", event.code === null ? "" : String(event.code)),
    make("td", event.attempt === null ? "" : String(event.attempt)),
  );
  return line;
}
