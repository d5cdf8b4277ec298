// What the page says itself: all there in every language, and in the reader's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../src/failure.js";
import { directionOf, languages, pickLanguage, speak } from "../src/messages.js";
import type { Language } from "../src/messages.js";
import { en } from "../src/messages/en.js";
import { pickChartLanguage, wantedLanguages } from "../src/params.js";

const names = Object.keys(languages) as Language[];

test("every language says everything", async () => {
  assert.deepEqual([...names].sort(), ["de", "en", "es", "fr", "ja"]);
  for (const name of names) {
    const { language, failures, words } = await speak(name);
    assert.equal(language, name);
    assert.deepEqual(Object.keys(failures).sort(), Object.keys(en.failures).sort(), name);
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en.words).sort(), name);
    const all = [...Object.values(failures).flat(), ...Object.values(words)];
    assert.ok(
      all.every((text) => text !== "" && text.trim() === text),
      name,
    );
  }
});

test("languages are not copies of each other", async () => {
  for (const name of names) {
    if (name === "en") continue;
    const { failures, words } = await speak(name);
    for (const [code, [title, advice]] of Object.entries(en.failures)) {
      const own = failures[code as keyof typeof failures];
      assert.ok(own[0] !== title && own[1] !== advice, `${name} ${code}`);
    }
    for (const [word, text] of Object.entries(en.words)) {
      assert.ok(words[word as keyof typeof words] !== text, `${name} ${word}`);
    }
  }
});

test("what has to be typed as it is stays as it is", async () => {
  for (const name of names) {
    const [, advice] = (await speak(name)).failures["no-app-given"];
    for (const part of ["?appid=…", "?sheet=…", "?obj=…"]) assert.ok(advice.includes(part), name);
  }
});

test("the address is heard before the browser", () => {
  const pick = (search: string, ofBrowser: string[]): [string, string] => {
    const wanted = wantedLanguages(search, ofBrowser);
    return [pickLanguage(wanted), pickChartLanguage(wanted)];
  };
  assert.deepEqual(pick("?lang=ja", ["de-AT", "fr"]), ["ja", "ja-JP"]);
  assert.deepEqual(pick("?appid=a", ["de-AT", "fr"]), ["de", "de-DE"]);
  assert.deepEqual(pick("?lang=FR_ca", ["de"]), ["fr", "fr-FR"]);
  // The charts speak Italian, the page does not.
  assert.deepEqual(pick("?lang=it", ["es-MX"]), ["es", "it-IT"]);
  assert.deepEqual(pick("?lang=zh-TW", []), ["en", "zh-TW"]);
  assert.deepEqual(pick("?lang=toString", []), ["en", "en-US"]);
});

test("languages are written in their direction", () => {
  for (const name of names) assert.equal(directionOf(name), "ltr");
  assert.equal(directionOf("he-IL"), "rtl");
  assert.equal(directionOf("AR"), "rtl");
});

test("a failure is told to programs in English", () => {
  assert.equal(
    new Failure("session-limit").message,
    "Too many sessions are open. Close another window and try again.",
  );
});

test("a language that cannot be had is spoken in English", async () => {
  const missing = { de: () => Promise.reject(new Error("the network is gone")) };
  assert.equal((await speak("de", { ...languages, ...missing })).language, "en");
});

test("a language that does not come is waited for two seconds", async () => {
  const silent = { de: () => new Promise<never>(() => undefined) };
  const waits: number[] = [];
  const elapse = (then: () => void, ms: number): (() => void) => {
    waits.push(ms);
    queueMicrotask(then);
    return () => undefined;
  };
  assert.equal((await speak("de", { ...languages, ...silent }, elapse)).language, "en");
  assert.deepEqual(waits, [2000]);
});
