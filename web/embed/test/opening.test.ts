// From nothing to live, and what may stand in the way.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EmbedError, createEmbed } from "../src/index.js";
import { fixture, liveFixture } from "./fixture.js";
import { World, host } from "./tenant.js";

const opening = ["signing-in", "connecting"];
const unanswered = (): Error => new TypeError("Failed to fetch");
const status =
  (code: number, body: object = {}) =>
  (): Response =>
    Response.json(body, { status: code });

describe("opening", () => {
  test("a session becomes live, each transition told once", async () => {
    const { world, embed, told, pass } = fixture();
    await pass(0);
    assert.deepEqual(told, [...opening, "live created"]);
    assert.equal(embed.state.name, "live");
    assert.deepEqual(world.requests.slice(0, 5), [
      "portal:/analytics-token",
      "/login/jwt-session",
      "/api/v1/users/me",
      "/api/v1/csrf-token",
      "rpc:OpenDoc",
    ]);
    const [socket] = world.sockets;
    assert.equal(
      socket?.url,
      "wss://tenant.example/app/flights/identity/me%20%26%20you?qlik-csrf-token=csrf&qlik-web-integration-id=wi",
    );
    assert.equal((await embed.whenLive()).handle, 1);
  });

  test("a page that joins a session that is there is attached", async () => {
    const world = new World();
    world.engineSession = "kept";
    const { told, pass } = fixture({}, world);
    await pass(0);
    assert.deepEqual(told, [...opening, "live attached"]);
  });

  test("a token endpoint that fails once does not stop it", async () => {
    const { world, told, pass } = fixture();
    world.failNext("portal:/analytics-token", 1, status(500));
    await pass(500);
    assert.deepEqual(told, [...opening, "live created"]);
    assert.equal(world.count("portal:/analytics-token"), 2);
  });

  test("a token endpoint that keeps failing blocks", async () => {
    const { world, embed, told, pass } = fixture();
    world.failNext("portal:/analytics-token", 99, status(500));
    await pass(60_000);
    assert.deepEqual(told, ["signing-in", "blocked token-endpoint-failed"]);
    assert.equal(world.count("portal:/analytics-token"), 4);
    await assert.rejects(
      embed.whenLive(),
      (error) => error instanceof EmbedError && error.code === "token-endpoint-failed",
    );
  });

  test("a token endpoint that refuses the person is not asked again", async () => {
    const { world, told, pass } = fixture();
    world.failNext("portal:/analytics-token", 99, status(401));
    await pass(60_000);
    assert.deepEqual(told, ["signing-in", "blocked token-endpoint-failed"]);
    assert.equal(world.count("portal:/analytics-token"), 1);
  });

  test("an answer without a token blocks", async () => {
    const { world, told, pass } = fixture();
    world.failNext("portal:/analytics-token", 99, status(200, { body: "<html>" }));
    await pass(0);
    assert.deepEqual(told, ["signing-in", "blocked token-endpoint-failed"]);
  });

  test("every form of token answer is understood", async () => {
    for (const answer of [
      '{"body":"a.b.c"}',
      '{"token":"a.b.c"}',
      '{"access_token":"a.b.c"}',
      "a.b.c",
      '"a.b.c"',
    ]) {
      const { world, told, pass } = fixture();
      world.failNext("portal:/analytics-token", 1, () => new Response(answer));
      await pass(0);
      assert.deepEqual(told, [...opening, "live created"], answer);
    }
  });

  test("the portal's own code may come by the token", async () => {
    const asked: boolean[] = [];
    const getToken = (signal: AbortSignal): Promise<string> => {
      asked.push(signal.aborted);
      return Promise.resolve("a.b.c");
    };
    const { told, pass } = fixture({ tokenEndpoint: undefined, getToken });
    await pass(0);
    assert.deepEqual(told, [...opening, "live created"]);
    assert.deepEqual(asked, [false]);
  });

  test("a token that the tenant rejects blocks at once, with the tenant's words", async () => {
    const { world, told, events, pass } = fixture();
    const detail = "JWT_LOGIN_VALIDATIONS Missing required claim: nbf";
    world.failNext("/login/jwt-session", 99, status(401, { errors: [{ code: "X", title: "t", detail }] }));
    await pass(60_000);
    assert.deepEqual(told, ["signing-in", "blocked token-rejected"]);
    assert.equal(events.at(-1)?.detail, detail);
    assert.equal(world.count("/login/jwt-session"), 1);
  });

  test("a sign-in whose answer was lost is made again with a new token", async () => {
    const { world, told, pass } = fixture();
    world.failNext("/login/jwt-session", 1, unanswered);
    await pass(1_000);
    assert.deepEqual(told, [...opening, "live created"]);
    assert.equal(world.count("portal:/analytics-token"), 2);
  });

  test("blocked cookies are told when there are no tickets either", async () => {
    const world = new World();
    world.blocksCookies = true;
    const { told, pass } = fixture({}, world);
    await pass(60_000);
    assert.deepEqual(told, ["signing-in", "blocked cookies-blocked"]);
  });

  test("tickets that the tenant refuses to give are as good as none", async () => {
    const { world, told, pass } = fixture();
    world.blocksCookies = true;
    world.failNext("/api/fanlight/v1/tickets", 1, () => new Response(null, { status: 403 }));
    await pass(0);
    assert.equal(told.at(-1), "blocked cookies-blocked");
  });

  test("blocked cookies do not matter where the tenant gives tickets", async () => {
    const world = new World();
    world.blocksCookies = true;
    world.hasTickets = true;
    const { told, pass } = fixture({}, world);
    await pass(0);
    assert.deepEqual(told, [...opening, "live created"]);
    assert.ok(world.sockets[0]?.url.includes("ticket=ticket-head.u-ada."));
    assert.equal(world.count("/api/v1/csrf-token"), 0);
  });

  test("an origin that is not allowed is told from a tenant that is down", async () => {
    const { world, told, pass } = fixture();
    world.faults.push((path) =>
      path.startsWith("/") && !path.startsWith("/embed/") ? new TypeError("CORS") : null,
    );
    await pass(60_000);
    assert.deepEqual(told, ["signing-in", "blocked origin-not-allowed"]);
  });

  test("an origin that the tenant names as not allowed is told at once", async () => {
    const { world, told, pass } = fixture();
    world.failNext(
      "/login/jwt-session",
      1,
      status(403, { code: "ORIGIN-1", errors: [{ code: "ORIGIN-1" }] }),
    );
    await pass(0);
    assert.deepEqual(told, ["signing-in", "blocked origin-not-allowed"]);
  });

  test("a tenant that is down is told, and tried again when the network comes back", async () => {
    const { world, tab, told, pass } = fixture();
    world.faults.push((path) => (path.startsWith("/") && !world.isReachable ? unanswered() : null));
    world.isReachable = false;
    world.failNext("portal:/analytics-token", 4, status(200, { body: "a.b.c" }));
    await pass(120_000);
    assert.deepEqual(told, ["signing-in", "blocked tenant-unreachable"]);
    tab.happen("online");
    await pass(0);
    assert.deepEqual(told.slice(2), [...opening, "live created"]);
  });

  test("without a network it waits for one", async () => {
    const world = new World();
    world.isOnline = world.isReachable = false;
    const { tab, told, pass } = fixture({}, world);
    await pass(60_000);
    assert.deepEqual(told, ["signing-in", "suspended offline"]);
    tab.happen("online");
    await pass(0);
    assert.deepEqual(told.slice(2), ["resuming offline #1", "live created"]);
  });

  test("a handshake that is refused once is made again with a fresh CSRF token", async () => {
    const { world, told, pass } = fixture();
    let refusals = 1;
    world.socketFault = (socket) => {
      if (refusals === 0) return false;
      refusals -= 1;
      socket.closeBy(1006);
      return true;
    };
    await pass(500);
    assert.deepEqual(told, [...opening, "live created"]);
    assert.equal(world.count("/api/v1/csrf-token"), 2);
  });

  test("access that comes a moment late is waited for; none at all ends", async () => {
    for (const { times, last } of [
      { times: 1, last: "live created" },
      { times: 99, last: "ended not-permitted 4203" },
    ]) {
      const { world, told, pass } = fixture();
      let left = times;
      world.socketFault = (socket) => {
        if (left === 0) return false;
        left -= 1;
        socket.accept();
        socket.closeBy(4203);
        return true;
      };
      await pass(60_000);
      assert.deepEqual(told, [...opening, last]);
    }
  });

  test("an app that is not there ends", async () => {
    const { world, told, pass } = fixture();
    world.openDocError = 1003;
    await pass(0);
    assert.deepEqual(told, [...opening, "ended no-such-app"]);
  });

  test("a session limit at the door ends", async () => {
    const { world, told, pass } = fixture();
    world.socketFault = (socket) => {
      socket.accept();
      socket.closeBy(4005);
      return true;
    };
    await pass(0);
    assert.deepEqual(told, [...opening, "ended session-limit 4005"]);
  });

  test("a session limit that is told before the close ends, whatever the code", async () => {
    const { world, told, pass } = fixture();
    world.socketFault = (socket) => {
      socket.accept();
      socket.notify("OnConnected", { qSessionState: "SESSION_ERROR_LIMIT_EXCEEDED" });
      socket.closeBy(1011);
      return true;
    };
    await pass(0);
    assert.deepEqual(told, [...opening, "ended session-limit 1011"]);
  });

  test("aborting the signal takes everything down", async () => {
    const stop = new AbortController();
    const { world, embed, told, pass } = fixture({ signal: stop.signal });
    const waiting = embed.whenLive();
    stop.abort();
    await assert.rejects(waiting, (error) => error instanceof EmbedError && error.code === "aborted");
    await pass(60_000);
    assert.deepEqual(told, []);
    assert.equal(world.requests.length, 0);
    assert.ok(embed.signal.aborted);
  });

  test("aborting in the middle of the sign-in leaves no connection behind", async () => {
    const { world, embed, told, pass } = fixture();
    await Promise.resolve();
    await Promise.resolve();
    embed.dispose();
    await pass(60_000);
    assert.deepEqual(told, ["signing-in", "idle"]);
    assert.equal(world.sockets.length, 0);
  });

  test("a caller's signal stops the waiting, not the session", async () => {
    const { embed, told, pass } = fixture();
    const stop = new AbortController();
    const waiting = embed.whenLive({ signal: stop.signal });
    stop.abort();
    await assert.rejects(waiting, (error) => error instanceof EmbedError && error.code === "aborted");
    await pass(0);
    assert.equal(told.at(-1), "live created");
  });

  test("options that make no sense are refused", () => {
    const bad = (error: unknown): boolean => error instanceof EmbedError && error.code === "bad-option";
    assert.throws(() => createEmbed({ host: "http://", app: "a", tokenEndpoint: "/t" }), bad);
    assert.throws(() => createEmbed({ host, app: "", tokenEndpoint: "/t" }), bad);
    assert.throws(() => createEmbed({ host, app: "a" }), bad);
  });

  test("restart makes a new session of a live one", async () => {
    const { world, embed, told, pass } = await liveFixture();
    embed.restart();
    await pass(0);
    assert.deepEqual(told, [...opening, "live created"]);
    assert.equal(world.open.length, 1);
  });
});
