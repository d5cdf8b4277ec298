// What the address asks for, and what is said of the rest. The engine is a stand-in with two fields and one bookmark.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { english } from "../src/messages.js";
import { sayNotApplied } from "../src/notices.js";
import { readParams } from "../src/params.js";
import { preselect } from "../src/preselect.js";
import type { NotApplied } from "../src/preselect.js";
import type { Doc } from "../src/qix.js";

const fields: Readonly<Record<string, readonly string[]>> = {
  Origin: ["EWR", "JFK", "LGA"],
  "Unit [m]": ["1", "2"],
};
const gone = Object.assign(new Error("closed"), { code: -1, original: { code: 1006 } });

class Engine {
  readonly calls: string[] = [];
  selected: string[] = [];
  isLost = false;

  applyBookmark(id: string): Promise<boolean> {
    return this.#answer(`bookmark ${id}`, id === "b1" ? true : null);
  }

  clearAll(_: boolean, state: string): Promise<unknown> {
    return this.#answer(`clear ${state}`, state === "$" ? true : null);
  }

  async getField(name: string, state: string): Promise<object> {
    const values = state === "$" ? fields[name] : undefined;
    await this.#answer(`field ${state} ${name}`, values === undefined ? null : true);
    return {
      selectValues: async (wanted: readonly { qText: string }[]) => {
        this.selected = wanted.map(({ qText }) => qText).filter((text) => values?.includes(text));
        return this.selected.length > 0;
      },
    };
  }

  async createSessionObject(properties: object): Promise<object> {
    this.calls.push(JSON.stringify(properties).match(/"qFieldDefs":\["[^"]*"\]/)?.[0] ?? "");
    const cells = this.selected.map((qText) => [{ qText, qState: "S" }]);
    const rest = [[{ qText: "zzz", qState: "A" }]];
    return {
      id: "list",
      getLayout: async () => ({ qListObject: { qDataPages: [{ qMatrix: [...cells, ...rest] }] } }),
    };
  }

  destroySessionObject(id: string): Promise<unknown> {
    return this.#answer(`destroy ${id}`, true);
  }

  async #answer<T>(call: string, answer: T | null): Promise<T> {
    this.calls.push(call);
    if (this.isLost) throw gone;
    if (answer === null) throw Object.assign(new Error("no"), { code: 2 });
    return answer;
  }
}

async function missed(query: string, engine = new Engine()): Promise<NotApplied[]> {
  const params = readParams(`?appid=a&${query}`);
  if (params === null) throw new Error("the query names no app");
  return preselect(engine as unknown as Doc, params);
}

describe("preselections", () => {
  test("that the app has are applied, and nothing is said", async () => {
    assert.deepEqual(await missed("bookmark=b1&select=clearall&select=Origin,JFK,LGA"), []);
    assert.deepEqual(await missed("select=Origin,JFK,JFK"), []);
  });

  test("each that it does not have is named, and the others are applied", async () => {
    const engine = new Engine();
    assert.deepEqual(await missed("bookmark=b2&select=Orgin,JFK&select=Origin,JFK,XXX", engine), [
      { kind: "bookmark", name: "b2" },
      { kind: "field", name: "Orgin" },
      { kind: "values", name: "Origin", values: ["XXX"] },
    ]);
    assert.deepEqual(engine.selected, ["JFK"]);
    assert.equal(engine.calls.at(-1), "destroy list");
  });

  test("a state, a field without values, and a field of which no value is there", async () => {
    assert.deepEqual(
      await missed("select=S::Origin,JFK&select=S::clearall&select=Origin&select=Origin,XXX"),
      [
        { kind: "state", name: "S" },
        { kind: "state", name: "S" },
        { kind: "values", name: "Origin", values: [] },
        { kind: "values", name: "Origin", values: ["XXX"] },
      ],
    );
  });

  test("a field's name is quoted for the engine", async () => {
    const engine = new Engine();
    assert.deepEqual(await missed("select=Unit [m],1", engine), []);
    assert.ok(engine.calls.includes('"qFieldDefs":["[Unit [m]]]"]'), engine.calls.join("\n"));
  });

  test("a lost connection is no answer", async () => {
    const engine = new Engine();
    engine.isLost = true;
    await assert.rejects(missed("bookmark=b1", engine), (error) => error === gone);
    await assert.rejects(missed("select=Origin,JFK", engine), (error) => error === gone);
  });

  test("are named in the reader's language", () => {
    const said = sayNotApplied(
      [
        { kind: "bookmark", name: "b2" },
        { kind: "values", name: "Origin", values: ["XXX", "YYY"] },
        { kind: "values", name: "Origin", values: [] },
      ],
      english,
    );
    assert.equal(
      said,
      "Not everything that this address asks for could be applied: bookmark “b2”; Origin: “XXX”, “YYY”; “Origin”",
    );
  });
});
