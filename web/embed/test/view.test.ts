// Messages: all there in every language, and the right one for each state.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { languages, pickLanguage } from "../src/messages.js";
import { en } from "../src/messages/en.js";
import type { EndReason, State } from "../src/state.js";
import { readMessagePresentation, readPresentations, viewOf } from "../src/view.js";

const live: State = { name: "live", how: "created", notRestored: [] };

describe("messages", () => {
  test("every language says everything, and keeps the place of the seconds", () => {
    assert.deepEqual(Object.keys(languages).sort(), ["de", "en", "es", "fr", "ja"]);
    for (const [language, { texts, actions, frame }] of Object.entries(languages)) {
      assert.deepEqual(Object.keys(texts).sort(), Object.keys(en.texts).sort(), language);
      assert.deepEqual(Object.keys(actions).sort(), Object.keys(en.actions).sort(), language);
      const all = [...Object.values(texts).flat(), ...Object.values(actions), frame];
      assert.ok(
        all.every((text) => text.trim() === text && text !== ""),
        language,
      );
      for (const [key, [title, text]] of Object.entries(texts)) {
        const wants = key.startsWith("expiring.");
        assert.equal(text.includes("{seconds}"), wants, `${language} ${key}`);
        assert.equal(/[{}]/.test(title), false, `${language} ${key}`);
      }
    }
  });

  test("languages are not copies of each other", () => {
    for (const [language, { texts }] of Object.entries(languages)) {
      if (language === "en") continue;
      const same = Object.entries(en.texts).filter(
        ([key, text]) => texts[key as keyof typeof texts][1] === text[1],
      );
      assert.deepEqual(same, [], language);
    }
  });

  test("the nearest language is picked", () => {
    assert.equal(pickLanguage(["de-AT", "fr"]), "de");
    assert.equal(pickLanguage([null, undefined, "ar", "FR_ca"]), "fr");
    assert.equal(pickLanguage(["ar", "toString"]), "en");
  });
});

describe("views", () => {
  const view = (state: State, isDrawn = true, chosen = ""): string => {
    const { presentation, key, actions, isBusy } = viewOf(state, isDrawn, readPresentations(chosen));
    const how = presentation.how === "redirect" ? `to ${presentation.url}` : presentation.how;
    return [how, key ?? "-", ...actions, ...(isBusy ? ["busy"] : [])].join(" ");
  };

  test("each state has its own", () => {
    assert.equal(view({ name: "idle" }), "none -");
    assert.equal(view({ name: "signing-in" }, false), "cover signing-in busy");
    assert.equal(view({ name: "connecting" }, false), "cover connecting busy");
    assert.equal(view(live, false), "cover connecting busy");
    assert.equal(view(live), "none -");
    assert.equal(view({ ...live, how: "rebuilt", notRestored: ["selections"] }), "banner rebuilt dismiss");
    assert.equal(view(expiring("idle")), "banner expiring.idle stay");
    assert.equal(view(expiring("lifetime")), "banner expiring.lifetime stay");
    assert.equal(view(suspended("network")), "cover suspended.network busy");
    assert.equal(view(suspended("offline")), "cover suspended.offline");
    assert.equal(view(suspended("manual")), "cover suspended.manual resume");
    assert.equal(
      view({ name: "resuming", reason: "network", attempt: 2, nextAt: 0, since: 0 }),
      "cover resuming busy",
    );
    assert.equal(view(ended), "cover ended.revoked restart");
    assert.equal(
      view({ name: "blocked", reason: "cookies-blocked", detail: "" }),
      "cover blocked.cookies-blocked restart",
    );
  });

  test("the portal chooses how each state is shown", () => {
    const chosen =
      "ended=modal  expiring=none blocked=redirect:/help?a=b suspended=sideways nonsense=modal toString=none";
    assert.equal(view(ended, true, chosen), "modal ended.revoked restart");
    assert.equal(view(expiring("idle"), true, chosen), "none expiring.idle stay");
    assert.equal(
      view({ name: "blocked", reason: "frame-refused", detail: "" }, true, chosen).split(" b")[0],
      "to /help?a=b",
    );
    assert.equal(view(suspended("offline"), true, chosen), "cover suspended.offline");
  });

  test("the reason that an operator gave goes before our own words; no other end has words of somebody", () => {
    const words = (reason: EndReason, detail: string): string | null =>
      viewOf({ name: "ended", reason, code: 4006, detail }, true, {}).words;
    assert.equal(words("revoked", "The shift is over"), "The shift is over");
    assert.equal(words("revoked", ""), null);
    assert.equal(words("lifetime", "the login session is too old"), null);
    assert.equal(viewOf({ name: "blocked", reason: "token-rejected", detail: "kid" }, true, {}).words, null);
  });

  test("an operator's message is shown unless the page takes it", () => {
    assert.equal(readMessagePresentation(""), "toast");
    assert.equal(readMessagePresentation("ended=modal message=none"), "none");
    assert.equal(readMessagePresentation("message=loud"), "toast");
    assert.deepEqual(readPresentations("message=none"), {});
  });
});

const ended: State = { name: "ended", reason: "revoked", code: 4006, detail: "" };

function expiring(reason: "idle" | "lifetime"): State {
  return { name: "expiring", reason, secondsLeft: 60, endsAt: 0, how: "created", notRestored: [] };
}

function suspended(reason: "network" | "offline" | "manual"): State {
  return { name: "suspended", reason, code: null };
}
