// What may happen to a session that is live.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EmbedError } from "../src/index.js";
import { settle } from "./clock.js";
import { liveFixture } from "./fixture.js";
import { World } from "./tenant.js";

describe("losing the connection", () => {
  test("a drop is resumed at once, on the same engine session", async () => {
    const { world, told, pass } = await liveFixture();
    world.clock.now += 60_000;
    world.open[0]?.closeBy(1006);
    await pass(0);
    assert.deepEqual(told, ["suspended network 1006", "resuming network #1", "live attached"]);
    assert.equal(world.count("portal:/analytics-token"), 1);
  });

  test("the theme is asked for once, and what asked is not restored", async () => {
    const { world, pass } = await liveFixture();
    world.open[0]?.closeBy(1006);
    await pass(0);
    assert.equal(world.count("rpc:CreateSessionObject"), 1);
    assert.equal(world.count("rpc:DestroySessionObject"), 1);
  });

  for (const tellsIds of [true, false]) {
    test(`another engine session in the old one's place is found out ${tellsIds ? "by its id" : "by a witness"}`, async () => {
      const world = new World();
      world.tellsIds = tellsIds;
      const { told, events, pass } = await liveFixture({ theme: "night" }, world);
      world.open[0]?.closeBy(1006);
      await pass(0);
      assert.equal(told.at(-1), "live attached");
      // The server restarts, and the framed page is the first to come back.
      for (const _ of [1, 2]) {
        world.engineN += 1;
        world.open[0]?.closeBy(1006);
        await pass(1_000);
        assert.equal(told.at(-1), "live rebuilt");
        assert.deepEqual([...(events.at(-1)?.notRestored ?? [])], ["selections"]);
      }
      world.open[0]?.closeBy(1006);
      await pass(2_000);
      assert.equal(told.at(-1), "live attached");
    });
  }

  test("codes that enigma.js keeps quiet about are noticed too", async () => {
    for (const code of [1000, 4000]) {
      const { world, told, pass } = await liveFixture();
      world.open[0]?.closeBy(code);
      await pass(1_000);
      assert.equal(told[0], `suspended network ${code}`);
      assert.equal(told.at(-1), "live attached");
    }
  });

  test("a restarting engine is told as such", async () => {
    const { world, told, pass } = await liveFixture();
    world.open[0]?.closeBy(4003);
    await pass(500);
    assert.deepEqual(told, ["suspended engine-restart 4003", "resuming engine-restart #1", "live attached"]);
  });

  test("a session that was made anew says what is gone", async () => {
    for (const { extras, lost } of [
      { extras: {}, lost: ["selections"] },
      { extras: { rebuilt: true }, lost: [] },
      { extras: { rebuilt: true, notRestored: ["field:Month", 7] }, lost: ["field:Month"] },
    ]) {
      const { world, told, events, pass } = await liveFixture();
      world.engineSession = "none";
      world.connectedExtras = extras;
      world.open[0]?.closeBy(1006);
      await pass(0);
      assert.equal(told.at(-1), "live rebuilt");
      assert.deepEqual([...(events.at(-1)?.notRestored ?? [])], lost);
    }
  });

  test("attempts that fail wait longer and longer, each told once", async () => {
    const { world, told, events, pass } = await liveFixture();
    world.clock.now += 60_000;
    world.isReachable = false;
    world.open[0]?.closeBy(1006);
    await pass(2_000);
    assert.deepEqual(told, [
      "suspended network 1006",
      "resuming network #1",
      "resuming network #2",
      "resuming network #3",
      "resuming network #4",
      "resuming network #5",
    ]);
    const waits = events.slice(2).map(({ at, nextAt }) => (nextAt ?? 0) - at);
    assert.deepEqual(waits, [250, 500, 1_000, 2_000]);
    world.isReachable = true;
    await pass(2_000);
    assert.equal(told.at(-1), "live attached");
  });

  test("an app that is gone when the session comes back ends it", async () => {
    const { world, told, pass } = await liveFixture();
    world.engineSession = "none";
    world.openDocError = 1003;
    world.open[0]?.closeBy(1006);
    await pass(0);
    assert.deepEqual(told, ["suspended network 1006", "resuming network #1", "ended app-removed"]);
  });

  test("an engine that cannot open the app just now is asked again", async () => {
    const { world, embed, told, pass } = await liveFixture();
    world.engineSession = "none";
    world.openDocError = 15;
    world.open[0]?.closeBy(1006);
    await pass(0);
    assert.equal(told.at(-1), "resuming network #2");
    world.openDocError = null;
    await pass(1_000);
    assert.equal(told.at(-1), "live rebuilt");
    assert.equal(world.open.length, 1);
    await (await embed.whenLive()).getAppLayout();
  });

  test("a network that is found gone while resuming is told as offline", async () => {
    const { world, told, pass } = await liveFixture();
    world.isReachable = false;
    world.open[0]?.closeBy(1006);
    await pass(0);
    world.isOnline = false;
    await pass(10_000);
    assert.equal(told.at(-1), "suspended offline");
  });

  test("a tenant that stays away for long is told as unreachable", async () => {
    const { world, told, pass } = await liveFixture();
    world.isReachable = false;
    world.open[0]?.closeBy(1006);
    await pass(16 * 60_000);
    assert.equal(told.at(-1), "blocked tenant-unreachable");
  });

  test("a server that lets in and drops at once is not hammered", async () => {
    const { world, told, pass } = await liveFixture();
    for (let round = 0; round < 6; round += 1) {
      world.open[0]?.closeBy(1011);
      await pass(30_000);
    }
    const before = world.sockets.length;
    world.open[0]?.closeBy(1011);
    await pass(1_000);
    assert.equal(world.sockets.length, before);
    await pass(30_000);
    assert.equal(told.at(-1), "live attached");
  });

  test("35 seconds without network: back within the second after `online`", async () => {
    const { world, tab, told, events, pass } = await liveFixture();
    tab.happen("offline");
    await pass(35_000);
    assert.deepEqual(told, ["suspended offline"]);
    assert.equal(world.open.length, 0);
    tab.happen("online");
    await pass(0);
    assert.deepEqual(told.slice(1), ["resuming offline #1", "live attached"]);
    assert.equal((events.at(-1)?.at ?? 0) - (events[1]?.at ?? 0), 0);
  });

  test("a drop without network is told as offline", async () => {
    const { world, told, pass } = await liveFixture();
    world.isOnline = world.isReachable = false;
    world.open[0]?.closeBy(1006);
    await pass(60_000);
    assert.deepEqual(told, ["suspended offline"]);
  });

  test("a half-open connection is found by asking, and replaced", async () => {
    const { world, told, pass } = await liveFixture();
    const first = world.open[0]!;
    first.isFrozen = true;
    await pass(19_000);
    assert.deepEqual(told, []);
    await pass(12_000);
    assert.deepEqual(told, ["suspended network", "resuming network #1", "live attached"]);
    // The dead socket's late end is no news.
    first.closeBy(1006);
    await pass(0);
    assert.equal(told.length, 3);
  });

  test("a quiet connection that answers is left alone, and a hidden tab does not ask", async () => {
    const { world, tab, told, pass } = await liveFixture({ keepAlive: "never" });
    await pass(65_000);
    assert.equal(world.count("rpc:EngineVersion"), 3);
    tab.happen("hidden");
    await pass(65_000);
    assert.equal(world.count("rpc:EngineVersion"), 3);
    tab.happen("shown");
    await pass(0);
    assert.equal(world.count("rpc:EngineVersion"), 4);
    assert.deepEqual(told, []);
  });

  test("after a sleep the connection is made anew", async () => {
    const { world, told, pass } = await liveFixture();
    await world.clock.sleep(3_600_000);
    await pass(0);
    assert.deepEqual(told, ["suspended asleep", "resuming asleep #1", "live attached"]);
  });

  test("a sleep beyond the session's end ends in `ended`, with the tenant's reason", async () => {
    const { world, told, pass } = await liveFixture();
    world.endLogin("idle-timeout");
    await world.clock.sleep(8 * 3_600_000);
    await pass(0);
    assert.deepEqual(told, ["suspended asleep", "resuming asleep #1", "ended idle-timeout"]);
  });

  test("a lifetime that ran out during a sleep is renewed where the policy allows", async () => {
    for (const { keepAlive, last } of [
      { keepAlive: "visible", last: "live attached" },
      { keepAlive: "never", last: "ended lifetime" },
    ] as const) {
      const { world, told, pass } = await liveFixture({ keepAlive });
      world.endLogin("lifetime");
      await world.clock.sleep(24 * 3_600_000);
      await pass(200);
      assert.equal(told.at(-1), last);
    }
  });

  test("the slowed timers of a hidden tab are no sleep", async () => {
    const { world, tab, told } = await liveFixture();
    tab.happen("hidden");
    for (let minute = 0; minute < 5; minute += 1) await world.clock.sleep(60_000);
    assert.deepEqual(told, []);
  });

  test("suspending and resuming by hand; nothing else resumes it", async () => {
    const { world, tab, embed, told, pass } = await liveFixture();
    embed.suspend();
    await pass(0);
    assert.equal(world.open.length, 0);
    tab.happen("offline");
    tab.happen("online");
    tab.happen("shown");
    await pass(60_000);
    assert.deepEqual(told, ["suspended manual"]);
    embed.resume();
    await pass(0);
    assert.deepEqual(told.slice(1), ["resuming manual #1", "live attached"]);
  });

  test("calls that a drop interrupts fail instead of hanging", async () => {
    const { world, embed, pass } = await liveFixture();
    const doc = embed.app!;
    world.open[0]!.isFrozen = true;
    const call = doc.getAppLayout();
    await settle();
    embed.suspend();
    await assert.rejects(call, (error) => (error as { code?: number }).code === -1);
    embed.resume();
    await pass(0);
    await doc.getAppLayout();
  });
});

describe("the end", () => {
  for (const [code, reason] of [
    [4001, "idle-timeout"],
    [4004, "app-removed"],
    [4005, "session-limit"],
    [4006, "signed-out"],
    [4203, "not-permitted"],
    [4204, "no-such-app"],
  ] as const) {
    test(`close code ${code} ends with ${reason}`, async () => {
      const { world, embed, told, pass } = await liveFixture();
      world.open[0]?.closeBy(code);
      await pass(60_000);
      assert.deepEqual(told, [`ended ${reason} ${code}`]);
      assert.equal(world.open.length, 0);
      assert.equal(embed.app, null);
    });
  }

  for (const [name, params, code, expected] of [
    ["OnSessionClosed", { severity: "fatal", reason: "revoked", message: "" }, 4006, "ended revoked 4006"],
    [
      "OnSessionLoggedOut",
      { severity: "fatal", reason: "lifetime", message: "" },
      4006,
      "ended lifetime 4006",
    ],
    ["OnSessionTimedOut", { severity: "fatal", message: "" }, 4001, "ended idle-timeout 4001"],
    ["OnSessionClosed", { severity: "fatal", message: "" }, 4004, "ended app-removed 4004"],
    [
      "OnSessionClosed",
      { severity: "fatal", reason: "engine-restart", message: "" },
      1001,
      "suspended engine-restart 1001",
    ],
  ] as const) {
    test(`${name} before close code ${code} says ${expected}`, async () => {
      const { world, told, pass } = await liveFixture();
      world.open[0]?.notify(name, params);
      world.open[0]?.closeBy(code);
      await pass(0);
      assert.equal(told[0], expected);
    });
  }

  test("signing out ends the login session at the tenant", async () => {
    const { world, embed, told, pass } = await liveFixture();
    const done = embed.end();
    await pass(0);
    await done;
    assert.equal(world.count("/logout"), 1);
    assert.deepEqual(told, ["ended signed-out"]);
  });

  test("a sign-out that the tenant did not hear of ends the page's session and says so", async () => {
    const { world, embed, told, pass } = await liveFixture();
    world.isReachable = false;
    const outcome = assert.rejects(
      embed.end(),
      (error) => error instanceof EmbedError && error.code === "tenant-unreachable",
    );
    await pass(0);
    await outcome;
    assert.deepEqual(told, ["ended signed-out"]);
  });

  test("after the end it can be started again", async () => {
    const { world, embed, told, pass } = await liveFixture();
    world.open[0]?.closeBy(4001);
    await pass(0);
    embed.restart();
    await pass(0);
    assert.deepEqual(told.slice(1), ["signing-in", "connecting", "live attached"]);
  });

  test("disposing says goodbye and leaves the login session", async () => {
    const { world, embed, told, pass } = await liveFixture();
    embed.dispose();
    await pass(60_000);
    assert.deepEqual(told, ["idle"]);
    assert.equal(world.open.length, 0);
    assert.equal(world.count("/logout"), 0);
  });
});

describe("an end that is announced", () => {
  const expiring = (reason: string, secondsLeft: number): object => ({ reason, secondsLeft });

  test("idle: a page that may always keep the session does", async () => {
    const { world, told, pass } = await liveFixture({ keepAlive: "always" });
    world.open[0]?.notify("OnSessionExpiring", expiring("idle", 60));
    await pass(0);
    assert.deepEqual(told, ["expiring idle 60", "live created"]);
    assert.equal(world.count("rpc:GetAppLayout"), 1);
  });

  test("idle: a page that may not waits for the person", async () => {
    const { world, tab, told, pass } = await liveFixture({ keepAlive: "visible" });
    tab.happen("hidden");
    world.open[0]?.notify("OnSessionExpiring", expiring("idle", 60));
    await pass(10_000);
    assert.deepEqual(told, ["expiring idle 60"]);
    tab.happen("activity");
    await pass(0);
    assert.deepEqual(told, ["expiring idle 60", "live created"]);
  });

  test("idle: with `never` only the portal's own word helps", async () => {
    const { world, tab, embed, told, pass } = await liveFixture({ keepAlive: "never" });
    world.open[0]?.notify("OnSessionExpiring", expiring("idle", 60));
    tab.happen("activity");
    await pass(10_000);
    assert.deepEqual(told, ["expiring idle 60"]);
    await Promise.all([embed.stay(), pass(0)]);
    assert.deepEqual(told, ["expiring idle 60", "live created"]);
  });

  test("idle: activity elsewhere is told by the server", async () => {
    const { world, told, pass } = await liveFixture({ keepAlive: "never" });
    world.open[0]?.notify("OnSessionExpiring", expiring("idle", 60));
    world.open[0]?.notify("OnSessionExtended", {});
    await pass(0);
    assert.deepEqual(told, ["expiring idle 60", "live created"]);
  });

  test("an end that does not come is asked after, and taken back", async () => {
    const { world, told, pass } = await liveFixture({ keepAlive: "never" });
    world.open[0]?.notify("OnSessionExpiring", expiring("idle", 10));
    await pass(11_000);
    assert.deepEqual(told, ["expiring idle 10"]);
    await pass(2_000);
    assert.deepEqual(told, ["expiring idle 10", "live created"]);
  });

  test("lifetime: the token is renewed", async () => {
    const { world, told, pass } = await liveFixture();
    world.open[0]?.notify("OnSessionExpiring", expiring("lifetime", 60));
    await pass(200);
    assert.deepEqual(told, ["expiring lifetime 60", "live created"]);
    assert.equal(world.count("/login/jwt-session"), 2);
  });

  test("lifetime: renewed before it is announced when the server tells it at the start", async () => {
    const { world, told, pass } = await liveFixture();
    world.open[0]?.notify("OnSessionExtended", { lifetimeSecondsLeft: 3600 });
    await pass(3539_000);
    assert.equal(world.count("/login/jwt-session"), 1);
    await pass(2_000);
    assert.equal(world.count("/login/jwt-session"), 2);
    assert.deepEqual(told, []);
  });

  test("lifetime: a token endpoint that fails once delays the renewal, no more", async () => {
    const { world, told, pass } = await liveFixture();
    world.failNext("portal:/analytics-token", 1, () => new Response(null, { status: 503 }));
    world.open[0]?.notify("OnSessionExpiring", expiring("lifetime", 60));
    await pass(1_000);
    assert.deepEqual(told, ["expiring lifetime 60", "live created"]);
  });

  test("lifetime: without a renewal it ends as announced", async () => {
    const { world, told, pass } = await liveFixture();
    world.failNext("portal:/analytics-token", 99, () => new Response(null, { status: 503 }));
    world.open[0]?.notify("OnSessionExpiring", expiring("lifetime", 20));
    await pass(20_000);
    world.open[0]?.notify("OnSessionLoggedOut", { reason: "lifetime" });
    world.open[0]?.closeBy(4006);
    await pass(0);
    assert.deepEqual(told, ["expiring lifetime 20", "ended lifetime 4006"]);
  });

  test("lifetime: a tenant that cuts the connections of the old login session is come back to", async () => {
    const { world, told, pass } = await liveFixture();
    world.open[0]?.notify("OnSessionExpiring", expiring("lifetime", 60));
    await pass(60_000);
    told.length = 0;
    world.open[0]?.closeBy(4006);
    await pass(0);
    assert.deepEqual(told, ["suspended network 4006", "resuming network #1", "live attached"]);
  });
});

describe("keep-alive", () => {
  const touches = async (keepAlive: "visible" | "active" | "always" | "never", isHidden: boolean) => {
    const { world, tab, pass } = await liveFixture({ keepAlive });
    if (isHidden) tab.happen("hidden");
    await pass(16 * 60_000);
    return world.count("rpc:GetAppLayout");
  };

  test("says that somebody is there as often as the policy means", async () => {
    assert.equal(await touches("visible", false), 4);
    assert.equal(await touches("visible", true), 0);
    assert.equal(await touches("always", true), 4);
    assert.equal(await touches("never", false), 0);
    // The page was opened just now, which counts as activity for five minutes.
    assert.equal(await touches("active", false), 1);
  });

  test("`active` follows the person", async () => {
    const { world, tab, pass } = await liveFixture({ keepAlive: "active" });
    for (let minute = 0; minute < 16; minute += 1) {
      tab.happen("activity");
      await pass(60_000);
    }
    assert.equal(world.count("rpc:GetAppLayout"), 4);
  });
});
