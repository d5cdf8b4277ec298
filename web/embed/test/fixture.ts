// One embed in one tab, with everything that it told.
import assert from "node:assert/strict";
import { createEmbed } from "../src/index.js";
import type { Embed, EmbedOptions, StateEvent } from "../src/index.js";
import { Tab, World, host } from "./tenant.js";

export interface Fixture {
  readonly world: World;
  readonly tab: Tab;
  readonly embed: Embed;
  /** Every transition so far, in short. */
  readonly told: string[];
  readonly events: StateEvent[];
  /** Moves the clock. */
  pass(ms: number): Promise<void>;
}

/** An embed that has not begun yet: the clock has to move first. */
export function fixture(
  options: Partial<EmbedOptions> = {},
  world = new World(),
  tab = new Tab(world),
): Fixture {
  const embed = createEmbed({
    host,
    app: "flights",
    identity: "me & you",
    webIntegration: "wi",
    tokenEndpoint: "/analytics-token",
    ports: tab,
    ...options,
  });
  const told: string[] = [];
  const events: StateEvent[] = [];
  embed.on("state", (event) => {
    events.push(event);
    told.push(inShort(event));
  });
  return { world, tab, embed, told, events, pass: (ms) => world.clock.advance(ms) };
}

/** An embed that is live, with its story so far forgotten. */
export async function liveFixture(
  options: Partial<EmbedOptions> = {},
  world = new World(),
  tab = new Tab(world),
): Promise<Fixture> {
  const made = fixture(options, world, tab);
  await made.pass(0);
  assert.deepEqual(made.told.at(-1)?.split(" ")[0], "live");
  made.told.length = 0;
  made.events.length = 0;
  return made;
}

function inShort({ state, reason, code, attempt, how, secondsLeft }: StateEvent): string {
  const words: unknown[] = [state];
  const found = state === "live" ? how : null;
  for (const detail of [reason, code, attempt === null ? null : `#${attempt}`, found, secondsLeft])
    if (detail !== null) words.push(detail);
  return words.join(" ");
}
