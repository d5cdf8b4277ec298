// What of the page's requests counts as its person's activity.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Presence } from "../src/presence.js";

test("a page that is being drawn is somebody's, then only what a touch leads to", () => {
  let now = 0;
  const presence = new Presence(() => now);
  now = 60_000;
  assert.equal(presence.isAway(), false);
  presence.drawn();
  assert.equal(presence.isAway(), true);
  presence.touched();
  assert.equal(presence.isAway(), false);
  now += 10_000;
  assert.equal(presence.isAway(), false);
  now += 1;
  assert.equal(presence.isAway(), true);
});
