// The panel that shows one embed's session: the picture, the facts of the present state, and the log.
import { make, part } from "./dom.js";
import { Machine } from "./machine.js";
import { factsOf, inWords, row } from "./story.js";
import type { Story } from "./story.js";
import type { StateEvent } from "./tenant.js";

export class Watch {
  readonly #machine = new Machine(part("picture"));
  readonly #now = part("now");
  readonly #transitions = part("transitions");
  #story: Story | null = null;

  /** From now on shows the embed that is called `letter` here and has this identity. */
  choose(letter: string, identity: string, story: Story): void {
    this.#story = story;
    part("watched").textContent = letter;
    part("identity").textContent = `identity “${identity}”`;
    this.#machine.show(story.present.state, inWords(story.present));
    this.#transitions.replaceChildren(...story.transitions.map(row));
    this.#showFacts(story.present);
  }

  /** Something happened to the embed with `story`, which holds it already. */
  tell(story: Story, event: StateEvent): void {
    if (story !== this.#story) return;
    this.#machine.move(event.previous, event.state, inWords(event));
    this.#transitions.prepend(row(event));
    while (this.#transitions.childElementCount > story.transitions.length)
      this.#transitions.lastElementChild?.remove();
    this.#showFacts(event);
  }

  #showFacts(event: StateEvent): void {
    this.#now.dataset["state"] = event.state;
    const facts = factsOf(event).map(([name, value]) => {
      const fact = make("div");
      fact.dataset["fact"] = name;
      const said = make("dd", value);
      if (name === "note") said.title = value;
      fact.append(make("dt", name), said);
      return fact;
    });
    this.#now.replaceChildren(...facts);
  }
}
