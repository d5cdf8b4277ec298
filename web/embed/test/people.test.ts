// What people are told and what they start again: operators' words, other people's sign-ins, siblings, true causes.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Heights } from "../src/heights.js";
import { withLocalNetwork } from "../src/localnet.js";
import type { OperatorMessage } from "../src/wire.js";
import { fixture, liveFixture } from "./fixture.js";
import type { Fixture } from "./fixture.js";
import { Tab, World } from "./tenant.js";

let pages = 0;

/** Embeds of one page: they have the page's ports in common. */
async function page(world: World, ...identities: string[]): Promise<Fixture[]> {
  const tab = new Tab(world);
  tab.nextRandom = (pages += 1) / 100;
  const all: Fixture[] = [];
  for (const identity of identities) all.push(await liveFixture({ identity }, world, tab));
  for (const { told } of all) told.length = 0;
  return all;
}

function end(world: World, reason: string, message = ""): void {
  world.endLogin(reason);
  for (const socket of [...world.open]) {
    socket.notify("OnSessionLoggedOut", { severity: "fatal", reason, message });
    socket.closeBy(4006);
  }
}

describe("operators", () => {
  test("say something: each embed tells it with its severity", async () => {
    const { world, embed, told, pass } = await liveFixture();
    const heard: OperatorMessage[] = [];
    embed.on("message", (message) => heard.push(message));
    const say = (params: object): void => world.open[0]?.notify("OnSessionMessage", params);
    say({ severity: "warning", message: "Maintenance at noon", timestamp: "now" });
    say({ severity: "loud", message: "Hello" });
    say({ severity: "notice", message: " " });
    say({ severity: "notice" });
    await pass(0);
    assert.deepEqual(heard, [
      { severity: "warning", text: "Maintenance at noon" },
      { severity: "notice", text: "Hello" },
    ]);
    assert.deepEqual(told, []);
  });

  test("give a reason for an end: it is in the detail, in every tab", async () => {
    const world = new World();
    const [one] = await page(world, "a");
    const [two] = await page(world, "b");
    world.endLogin("revoked");
    world.open[0]?.notify("OnSessionLoggedOut", { reason: "revoked", message: "lost laptop" });
    world.open[0]?.closeBy(4006);
    await one?.pass(0);
    assert.equal(one?.events.at(-1)?.detail, "lost laptop");
    assert.equal(two?.events.at(-1)?.reason, "revoked");
    assert.equal(two?.events.at(-1)?.detail, "lost laptop");
    await assert.rejects(one?.embed.whenLive() ?? Promise.resolve(), { detail: "lost laptop" });
  });
});

test("the reason of an end that came while there was no connection is told as well", async () => {
  const { world, events, pass } = await liveFixture();
  const errors = [{ code: "AUTH-2", title: "Over", detail: "revoked", reason: "lost laptop" }];
  world.endLogin("revoked");
  world.faults.push((path) =>
    path === "/api/v1/csrf-token" ? Response.json({ errors }, { status: 401 }) : null,
  );
  world.open[0]?.closeBy(1006);
  await pass(1_000);
  assert.equal(events.at(-1)?.reason, "revoked");
  assert.equal(events.at(-1)?.detail, "lost laptop");
});

describe("somebody else's sign-in", () => {
  test("told by the server", async () => {
    const { world, told, pass } = await liveFixture();
    end(world, "replaced", "somebody else has signed in on this browser");
    await pass(0);
    assert.deepEqual(told, ["ended replaced 4006"]);
  });

  test("that nobody told of is found when the connection comes back", async () => {
    const { world, told, pass } = await liveFixture();
    world.user = "u-grace";
    world.open[0]?.closeBy(1006);
    await pass(1_000);
    assert.deepEqual(told, ["suspended network 1006", "resuming network #1", "ended replaced"]);
    assert.equal(world.open.length, 0);
  });
});

describe("start again", () => {
  const live = (made: Fixture | undefined): string | undefined => made?.embed.state.name;

  test("brings the siblings of the same identity along, in the page and in other tabs", async () => {
    const world = new World();
    const [one, two, other] = await page(world, "mine", "mine", "another");
    const [elsewhere] = await page(world, "mine");
    end(world, "idle-timeout");
    await one?.pass(0);
    one?.embed.restart();
    await one?.pass(1_000);
    assert.deepEqual([one, two, other, elsewhere].map(live), ["live", "live", "ended", "live"]);
    assert.equal(world.open.length, 3, "nobody begins twice");
  });

  test("after somebody else's sign-in it brings along those of the same page only", async () => {
    const world = new World();
    const [one, two] = await page(world, "mine", "mine");
    const [elsewhere] = await page(world, "mine");
    end(world, "replaced");
    await one?.pass(0);
    one?.embed.restart();
    await one?.pass(1_000);
    assert.deepEqual([one, two, elsewhere].map(live), ["live", "live", "ended"]);
  });

  test("brings along whatever is over for the same reason, such as an app that was away", async () => {
    const world = new World();
    const [one, two] = await page(world, "mine", "mine");
    const [elsewhere] = await page(world, "mine");
    for (const socket of [...world.open]) socket.closeBy(4004);
    await one?.pass(0);
    assert.deepEqual([one, two, elsewhere].map(live), ["ended", "ended", "ended"]);
    one?.embed.restart();
    await one?.pass(1_000);
    assert.deepEqual([one, two, elsewhere].map(live), ["live", "live", "live"]);
  });

  test("leaves those alone that are over for a reason of their own, or not over", async () => {
    const world = new World();
    const [one, two, three] = await page(world, "mine", "mine", "mine");
    world.open[0]?.closeBy(4005);
    world.open[0]?.closeBy(4203);
    await one?.pass(0);
    assert.deepEqual([one, two, three].map(live), ["ended", "ended", "live"]);
    three?.events.splice(0);
    one?.embed.restart();
    await one?.pass(1_000);
    assert.deepEqual([one, two, three].map(live), ["live", "ended", "live"]);
    assert.deepEqual(three?.events, []);
  });

  test("a first start brings nobody along", async () => {
    const world = new World();
    const [one] = await page(world, "mine");
    end(world, "idle-timeout");
    await one?.pass(0);
    await page(world, "mine");
    assert.equal(live(one), "ended");
  });
});

describe("a warning", () => {
  const warn = (world: World): void =>
    world.open[0]?.notify("OnSessionExpiring", { reason: "idle", secondsLeft: 60 });

  test("stays in a page that can be seen until somebody does something", async () => {
    const { world, tab, told, pass } = await liveFixture();
    await pass(3.5 * 60_000);
    const asked = world.count("rpc:GetAppLayout");
    warn(world);
    // By then the page would have said that it can be seen.
    await pass(45_000);
    assert.deepEqual(told, ["expiring idle 60"]);
    assert.equal(world.count("rpc:GetAppLayout"), asked);
    tab.happen("activity");
    await pass(0);
    assert.deepEqual(told, ["expiring idle 60", "live created"]);
  });

  test("does not go because the page is shown again", async () => {
    const { world, tab, told, pass } = await liveFixture();
    tab.happen("hidden");
    await pass(5 * 60_000);
    warn(world);
    tab.happen("shown");
    await pass(30_000);
    assert.deepEqual(told, ["expiring idle 60"]);
  });

  test("goes by itself where the portal keeps the session whoever is there, or somebody just was", async () => {
    const { world, told, pass } = await liveFixture({ keepAlive: "active" });
    warn(world);
    await pass(0);
    assert.deepEqual(told, ["expiring idle 60", "live created"]);
  });
});

describe("true causes", () => {
  const refuse = (code: string, detail: string) => (path: string) =>
    path === "/login/jwt-session"
      ? Response.json({ errors: [{ code, title: "No", detail }] }, { status: 403 })
      : null;

  test("a web integration that the tenant does not have", async () => {
    const made = fixture();
    made.world.faults.push(refuse("ORIGIN-2", "there is no wi"));
    await made.pass(0);
    assert.deepEqual(made.told, ["signing-in", "blocked unknown-integration"]);
    assert.equal(made.events.at(-1)?.detail, "there is no wi");
  });

  test("an origin that is not in the web integration", async () => {
    const made = fixture();
    made.world.faults.push(refuse("ORIGIN-1", "add the origin to wi"));
    await made.pass(0);
    assert.deepEqual(made.told, ["signing-in", "blocked origin-not-allowed"]);
    assert.equal(made.events.at(-1)?.detail, "add the origin to wi");
  });

  for (const name of ["local-network-access", "local-network"]) {
    test(`a browser that refuses the local network, by its permission ${name}`, async () => {
      const made = fixture();
      made.world.isReachable = false;
      made.world.faults.push((path) =>
        path === "portal:/analytics-token" ? Response.json({ token: "a.b.c" }) : null,
      );
      made.tab.permissions.set(name, "denied");
      await made.pass(0);
      assert.deepEqual(made.told, ["signing-in", "blocked local-network-denied"]);
    });
  }

  test("a permission that was not refused, or is not known, is no cause", async () => {
    for (const state of ["prompt", "granted", null] as const) {
      const made = fixture();
      made.world.isReachable = false;
      made.world.faults.push((path) =>
        path === "portal:/analytics-token" ? Response.json({ token: "a.b.c" }) : null,
      );
      if (state !== null) made.tab.permissions.set("local-network-access", state);
      await made.pass(120_000);
      assert.equal(made.told.at(-1), "blocked tenant-unreachable");
    }
  });

  test("a tenant that answers is not what the browser refuses", async () => {
    const made = fixture();
    made.tab.permissions.set("local-network-access", "denied");
    await made.pass(0);
    assert.equal(made.told.at(-1)?.split(" ")[0], "live");
  });
});

test("a frame may ask for the local network, beside whatever it may already", () => {
  assert.equal(withLocalNetwork(""), "local-network-access");
  assert.equal(
    withLocalNetwork("fullscreen; camera 'self';"),
    "fullscreen; camera 'self'; local-network-access",
  );
  const own = "local-network-access https://tenant.example; fullscreen";
  assert.equal(withLocalNetwork(own), own);
});

describe("heights", () => {
  test("are passed on when they change, whole and within bounds", () => {
    const heights = new Heights();
    assert.equal(heights.accept({ height: 600.2, width: 800 }), 601);
    assert.equal(heights.accept({ height: 601, width: 800 }), null);
    assert.equal(heights.accept({ height: 640, width: 800 }), 640);
    assert.equal(heights.accept({ height: 600, width: 800 }), 600, "what is there may become less");
    assert.equal(heights.accept({ height: 1e9, width: 800 }), 20_000);
    for (const height of [0, -1, Number.NaN]) assert.equal(heights.accept({ height, width: 800 }), null);
  });

  test("come to rest in a page whose width follows its height", () => {
    // Narrower, the sheet is lower: 400 in place of 700. A page of 600 gets a scroll bar of 15 by the higher one.
    const wanted = (width: number): number => (width >= 640 ? 700 : 400);
    const heights = new Heights();
    let [height, width] = [0, 650];
    const told: number[] = [];
    for (let round = 0; round < 50; round += 1) {
      const next = heights.accept({ height: wanted(width), width });
      if (next === null) break;
      told.push((height = next));
      width = height > 600 ? 635 : 650;
    }
    assert.deepEqual(told, [700]);
    assert.equal(
      heights.accept({ height: 400, width: 500 }),
      400,
      "a window that is made narrower is no scroll bar",
    );
  });
});
