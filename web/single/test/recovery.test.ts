// What becomes of the page when its connection goes.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ManualClock, settle } from "../../embed/test/clock.js";
import { Failure } from "../src/failure.js";
import { Recovery } from "../src/recovery.js";

type Outcome = "same" | "other" | Error | { readonly code: number } | "never";

/** A connection whose ways back are given; the last one counts for all that follow. */
function page(...outcomes: Outcome[]) {
  const clock = new ManualClock();
  const told: string[] = [];
  const failures: Failure[] = [];
  const world = { isOnline: true, answers: true, tries: 0, cuts: 0 };
  const recovery = new Recovery(
    {
      async resume() {
        const outcome = outcomes[Math.min(world.tries, outcomes.length - 1)] ?? "same";
        world.tries += 1;
        await Promise.resolve();
        if (outcome === "never") return new Promise(() => undefined);
        if (typeof outcome === "string") return outcome;
        throw outcome instanceof Error || outcome.code < 0 ? outcome : { original: outcome };
      },
      answers: () => Promise.resolve(world.answers),
      letGo: () => (world.cuts += 1),
      online: () => world.isOnline,
      random: () => 1,
      timer: (callback, ms) => clock.timer(callback, ms),
    },
    {
      suspended: (reason) => told.push(`suspended ${reason}`),
      resumed: () => told.push("resumed"),
      rebuilt: () => told.push("rebuilt"),
      ended(failure, closeCode) {
        failures.push(failure);
        told.push(`ended ${failure.code} ${closeCode}`);
      },
    },
  );
  const pass = async (ms: number): Promise<void> => {
    await clock.advance(ms);
    await settle();
  };
  return { recovery, world, told, failures, pass };
}

const refused = new Failure("unreachable");
const drop = { code: 1006, reason: "" };

describe("a connection that is lost", () => {
  test("before the app is open is the opening's own affair", () => {
    const { recovery, told } = page();
    recovery.lost(drop);
    assert.deepEqual(told, []);
  });

  test("is got back, on the same engine session", async () => {
    const { recovery, told, pass } = page("same");
    recovery.opened();
    recovery.lost(drop);
    recovery.lost(drop);
    await pass(0);
    assert.deepEqual(told, ["suspended network", "resumed"]);
  });

  for (const outcome of ["other", { code: -12 }] as const)
    test(`starts over when there is another engine session (${JSON.stringify(outcome)})`, async () => {
      const { recovery, told, pass } = page(outcome);
      recovery.opened();
      recovery.lost(drop);
      await pass(0);
      recovery.lost(drop);
      assert.deepEqual(told, ["suspended network", "rebuilt"]);
    });

  for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 4000, 4003])
    test(`with ${code} may be had again`, () => {
      const { recovery, told } = page();
      recovery.opened();
      recovery.lost({ code, reason: "" });
      assert.deepEqual(told, ["suspended network"]);
    });

  for (const [code, failure] of [
    [4001, "session-ended"],
    [4004, "app-removed"],
    [4005, "session-limit"],
    [4006, "signed-out"],
    [4203, "not-permitted"],
    [4205, "too-many-requests"],
  ] as const) {
    test(`with ${code} is over, at once`, () => {
      const { recovery, told } = page();
      recovery.opened();
      recovery.lost({ code, reason: "" });
      assert.deepEqual(told, [`ended ${failure} ${code}`]);
    });

    test(`is over when the way back is closed with ${code}`, async () => {
      const { recovery, told, pass } = page({ code });
      recovery.opened();
      recovery.lost(drop);
      await pass(0);
      assert.deepEqual(told, ["suspended network", `ended ${failure} ${code}`]);
    });
  }

  test("is over in the words of whoever ended it, or of the one who signed in", () => {
    const ends = (reason: string, words: string | null): string => {
      const { recovery, failures } = page();
      recovery.opened();
      recovery.lost({ code: 4006, reason, words });
      return failures.map(({ code, words: said }) => `${code}: ${said ?? "-"}`).join();
    };
    assert.equal(ends("revoked", "The shift is over"), "revoked: The shift is over");
    assert.equal(ends("revoked", ""), "revoked: -");
    assert.equal(ends("replaced", "somebody else has signed in"), "replaced: -");
    assert.equal(ends("signed-out", "you have signed out"), "signed-out: -");
  });

  test("is over when nobody is signed in any more", async () => {
    const { recovery, told, pass } = page(new Failure("signed-out"));
    recovery.opened();
    recovery.lost(drop);
    await pass(0);
    assert.deepEqual(told, ["suspended network", "ended signed-out 1006"]);
  });

  test("is tried for twelve times, with longer and longer waits", async () => {
    const { recovery, world, told, pass } = page(refused);
    recovery.opened();
    recovery.lost(drop);
    await pass(0);
    for (const [tries, ms] of [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000].entries()) {
      assert.equal(world.tries, tries + 1);
      await pass(ms - 1);
      assert.equal(world.tries, tries + 1);
      await pass(1);
    }
    await pass(60_000);
    assert.equal(world.tries, 12);
    assert.deepEqual(told, ["suspended network", "ended unreachable 1006"]);
  });
});

describe("the network", () => {
  test("that is gone is waited for, and no attempt made meanwhile", async () => {
    const { recovery, world, told, pass } = page("same");
    recovery.opened();
    world.isOnline = false;
    recovery.offline();
    await pass(60_000);
    assert.equal(world.cuts, 1);
    assert.equal(world.tries, 0);
    world.isOnline = true;
    recovery.online();
    await pass(0);
    assert.deepEqual(told, ["suspended offline", "resumed"]);
  });

  test("that comes back cuts a wait short", async () => {
    const { recovery, told, pass } = page(refused, refused, refused, refused, "same");
    recovery.opened();
    recovery.lost(drop);
    await pass(250 + 500 + 1000);
    recovery.online();
    await pass(0);
    assert.equal(told.at(-1), "resumed");
  });
});

describe("the page around", () => {
  test("holds the connection closed until it says so", async () => {
    const { recovery, world, told, pass } = page("same");
    recovery.opened();
    recovery.hold();
    await pass(600_000);
    recovery.online();
    await pass(0);
    assert.deepEqual([world.cuts, world.tries, told], [1, 0, ["suspended manual"]]);
    recovery.release();
    await pass(0);
    assert.deepEqual(told, ["suspended manual", "resumed"]);
  });

  test("that holds while the app is being opened gets it closed as soon as it is", async () => {
    const { recovery, told, pass } = page("same");
    recovery.hold();
    assert.deepEqual(told, []);
    recovery.opened();
    await pass(60_000);
    assert.deepEqual(told, ["suspended manual"]);
  });

  test("that holds during an attempt cuts it", async () => {
    const { recovery, world, told, pass } = page("same");
    recovery.opened();
    recovery.lost(drop);
    recovery.hold();
    await pass(0);
    assert.deepEqual(told, ["suspended network", "resumed", "suspended manual"]);
    assert.equal(world.cuts, 2);
  });

  test("that is back cuts a wait short", async () => {
    const { recovery, told, pass } = page(refused, "same");
    recovery.opened();
    recovery.lost(drop);
    await pass(100);
    recovery.release();
    await pass(0);
    assert.deepEqual(told, ["suspended network", "resumed"]);
  });

  test("that is back finds out a connection that only looks open", async () => {
    const { recovery, world, told, pass } = page("same");
    recovery.opened();
    recovery.release();
    await pass(0);
    assert.deepEqual(told, []);
    world.answers = false;
    recovery.release();
    await pass(0);
    assert.deepEqual(told, ["suspended network", "resumed"]);
    assert.equal(world.cuts, 1);
  });

  test("has no say any more when the session is over", async () => {
    const { recovery, world, told, pass } = page("same");
    recovery.opened();
    recovery.lost({ code: 4006, reason: "" });
    recovery.hold();
    recovery.release();
    recovery.offline();
    await pass(0);
    assert.deepEqual(told, ["ended signed-out 4006"]);
    assert.equal(world.cuts, 0);
  });
});
