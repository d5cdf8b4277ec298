// What comes late, twice or not at all: nothing of it may make the embed say what is not so.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EmbedError } from "../src/index.js";
import { fixture, liveFixture } from "./fixture.js";
import { World } from "./tenant.js";

const csrf = "/api/v1/csrf-token";

describe("signing out", () => {
  for (const { name, stop } of [
    { name: "ended by the session limit", stop: (world: World) => world.open[0]?.closeBy(4005) },
    { name: "blocked", stop: (world: World) => (world.faults = [() => new Response(null, { status: 500 })]) },
  ])
    test(`reaches the tenant from a session that is ${name}`, async () => {
      const { world, embed, pass } = await liveFixture();
      stop(world);
      embed.restart();
      await pass(60_000);
      world.faults = [];
      world.open[0]?.closeBy(4005);
      await pass(0);
      assert.ok(["ended", "blocked"].includes(embed.state.name));
      await embed.end();
      assert.equal(world.count("/logout"), 1);
    });

  test("that was given up can be tried again", async () => {
    const { world, embed, pass } = await liveFixture();
    const release = world.hold(csrf);
    const giveUp = new AbortController();
    const first = embed.end({ signal: giveUp.signal });
    giveUp.abort();
    await assert.rejects(first, (error) => error instanceof EmbedError && error.code === "aborted");
    release();
    await pass(0);
    assert.equal(embed.state.name, "live");
    await embed.end();
    assert.equal(world.count("/logout"), 1);
    assert.equal(embed.state.name, "ended");
  });

  test("is not undone by a renewal that was under way", async () => {
    const { world, embed, pass } = await liveFixture();
    const release = world.hold("portal:/analytics-token");
    world.open[0]?.notify("OnSessionExpiring", { reason: "lifetime", secondsLeft: 60 });
    await pass(1_000);
    assert.equal(world.count("portal:/analytics-token"), 2);
    await embed.end();
    release();
    await pass(60_000);
    assert.equal(world.count("/login/jwt-session"), 1);
    assert.equal(embed.state.name, "ended");
  });

  test("is not undone by the way back that a lost connection takes meanwhile", async () => {
    const { world, embed, pass } = await liveFixture();
    const release = world.hold("/logout");
    const ending = embed.end();
    await pass(0);
    world.open[0]?.closeBy(1006);
    await pass(0);
    release();
    await ending;
    await pass(60_000);
    assert.equal(world.count("/login/jwt-session"), 1);
    assert.equal(embed.state.name, "ended");
  });
});

describe("time", () => {
  test("that a hidden tab's slow timers took is no sleep when the tab is shown", async () => {
    const { world, tab, told, pass } = await liveFixture();
    tab.happen("hidden");
    await world.clock.sleep(60_000);
    world.clock.now += 50_000;
    tab.happen("shown");
    await pass(0);
    assert.deepEqual(told, []);
  });

  test("that a sleep took is not counted as time without a connection", async () => {
    const { world, told, pass } = await liveFixture();
    world.isReachable = false;
    world.open[0]?.closeBy(1006);
    await pass(1_000);
    await world.clock.sleep(2 * 3_600_000);
    await pass(10_000);
    assert.ok(told.at(-1)?.startsWith("resuming network"));
    world.isReachable = true;
    await pass(30_000);
    assert.equal(told.at(-1), "live attached");
  });

  test("an embed that its listener disposes of when the machine has slept leaves no timer", async () => {
    const { world, embed, pass } = await liveFixture();
    embed.on("state", () => embed.dispose());
    await world.clock.sleep(3_600_000);
    await pass(0);
    assert.equal(world.clock.pending, 0);
  });

  test("the word `online` may be missed by a page that was frozen", async () => {
    const { world, tab, told, pass } = await liveFixture();
    tab.happen("offline");
    world.isOnline = world.isReachable = true;
    tab.happen("shown");
    await pass(0);
    assert.deepEqual(told, ["suspended offline", "resuming offline #1", "live attached"]);
  });
});

describe("a connection", () => {
  test("that is lost while the theme is on its way is not called live", async () => {
    const world = new World();
    const { told, pass } = fixture({}, world);
    let isFirst = true;
    world.onCall = (socket, method) => {
      if (method === "CreateSessionObject" && isFirst) {
        isFirst = false;
        queueMicrotask(() => socket.closeBy(1006));
      }
    };
    await pass(0);
    assert.equal(told.at(-1), "connecting");
    await pass(1_000);
    assert.ok(told.at(-1)?.startsWith("live"));
    assert.equal(world.open.length, 1);
  });

  test("that says of an end while the app is being opened is heard when it is", async () => {
    const world = new World();
    const { told, pass } = fixture({ keepAlive: "never" }, world);
    world.onCall = (socket, method) => {
      if (method === "OpenDoc") socket.notify("OnSessionExpiring", { reason: "idle", secondsLeft: 30 });
    };
    await pass(0);
    assert.deepEqual(told.slice(-2), ["live created", "expiring idle 30"]);
  });

  test("is not dropped for what the tenant says of the one before", async () => {
    const { world, told, embed, pass } = await liveFixture();
    world.open[0]?.notify("OnSessionExpiring", { reason: "lifetime", secondsLeft: 60 });
    await pass(1_000);
    told.length = 0;
    const release = world.hold(csrf);
    world.open[0]?.closeBy(4006);
    await pass(0);
    embed.suspend();
    embed.resume();
    await pass(0);
    release();
    await pass(1_000);
    assert.deepEqual(told, ["suspended manual", "resuming manual #1", "live attached"]);
  });

  test("is kept by one call at a time, however much the person does", async () => {
    const { world, tab, told, pass } = await liveFixture({ keepAlive: "active" });
    await pass(400_000);
    const before = world.count("/api/v1/users/me");
    const release = world.hold("/api/v1/users/me");
    world.open[0]?.notify("OnSessionExpiring", { reason: "idle", secondsLeft: 60 });
    for (let i = 0; i < 20; i += 1) tab.happen("activity");
    await pass(0);
    assert.equal(world.count("/api/v1/users/me"), before + 1);
    release();
    await pass(0);
    assert.deepEqual(told, ["expiring idle 60", "live created"]);
  });
});

test("waiting with a signal of one's own ends when the embed is disposed of", async () => {
  const world = new World();
  world.isReachable = false;
  const { embed, pass } = fixture({}, world);
  await pass(0);
  const waiting = embed.whenLive({ signal: new AbortController().signal });
  embed.dispose();
  await assert.rejects(waiting, (error) => error instanceof EmbedError && error.code === "aborted");
});
