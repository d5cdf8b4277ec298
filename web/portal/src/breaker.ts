// The panel "Make it fail": its buttons, what they do, and what came of it.
import { SignedOutError, fail, getInForce } from "./backend.js";
import type { Config, Outcome } from "./backend.js";
import { make, part } from "./dom.js";
import type { Seat } from "./embeds.js";
import { groups, normal, signOutElsewhereName } from "./failures.js";
import type { Failure } from "./failures.js";
import { signOutElsewhere } from "./tenant.js";

export interface BreakerOptions {
  readonly config: Config;
  readonly seats: readonly Seat[];
  /** The embed that is watched. */
  chosen(): Seat;
  /** The portal's own session is over. */
  signedOut(): void;
}

export class Breaker {
  readonly #options: BreakerOptions;
  readonly #buttons = new Map<string, HTMLButtonElement>();
  readonly #outcome = part("outcome");

  constructor(options: BreakerOptions) {
    this.#options = options;
    const drawn = groups.map(({ title, failures }) => {
      const group = make("section");
      const list = make("ul");
      list.append(...failures.map((failure) => this.#item(failure)));
      group.append(make("h3", title), list);
      return group;
    });
    part("failure-groups").replaceChildren(...drawn);
    part("normal").addEventListener("click", () => void this.#do(normal));
    // What is in force from before this page was opened.
    void getInForce()
      .then((outcome) => this.#mark(outcome))
      .catch(() => undefined);
  }

  #item(failure: Failure): HTMLLIElement {
    const button = make("button");
    button.type = "button";
    button.dataset["failure"] = failure.name;
    button.append(make("strong", failure.label), " ", make("span", failure.text));
    button.addEventListener("click", () => void this.#do(failure));
    this.#buttons.set(failure.name, button);
    const item = make("li");
    item.append(button);
    return item;
  }

  async #do(failure: Failure): Promise<void> {
    const { config, chosen, signedOut } = this.#options;
    const seat = chosen();
    try {
      if (failure.name === signOutElsewhereName) {
        await signOutElsewhere(config);
        return this.#say(failure, "done");
      }
      const outcome = await fail(failure.name, seat.identity);
      this.#mark(outcome);
      this.#say(failure, said(failure, outcome));
      await this.#then(failure, seat);
    } catch (error) {
      if (error instanceof SignedOutError) return signedOut();
      this.#say(failure, error instanceof Error ? error.message : String(error));
    }
  }

  async #then(failure: Failure, seat: Seat): Promise<void> {
    const { config, seats } = this.#options;
    if (failure === normal) {
      for (const { embed } of seats) {
        if (embed.state.name === "ended" || embed.state.name === "blocked") embed.restart();
        else embed.resume();
      }
    } else if (failure.then === "restart") {
      seat.embed.restart();
    } else if (failure.then === "sign-in-anew") {
      await signOutElsewhere(config);
      for (const { embed } of seats) embed.restart();
    }
  }

  #mark({ inForce }: Outcome): void {
    for (const [name, button] of this.#buttons)
      button.toggleAttribute("data-in-force", inForce.includes(name));
    part("normal").toggleAttribute("data-wanted", inForce.length > 0);
  }

  #say({ label }: Failure, what: string): void {
    this.#outcome.textContent = `${label}: ${what}.`;
  }
}

function said({ of }: Failure, { touched }: Outcome): string {
  if (of === null) return "done";
  if (touched === 0) return `nothing to do it to, there is no ${of} at the moment`;
  return `done to ${touched} ${of}${touched === 1 ? "" : "s"} of yours`;
}
