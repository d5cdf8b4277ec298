// Sessions by ticket, where the browser keeps no cookie: the life of their login session.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { liveFixture } from "./fixture.js";
import type { Fixture } from "./fixture.js";
import { World } from "./tenant.js";

describe("by ticket", () => {
  async function byTicket(): Promise<Fixture> {
    const world = new World();
    world.blocksCookies = true;
    world.hasTickets = true;
    return liveFixture({}, world);
  }

  test("lifetime: the token is renewed", async () => {
    const { world, told, pass } = await byTicket();
    world.open[0]?.notify("OnSessionExpiring", { reason: "lifetime", secondsLeft: 60 });
    await pass(1_000);
    assert.deepEqual(told, ["expiring lifetime 60", "live created"]);
    assert.equal(world.loginSessions.size, 2);
    assert.equal(world.count("/api/fanlight/v1/tickets"), 2);
  });

  test("lifetime: one that ran out during a sleep makes way for a new login session", async () => {
    const { world, told, pass } = await byTicket();
    for (const id of world.loginSessions.keys()) world.loginSessions.set(id, "lifetime");
    await world.clock.sleep(24 * 3_600_000);
    await pass(200);
    assert.deepEqual(told, ["suspended asleep", "resuming asleep #1", "live attached"]);
  });
});
