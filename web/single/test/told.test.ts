// What the server says unasked, in a page that stands alone and in one whose parent speaks.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { english } from "../src/messages.js";
import type { Notice, Notices } from "../src/notices.js";
import { ServerWords } from "../src/told.js";

class Page {
  readonly shown = new Map<string, Notice>();
  readonly texts: string[] = [];
  stays = 0;
  seconds = 0;
  tick: () => void = () => undefined;
  readonly words = new ServerWords({
    notices: {
      show: (notice: Notice) => void this.shown.set(notice.key, notice),
      retext: (_: string, text: string) => void this.texts.push(text),
      withdraw: (key: string) => void this.shown.delete(key),
    } as unknown as Notices,
    speech: () => english,
    stay: () => Promise.resolve((this.stays += 1)),
    everySecond: (callback) => {
      this.tick = callback;
      return () => (this.tick = () => undefined);
    },
    now: () => this.seconds * 1000,
  });

  get said(): string[] {
    return [...this.shown.values()].map(({ severity, text }) => `${severity}: ${text}`);
  }
}

describe("the server's words", () => {
  test("an operator's messages stand one below the other", () => {
    const page = new Page();
    page.words.notified("OnSessionMessage", { severity: "notice", message: "Good morning" });
    page.words.notified("OnSessionMessage", { severity: "warning", message: "Maintenance at noon" });
    page.words.notified("OnConnected", { qSessionState: "SESSION_ATTACHED" });
    assert.deepEqual(page.said, ["notice: Good morning", "warning: Maintenance at noon"]);
  });

  test("a warning counts down, and goes when the server says so", () => {
    const page = new Page();
    page.words.notified("OnSessionExpiring", { reason: "idle", secondsLeft: 60 });
    assert.deepEqual(page.said, ["warning: Your session ends in 60 seconds."]);
    page.seconds = 12;
    page.tick();
    assert.deepEqual(page.texts, ["Your session ends in 48 seconds."]);
    page.words.active();
    assert.equal(page.stays, 1);
    assert.equal(page.said.length, 1, "the server knows whether it helped");
    page.words.notified("OnSessionExtended", {});
    assert.deepEqual(page.said, []);
    page.words.active();
    assert.equal(page.stays, 1);
  });

  test("an end by the lifetime cannot be put off here", () => {
    const page = new Page();
    page.words.notified("OnSessionExpiring", { reason: "lifetime", secondsLeft: 60 });
    assert.deepEqual(page.shown.get("expiring")?.actions, []);
    page.words.active();
    assert.equal(page.stays, 0);
  });

  test("a parent that speaks says it all", () => {
    const page = new Page();
    page.words.notified("OnSessionExpiring", { reason: "idle", secondsLeft: 60 });
    page.words.parentSpeaks();
    page.words.notified("OnSessionMessage", { severity: "notice", message: "Good morning" });
    page.words.notified("OnSessionExpiring", { reason: "idle", secondsLeft: 10 });
    assert.deepEqual(page.said, []);
  });
});
