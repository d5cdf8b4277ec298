// Several tabs of one browser, and several embeds on one page.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture, liveFixture } from "./fixture.js";
import type { Fixture } from "./fixture.js";
import { Tab, World } from "./tenant.js";

async function tabs(
  n: number,
  world = new World(),
): Promise<{ world: World; all: Fixture[]; pass: (ms: number) => Promise<void> }> {
  const all: Fixture[] = [];
  for (let i = 0; i < n; i += 1) all.push(await liveFixture({}, world));
  for (const { told } of all) told.length = 0;
  return { world, all, pass: (ms) => world.clock.advance(ms) };
}

const expiring = { reason: "lifetime", secondsLeft: 60 };

describe("tabs", () => {
  test("ten tabs renew once", async () => {
    const { world, all, pass } = await tabs(10);
    for (const socket of world.open) socket.notify("OnSessionExpiring", expiring);
    await pass(5_000);
    assert.equal(world.count("/login/jwt-session"), 11);
    for (const { told, embed } of all) {
      assert.equal(told.length, 2);
      assert.equal(told[0], "expiring lifetime 60");
      assert.equal(embed.state.name, "live");
    }
  });

  test("the lock is free before the word of the renewal has come round", async () => {
    const { world, pass } = await tabs(3);
    world.channelMs = 50;
    for (const socket of world.open) socket.notify("OnSessionExpiring", expiring);
    await pass(5_000);
    assert.equal(world.count("/login/jwt-session"), 4);
  });

  test("a tab that hears of the expiry late does not renew again; the next expiry is renewed again", async () => {
    const { world, all, pass } = await tabs(2);
    world.open[0]?.notify("OnSessionExpiring", expiring);
    await pass(20_000);
    world.open[1]?.notify("OnSessionExpiring", { ...expiring, secondsLeft: 40 });
    await pass(1_000);
    assert.equal(world.count("/login/jwt-session"), 3);
    assert.equal(all[1]?.embed.state.name, "live");
    await pass(600_000);
    for (const socket of world.open) socket.notify("OnSessionExpiring", expiring);
    await pass(1_000);
    assert.equal(world.count("/login/jwt-session"), 4);
  });

  test("when the tab that renews fails, the next one does it", async () => {
    const { world, all, pass } = await tabs(2);
    world.failNext("portal:/analytics-token", 4, () => new Response(null, { status: 500 }));
    for (const socket of world.open) socket.notify("OnSessionExpiring", expiring);
    await pass(20_000);
    assert.equal(world.count("/login/jwt-session"), 3);
    for (const { embed } of all) assert.equal(embed.state.name, "live");
  });

  test("signing out in one tab ends the others within the second", async () => {
    const { world, all, pass } = await tabs(10);
    const done = all[0]?.embed.end();
    await pass(0);
    await done;
    for (const { told } of all) assert.deepEqual(told, ["ended signed-out"]);
    assert.equal(world.open.length, 0);
  });

  test("signing out in one tab ends the others by ticket, and nothing else does", async () => {
    const world = new World();
    world.blocksCookies = true;
    world.hasTickets = true;
    const { all, pass } = await tabs(3, world);
    world.open[0]?.closeBy(4001);
    await pass(100);
    assert.equal(all[1]?.embed.state.name, "live");
    await all[1]?.embed.end();
    await pass(1_000);
    assert.deepEqual(all[2]?.told, ["ended signed-out"]);
    assert.equal(world.count("/logout"), 0);
  });

  test("a revocation that one tab hears of reaches the others with its reason", async () => {
    const { world, all, pass } = await tabs(3);
    world.endLogin("revoked");
    world.open[0]?.notify("OnSessionClosed", { severity: "fatal", reason: "revoked", message: "" });
    world.open[0]?.closeBy(4006);
    await pass(0);
    for (const { embed } of all) assert.deepEqual({ ...embed.state, code: 0 }, ended("revoked"));
  });

  test("a revocation that all tabs hear of is told as such, and as nothing else", async () => {
    const { world, all, pass } = await tabs(3);
    world.endLogin("revoked");
    for (const socket of [...world.open]) {
      socket.notify("OnSessionClosed", { severity: "fatal", reason: "revoked", message: "" });
      socket.closeBy(4006);
    }
    await pass(0);
    for (const { told } of all)
      assert.deepEqual(told, [told[0]?.endsWith("4006") ? "ended revoked 4006" : "ended revoked"]);
  });

  test("an end that nobody can be asked about in time is a lost connection", async () => {
    const { world, all, pass } = await tabs(2);
    world.faults.push((path) => (path === "/api/v1/csrf-token" ? new TypeError("Failed to fetch") : null));
    world.open[0]?.closeBy(4006);
    await pass(0);
    assert.equal(all[0]?.told[0], "suspended network 4006");
  });

  test("the end of a login session that has a successor ends no tab", async () => {
    const { world, all, pass } = await tabs(2);
    world.open[0]?.closeBy(4006);
    await pass(1_000);
    assert.deepEqual(all[0]?.told, ["suspended network 4006", "resuming network #1", "live attached"]);
    assert.deepEqual(all[1]?.told, []);
  });

  test("the end of a login session that was renewed in place ends every tab at once", async () => {
    const world = new World();
    world.renewsInPlace = true;
    world.connectedExtras = { lifetimeSecondsLeft: 60 };
    const { all, pass } = await tabs(3, world);
    await pass(60_000);
    assert.equal(world.count("/login/jwt-session"), 3 + 1, "one renewal, before the end is announced");
    for (const { told } of all) assert.deepEqual(told, []);
    world.endLogin("signed-out");
    world.open[0]?.notify("OnSessionLoggedOut", { severity: "fatal", reason: "signed-out", message: "" });
    world.open[0]?.closeBy(4006);
    await pass(0);
    assert.deepEqual(all[0]?.told, ["ended signed-out 4006"]);
    for (const { told } of all.slice(1)) assert.deepEqual(told, ["ended signed-out"]);
  });

  test("an announced end that a renewal in place takes back is told once each", async () => {
    const world = new World();
    world.renewsInPlace = true;
    world.connectedExtras = { lifetimeSecondsLeft: 3600 };
    const { all, pass } = await tabs(2, world);
    for (const socket of world.open) socket.notify("OnSessionExpiring", expiring);
    await pass(5_000);
    const told = all.map((tab) => tab.told);
    assert.deepEqual(told, [
      ["expiring lifetime 60", "live created"],
      ["expiring lifetime 60", "live attached"],
    ]);
  });

  test("another person's sign-in ends the tabs of the one before", async () => {
    const { world, all, pass } = await tabs(1);
    world.user = "u-grace";
    const next = await liveFixture({}, world);
    await pass(0);
    assert.deepEqual(all[0]?.told, ["ended replaced"]);
    assert.equal(next.embed.state.name, "live");
  });

  test("the end of one engine session is not that of the login session", async () => {
    const { world, all, pass } = await tabs(2);
    world.open[0]?.closeBy(4005);
    await pass(0);
    assert.deepEqual(all[0]?.told, ["ended session-limit 4005"]);
    assert.deepEqual(all[1]?.told, []);
  });

  test("what other pages send over the channel is not believed", async () => {
    const { world, all, pass } = await tabs(1);
    const channel = world.channel("fanlight:https://tenant.example");
    for (const message of [null, "ended", { type: "ended" }, { type: "ended", reason: "x" }, { type: 1 }])
      channel.post(message);
    channel.post({ type: "ended", reason: "revoked" });
    await pass(0);
    assert.deepEqual(all[0]?.told, []);
  });
});

function ended(reason: string): object {
  return { name: "ended", reason, code: 0, detail: "" };
}

describe("embeds that begin together on one page", () => {
  test("share one sign-in, so that none loses its cookie to another", async () => {
    const world = new World();
    const tab = new Tab(world);
    const all = [1, 2, 3].map(() => fixture({}, world, tab));
    await world.clock.advance(0);
    assert.equal(world.count("/login/jwt-session"), 1);
    for (const { told } of all)
      assert.deepEqual(
        told.map((line) => line.split(" ")[0]),
        ["signing-in", "connecting", "live"],
      );
  });

  test("are blocked for the same reason when it fails", async () => {
    const world = new World();
    const tab = new Tab(world);
    world.failNext("portal:/analytics-token", 99, () => new Response(null, { status: 401 }));
    const all = [1, 2].map(() => fixture({}, world, tab));
    await world.clock.advance(30_000);
    for (const { told } of all) assert.deepEqual(told, ["signing-in", "blocked token-endpoint-failed"]);
  });

  test("go on when the one that signs in for all is taken away", async () => {
    const world = new World();
    const tab = new Tab(world);
    const [first, second] = [fixture({}, world, tab), fixture({}, world, tab)];
    first.embed.on("state", ({ state }) => {
      if (state === "signing-in") queueMicrotask(() => first.embed.dispose());
    });
    await world.clock.advance(0);
    assert.deepEqual(first.told, ["signing-in", "idle"]);
    assert.equal(second.embed.state.name, "live");
  });

  test("do not share it with another token endpoint's", async () => {
    const world = new World();
    const tab = new Tab(world);
    for (const token of ["a.b.c", "d.e.f"])
      fixture({ tokenEndpoint: undefined, getToken: async () => token }, world, tab);
    await world.clock.advance(0);
    assert.equal(world.count("/login/jwt-session"), 2);
  });

  test("what the tenant says of a session is no word of the next one", async () => {
    const { world, all, pass } = await tabs(2);
    // The newer one, for the login session is its own.
    const [other, first] = all;
    const release = world.hold("/api/v1/csrf-token");
    world.endLogin("signed-out");
    world.open[1]?.closeBy(4006);
    await pass(0);
    assert.equal(first?.embed.state.name, "ended");
    other?.embed.restart();
    await pass(0);
    release();
    await pass(1_000);
    assert.equal(other?.embed.state.name, "live");
    assert.ok(!other.told.some((line) => line.startsWith("ended")));
  });
});
