// The frame: what it is told to show, and what is believed of what it says.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EmbedError } from "../src/index.js";
import { handshakeMs, openingMs } from "../src/frame.js";
import { fixture, liveFixture } from "./fixture.js";
import type { Fixture } from "./fixture.js";
import { World, host } from "./tenant.js";

class FakeFrame {
  loads: string[] = [];
  sent: unknown[] = [];
  readonly #targets = new Set<(event: MessageEvent) => void>();
  readonly contentWindow = {
    postMessage: (message: unknown, origin: string): void => {
      this.sent.push([message, origin]);
    },
  } as unknown as Window;
  readonly messages = {
    addEventListener: (_: "message", listener: (event: MessageEvent) => void): void => {
      this.#targets.add(listener);
    },
    removeEventListener: (_: "message", listener: (event: MessageEvent) => void): void => {
      this.#targets.delete(listener);
    },
  };

  allow = "fullscreen";
  readonly parentNode = null;
  readonly nextSibling = null;

  remove(): void {
    this.loads.push("removed");
  }

  set src(url: string) {
    this.loads.push(url);
  }

  removeAttribute(name: string): void {
    this.loads.push(`no ${name}`);
  }

  get listenerCount(): number {
    return this.#targets.size;
  }

  say(message: object, from: { origin?: string; source?: unknown } = {}): void {
    const data = { source: "fanlight-single", ...message };
    const event = { data, origin: host, source: this.contentWindow, ...from } as MessageEvent;
    for (const listener of this.#targets) listener(event);
  }
}

async function framed(options: object = {}): Promise<Fixture & { frame: FakeFrame; errors: EmbedError[] }> {
  const frame = new FakeFrame();
  const made = await liveFixture({ frame, messages: frame.messages, sheet: "overview", ...options });
  const errors: EmbedError[] = [];
  made.embed.on("error", (error) => errors.push(error));
  return { ...made, frame, errors };
}

describe("the frame", () => {
  test("is told what to show, all of it encoded", async () => {
    const { frame } = await framed({
      lang: "de",
      opt: ["currsel", "noanimate"],
      select: ["Month,1,2", "clearall"],
    });
    assert.deepEqual(frame.loads, [
      `${host}/single/?appid=flights&sheet=overview&theme=dusk&identity=me+%26+you&lang=de&opt=currsel%2Cnoanimate&select=Month%2C1%2C2&select=clearall`,
    ]);
  });

  test("an object goes before a sheet, a theme of the portal before the app's", async () => {
    const { frame } = await framed({ object: "chart", theme: "night" });
    assert.deepEqual(frame.loads, [
      `${host}/single/?appid=flights&obj=chart&theme=night&identity=me+%26+you`,
    ]);
  });

  test("is put into its place anew for every page, so that Back leads to none of them", async () => {
    const { frame, embed, pass } = await framed();
    const home = {
      insertBefore: (_: unknown, next: unknown) => frame.loads.push(`put before ${String(next)}`),
    };
    Object.assign(frame, { parentNode: home, nextSibling: "the rest" });
    frame.loads.length = 0;
    embed.restart();
    await pass(0);
    assert.deepEqual(
      frame.loads.map((load) => load.split("?")[0]),
      ["removed", "no src", "put before the rest", "removed", `${host}/single/`, "put before the rest"],
    );
  });

  test("may ask for the local network, and hears that its person is told of things", async () => {
    const { frame } = await framed();
    assert.equal(frame.allow, "fullscreen; local-network-access");
    frame.say({ type: "loading" });
    assert.deepEqual(frame.sent, [[{ source: "fanlight-embed", type: "speaks" }, host]]);
  });

  test("that says nothing, where the browser refuses the local network, was not refused by the tenant", async () => {
    const { told, tab, pass } = await framed();
    tab.permissions.set("local-network-access", "denied");
    await pass(handshakeMs);
    assert.deepEqual(told, ["blocked local-network-denied"]);
  });

  test("says how high it wants to be, where the page asked for that", async () => {
    const { frame, embed } = await framed({ autoHeight: true });
    assert.match(frame.loads[0] ?? "", /&height=auto$/);
    const heard: unknown[] = [];
    embed.on("frame", (message) => heard.push(message));
    frame.say({ type: "loading" });
    frame.say({ type: "height", height: 700.5, width: 800 });
    frame.say({ type: "height", height: 600, width: 785 });
    frame.say({ type: "loading" });
    frame.say({ type: "height", height: 600, width: 785 });
    const heights = heard.filter((message) => (message as { type: string }).type === "height");
    assert.deepEqual(heights, [
      { type: "height", height: 701, width: 800 },
      { type: "height", height: 600, width: 785 },
    ]);
    const plain = await framed();
    plain.embed.on("frame", ({ type }) => assert.notEqual(type, "height"));
    plain.frame.say({ type: "loading" });
    plain.frame.say({ type: "height", height: 700, width: 800 });
    assert.doesNotMatch(plain.frame.loads[0] ?? "", /height/);
  });

  test("that says nothing in time was refused", async () => {
    const { told, frame, pass } = await framed();
    await pass(handshakeMs - 1);
    assert.deepEqual(told, []);
    await pass(1);
    assert.deepEqual(told, ["blocked frame-refused"]);
    assert.equal(frame.loads.at(-1), "no src");
  });

  test("that speaks stands", async () => {
    const { told, frame, pass } = await framed();
    frame.say({ type: "loading" });
    await pass(handshakeMs);
    assert.deepEqual(told, []);
  });

  test("is not believed from elsewhere", async () => {
    const { told, frame, pass } = await framed();
    frame.say({ type: "loading" }, { origin: "https://evil.example" });
    frame.say({ type: "loading" }, { source: {} });
    frame.say({ source: "other", type: "loading" });
    frame.say({ type: "unheard-of" });
    await pass(handshakeMs);
    assert.deepEqual(told, ["blocked frame-refused"]);
  });

  test("need not speak where the tenant's page does not", async () => {
    const { told, pass } = await framed({ handshake: "none" });
    await pass(handshakeMs * 2);
    assert.deepEqual(told, []);
  });

  test("is kept while the connection is away, and told when it is back", async () => {
    const { frame, tab, pass } = await framed();
    frame.say({ type: "ready", title: "Overview", charts: 4 });
    tab.happen("offline");
    await pass(35_000);
    tab.happen("online");
    await pass(0);
    assert.equal(frame.loads.length, 1);
    assert.deepEqual(frame.sent, [[{ source: "fanlight-embed", type: "reconnect" }, host]]);
  });

  test("is paused together with the session", async () => {
    const { embed, frame, pass } = await framed();
    frame.say({ type: "ready" });
    embed.suspend();
    embed.resume();
    await pass(0);
    assert.deepEqual(
      frame.sent.map((sent) => (sent as [{ type: string }])[0].type),
      ["suspend", "reconnect"],
    );
  });

  test("whose loading the network cut is loaded again, and not called refused", async () => {
    const { frame, tab, told, pass } = await framed();
    tab.happen("offline");
    await pass(60_000);
    tab.happen("online");
    await pass(0);
    assert.equal(frame.loads.length, 2);
    assert.equal(told.at(-1), "live attached");
  });

  test("is loaded anew when the new engine session lacks something", async () => {
    const { world, frame, pass } = await framed();
    frame.say({ type: "ready" });
    world.engineSession = "none";
    world.open[0]?.closeBy(1006);
    await pass(0);
    assert.equal(frame.loads.length, 2);
  });

  test("stays when the new engine session has everything", async () => {
    const { world, frame, pass } = await framed();
    frame.say({ type: "ready" });
    world.engineSession = "none";
    world.connectedExtras = { rebuilt: true, notRestored: [] };
    world.open[0]?.closeBy(1006);
    await pass(0);
    assert.equal(frame.loads.length, 1);
  });

  test("is taken away when the session has ended", async () => {
    const { world, frame, pass } = await framed();
    frame.say({ type: "ready" });
    world.open[0]?.closeBy(4001);
    await pass(0);
    assert.equal(frame.loads.at(-1), "no src");
  });

  test("of a session that was started again meanwhile ends nothing", async () => {
    const { embed, frame, pass } = await framed();
    frame.say({ type: "ready" });
    frame.say({ type: "closed", code: "app-removed", closeCode: 4004 });
    embed.restart();
    await pass(2_000);
    assert.equal(embed.state.name, "live");
  });

  for (const code of [
    "unreachable",
    "offline",
    "no-ticket",
    "session-ended",
    "too-many-requests",
    "charts-not-loaded",
  ])
    test(`that says ${code} while the session is live is loaded again, with longer and longer waits`, async () => {
      const { frame, errors, told, pass } = await framed();
      const failure = { type: "error", code, message: "" };
      frame.say(failure);
      await pass(1_000);
      assert.equal(frame.loads.length, 2);
      assert.equal(errors.length, 0);
      let loads = 2;
      for (const seconds of [10, 20, 40, 60, 60]) {
        frame.say(failure);
        await pass(seconds * 1_000);
        assert.equal(frame.loads.length, loads);
        assert.equal(errors.at(-1)?.detail, `${code}: the frame is loaded again in ${seconds} s`);
        await pass(1_000);
        assert.equal(frame.loads.length, (loads += 1));
      }
      frame.say({ type: "ready" });
      await pass(120_000);
      frame.say({ type: "closed", code, closeCode: 1006 });
      await pass(1_000);
      assert.equal(frame.loads.length, loads + 1);
      assert.equal(errors.length, 5);
      assert.deepEqual(told, []);
    });

  test("that lost its own connection for good is loaded again, and not while the session is away", async () => {
    const { world, told, frame, pass } = await framed();
    for (const loads of [2, 2]) {
      frame.say({ type: "ready" });
      frame.say({ type: "closed", code: "unreachable", closeCode: 1006 });
      await pass(1_000);
      assert.equal(frame.loads.length, loads);
    }
    // The way back loads it, for it is dead; the wait that was left is over with that.
    world.open[0]?.closeBy(1006);
    await pass(1_000);
    assert.equal(told.at(-1), "live attached");
    assert.equal(frame.loads.length, 3);
    frame.say({ type: "ready" });
    await pass(60_000);
    assert.equal(frame.loads.length, 3);
  });

  test("that was told to go has no word about the page that comes", async () => {
    const { embed, frame, told, pass } = await framed();
    frame.say({ type: "ready" });
    embed.restart();
    await pass(0);
    frame.say({ type: "closed", code: "signed-out", closeCode: 4006 });
    frame.say({ type: "suspended", reason: "network" });
    await pass(handshakeMs);
    assert.equal(told.at(-1), "blocked frame-refused");
  });

  test("whose session ended ends ours, unless our own connection says why first", async () => {
    const one = await framed();
    one.frame.say({ type: "ready" });
    one.frame.say({ type: "closed", code: "session-ended", closeCode: 4001 });
    await one.pass(1_000);
    assert.deepEqual(one.told, ["ended idle-timeout 4001"]);

    const other = await framed();
    other.frame.say({ type: "ready" });
    other.frame.say({ type: "closed", code: "signed-out", closeCode: 4006 });
    other.world.open[0]?.notify("OnSessionClosed", { severity: "fatal", reason: "revoked", message: "" });
    other.world.open[0]?.closeBy(4006);
    await other.pass(1_000);
    assert.deepEqual(other.told, ["ended revoked 4006"]);
  });

  test("that gets no cookie is told from a person who is signed out", async () => {
    const one = await framed();
    one.frame.say({ type: "error", code: "signed-out", message: "" });
    await one.pass(0);
    assert.deepEqual(one.told, ["blocked cookies-blocked"]);

    for (const reason of ["signed-out", "idle-timeout", "lifetime", "revoked"]) {
      const other = await framed();
      other.world.endLogin(reason);
      other.frame.say({ type: "error", code: "signed-out", message: "" });
      await other.pass(0);
      assert.deepEqual(other.told, [`ended ${reason}`]);
    }
  });

  test("that nobody can be asked about is loaded again, and no cookie blamed", async () => {
    const { world, told, frame, pass } = await framed();
    world.failNext("/api/v1/csrf-token", 1, () => new Response(null, { status: 503 }));
    frame.say({ type: "error", code: "signed-out", message: "" });
    await pass(0);
    assert.deepEqual(told, []);
    assert.equal(frame.loads.length, 2);
  });

  test("that never comes to its sheet is loaded again", async () => {
    const { told, frame, pass } = await framed();
    frame.say({ type: "loading" });
    frame.say({ type: "ticket-wanted" });
    await pass(openingMs + 1_000);
    assert.equal(frame.loads.length, 2);
    frame.say({ type: "loading" });
    frame.say({ type: "ready" });
    await pass(openingMs * 2);
    assert.equal(frame.loads.length, 2);
    assert.deepEqual(told, []);
  });

  test("that keeps no cookie, or is one session too many, says so", async () => {
    for (const [code, expected] of [
      ["cookies-blocked", "blocked cookies-blocked"],
      ["session-limit", "ended session-limit"],
    ] as const) {
      const { told, frame, pass } = await framed();
      frame.say({ type: "error", code, message: "" });
      await pass(0);
      assert.deepEqual(told, [expected]);
    }
  });

  test("that cannot show the sheet is an error of the frame, not of the session", async () => {
    const { told, frame, errors, pass } = await framed();
    frame.say({ type: "error", code: "no-such-sheet", message: "There is no such sheet." });
    await pass(handshakeMs);
    assert.deepEqual(told, []);
    assert.equal(errors[0]?.detail, "no-such-sheet: There is no such sheet.");
  });

  test("gets a ticket for each of its connections where there are no cookies", async () => {
    const world = new World();
    world.blocksCookies = true;
    world.hasTickets = true;
    const frame = new FakeFrame();
    const { pass } = fixture({ frame, messages: frame.messages }, world);
    await pass(0);
    assert.ok(frame.loads[0]?.endsWith("&auth=ticket"));
    frame.say({ type: "ticket-wanted" });
    frame.say({ type: "ticket-wanted" });
    await pass(0);
    const tickets = frame.sent.map((sent) => JSON.stringify(sent));
    assert.equal(new Set(tickets).size, 2);
    assert.ok(tickets.every((text) => text.includes('"ticket":"ticket-head.u-ada.') && text.includes(host)));
  });

  test("whose ticket is not taken gets another one", async () => {
    const world = new World();
    world.blocksCookies = true;
    world.hasTickets = true;
    const frame = new FakeFrame();
    const { told, pass } = fixture({ frame, messages: frame.messages }, world);
    await pass(0);
    frame.say({ type: "loading" });
    frame.say({ type: "error", code: "signed-out", message: "" });
    await pass(1_000);
    assert.equal(told.at(-1), "live created");
    assert.equal(frame.loads.length, 2);
  });

  test("counts as the person's activity when it says so", async () => {
    const { world, tab, told, frame, pass } = await framed();
    tab.happen("hidden");
    frame.say({ type: "ready" });
    world.open[0]?.notify("OnSessionExpiring", { reason: "idle", secondsLeft: 60 });
    await pass(0);
    frame.say({ type: "activity" });
    await pass(0);
    assert.deepEqual(told, ["expiring idle 60", "live created"]);
  });

  test("is let go of when the embed is disposed", async () => {
    const { embed, frame } = await framed();
    embed.dispose();
    assert.equal(frame.listenerCount, 0);
    assert.equal(frame.loads.at(-1), "no src");
  });
});
