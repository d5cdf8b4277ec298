// What comes over the wire is read with care.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { backOff } from "../src/wait.js";
import {
  closeVerdict,
  readConnected,
  readError,
  readExpiring,
  readFarewell,
  readFrameMessage,
  readLifetime,
  readToken,
} from "../src/wire.js";

describe("wire", () => {
  test("every close code has a meaning, and only the named ones end a session", () => {
    const ends: number[] = [];
    for (let code = 1000; code < 5000; code += 1)
      if (closeVerdict(code, null).kind === "ended") ends.push(code);
    assert.deepEqual(ends, [4001, 4002, 4004, 4005, 4006, 4203, 4204, 4230]);
    assert.deepEqual(closeVerdict(1006, { reason: "revoked", words: "lost laptop" }), {
      kind: "ended",
      reason: "revoked",
      detail: "lost laptop",
    });
    assert.deepEqual(closeVerdict(4205, null), { kind: "dropped", reason: "network", patience: "long" });
  });

  test("farewells", () => {
    assert.equal(readFarewell("OnSessionClosed", { reason: "lifetime" })?.reason, "lifetime");
    const revoked = (message: unknown): unknown =>
      readFarewell("OnSessionLoggedOut", { reason: "revoked", message });
    assert.deepEqual(revoked("lost laptop"), { reason: "revoked", words: "lost laptop" });
    // Nobody gave a reason; the page has words of its own, in its person's language.
    assert.deepEqual(revoked("an administrator has ended the session"), { reason: "revoked", words: "" });
    assert.deepEqual(revoked(7), { reason: "revoked", words: "" });
    const idle = readFarewell("OnSessionTimedOut", { message: "nothing was done for too long" });
    assert.deepEqual(idle, { reason: "idle-timeout", words: "" });
    assert.equal(readFarewell("OnSessionClosed", { reason: "weather" }), null);
    assert.equal(readFarewell("OnSessionClosed", null), null);
    assert.equal(readFarewell("OnMaxParallelSessionsExceeded", {})?.reason, "session-limit");
    assert.equal(readFarewell("OnConnected", { reason: "lifetime" }), null);
    assert.equal(readFarewell("OnConnected", { qSessionState: "SESSION_ATTACHED" }), null);
    assert.equal(
      readFarewell("OnConnected", { qSessionState: "SESSION_ERROR_LIMIT_EXCEEDED" })?.reason,
      "session-limit",
    );
  });

  test("notices with nonsense in them are not believed", () => {
    for (const params of [null, {}, { reason: "idle" }, { reason: "bored", secondsLeft: 1 }])
      assert.equal(readExpiring(params), null);
    for (const secondsLeft of [-1, Number.NaN, Number.POSITIVE_INFINITY, "60"])
      assert.equal(readExpiring({ reason: "idle", secondsLeft }), null);
    assert.equal(readLifetime({ lifetimeSecondsLeft: "x" }), null);
    assert.equal(readLifetime({ lifetimeSecondsLeft: 5 }), 5);
  });

  test("connections", () => {
    const attached = { qSessionState: "SESSION_ATTACHED" };
    const created = { qSessionState: "SESSION_CREATED" };
    const a = { sessionId: "a", isGone: false };
    const unknown = { sessionId: null, isGone: false };
    const how = (...given: Parameters<typeof readConnected>): string => readConnected(...given).how;
    assert.equal(how(created, null), "created");
    assert.equal(how({ ...created, rebuilt: true }, null), "rebuilt");
    assert.equal(how(undefined, a), "rebuilt");
    assert.equal(how(attached, null), "attached");
    assert.equal(how({ ...attached, sessionId: "a" }, a), "attached");
    assert.equal(how({ ...attached, sessionId: "b" }, a), "rebuilt");
    assert.equal(how({ ...attached, sessionId: "a" }, { ...a, isGone: true }), "attached");
    assert.equal(how(attached, unknown), "attached");
    assert.equal(how(attached, { ...unknown, isGone: true }), "rebuilt");
  });

  test("tokens", () => {
    for (const text of ["", "{}", '{"body":{"<token>":1}}', "null", "<html>", '{"token":"a b"}', "a.b"])
      assert.equal(readToken(text), null, text);
    assert.equal(readToken(' {"body":"a-_.b.c"}\n'), "a-_.b.c");
  });

  test("error bodies", () => {
    assert.deepEqual(readError({ errors: [{ code: "A-1", title: "t" }] }), {
      code: "A-1",
      text: "t",
      words: "",
    });
    assert.deepEqual(readError({ code: "CSRF-TOKEN-2" }), { code: "CSRF-TOKEN-2", text: "", words: "" });
    for (const body of [null, "x", { errors: [] }, { errors: [7] }])
      assert.deepEqual(readError(body), { code: "", text: "", words: "" });
  });

  test("frame messages", () => {
    assert.equal(readFrameMessage({ source: "fanlight-single", type: "hello" }), null);
    assert.equal(readFrameMessage({ type: "loading" }), null);
    assert.deepEqual(readFrameMessage({ source: "fanlight-single", type: "closed", closeCode: "x" }), {
      type: "closed",
      code: "",
      closeCode: 0,
    });
  });

  test("waits double up to the cap, with full jitter", () => {
    const longest = (n: number): number => backOff(n, () => 1);
    assert.deepEqual([1, 2, 3, 7, 8, 1000].map(longest), [500, 1_000, 2_000, 30_000, 30_000, 30_000]);
    assert.equal(
      backOff(5, () => 0),
      0,
    );
    assert.equal(
      backOff(1, () => 0, "long"),
      5_000,
    );
  });
});

test("the one file stays under 40 KiB compressed", async () => {
  const file = await readFile("node_modules/.cache/fanlight-embed.js");
  const size = gzipSync(file, { level: 9 }).length;
  assert.ok(size < 40 * 1024, `${size} bytes`);
});
