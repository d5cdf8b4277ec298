// What unmodified enigma.js stumbled over: spellings of enumerations, who hears of a selection, Global's small methods,
// errors in definitions.
import { test as base, expect } from "@playwright/test";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { apiKey, call, createSession, openApp } from "../support/engine.js";
import type { Api } from "../support/engine.js";
import { Server } from "../support/server.js";
import type { Ready } from "../support/server.js";

const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start({ tls: false });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
});

interface Opened {
  readonly session: EnigmaJS.Session;
  readonly global: Api;
  readonly app: Api;
}

async function open(ready: Ready, identity: string): Promise<Opened> {
  const session = createSession(ready, apiKey(ready), { identity });
  return { session, ...(await openApp(ready, session)) };
}

const chart = (def: object): object => ({
  qInfo: { qType: "contract" },
  qHyperCubeDef: {
    qDimensions: [{ qDef: { qFieldDefs: ["Carrier"] } }],
    qMeasures: [{ qDef: { qDef: "Count([Flight Number])" } }],
    qInitialDataFetch: [{ qTop: 0, qLeft: 0, qWidth: 2, qHeight: 50 }],
    ...def,
  },
});

interface Column {
  readonly qError?: { qErrorCode: number; qExtendedMessage: string };
  readonly qApprMaxGlyphCount: number;
}

interface CubeLayout {
  readonly qHyperCube: {
    readonly qMode: string;
    readonly qError?: { qErrorCode: number; qExtendedMessage: string };
    readonly qSize: { qcx: number; qcy: number };
    readonly qDimensionInfo: Column[];
    readonly qMeasureInfo: Column[];
    readonly qDataPages: { qMatrix: { qText: string; qIsNull?: boolean }[][] }[];
  };
}

/** How often an API says `changed` from now on. */
function changes(api: Api): { readonly count: number } {
  const told = { count: 0 };
  api.on("changed", () => (told.count += 1));
  return told;
}

test("the generated table of enumerations is up to date", async () => {
  const program = join(import.meta.dirname, "../generate/enumerations.mjs");
  const { stdout } = await promisify(execFile)("node", [program, "--check"]);
  expect(stdout.trim()).toBe("up to date");
});

test("reads an enumeration in every spelling, and says what a wrong one may be", async ({ server }) => {
  const { session, app } = await open(server.ready, "spellings");
  for (const qMode of ["S", "DATA_MODE_STRAIGHT", "EQ_DATA_MODE_STRAIGHT", 0]) {
    const object = await call<Api>(app, "createSessionObject", chart({ qMode }));
    const { qHyperCubeDef } = await call<{ qHyperCubeDef: { qMode: string } }>(object, "getProperties");
    expect(qHyperCubeDef.qMode).toBe("S");
    expect((await call<CubeLayout>(object, "getLayout")).qHyperCube.qMode).toBe("S");
  }
  const wrong = call(app, "createSessionObject", chart({ qMode: "EQ_DATA_MODE_ROUND" }));
  await expect(wrong).rejects.toMatchObject({
    code: 8,
    parameter: expect.stringMatching(/^\/qHyperCubeDef\/qMode is .* may only be S \(DATA_MODE_STRAIGHT\)/),
  });
  await session.close();
});

test("the app hears of every selection, and an object of those in its state", async ({ server }) => {
  const { session, app } = await open(server.ready, "states");
  await call(app, "addSessionAlternateState", "B");
  const ofDefault = await call<Api>(app, "createSessionObject", chart({}));
  const ofB = await call<Api>(app, "createSessionObject", chart({ qStateName: "B" }));
  const told = { app: changes(app), ofDefault: changes(ofDefault), ofB: changes(ofB) };
  const field = await call<Api>(app, "getField", "Origin");
  const steps: [Api, string, ...unknown[]][] = [
    [field, "selectValues", [{ qText: "JFK" }], false, false],
    [field, "lock"],
    [field, "unlock"],
    [app, "back"],
    [app, "forward"],
    [app, "lockAll"],
    [app, "unlockAll"],
    [app, "clearAll"],
  ];
  for (const [at, [api, method, ...params]] of steps.entries()) {
    await Promise.all([ofDefault, ofB].map((object) => call(object, "getLayout")));
    await call(api, method, ...params);
    expect({ method, app: told.app.count, object: told.ofDefault.count }).toEqual({
      method,
      app: at + 1,
      object: at + 1,
    });
  }
  expect(told.ofB.count).toBe(0);
  const inB = await call<Api>(app, "getField", "Origin", "B");
  await call(inB, "selectValues", [{ qText: "LGA" }], false, false);
  expect([told.app.count, told.ofDefault.count, told.ofB.count]).toEqual([steps.length + 1, steps.length, 1]);
  await session.close();
});

test("Global answers what an editor asks", async ({ server }) => {
  const { session, global } = await open(server.ready, "global");
  expect(await call(global, "getUniqueID")).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(await call(global, "allowCreateApp")).toBe(false);
  expect(await call(global, "oSVersion")).toMatch(/\S/);
  for (const method of ["getLogicalDriveStrings", "getCustomConnectors"])
    expect(await call(global, method)).toEqual([]);
  expect(await call(global, "getFolderItemsForPath", "/")).toEqual([]);
  expect(await call(global, "getDatabasesFromConnectionString", {})).toEqual([]);
  const pages = await call<{ qNumber: number }[]>(global, "getSupportedCodePages");
  expect(pages.map(({ qNumber }) => qNumber)).toContain(65_001);
  const functions = await call<{ qName: string }[]>(global, "getFunctions", "FUNC_GROUP_AGGR");
  expect(functions.map(({ qName }) => qName)).toContain("sum");
  const { qBnfDefs, qBnfHash } = await call<{ qBnfDefs: object[]; qBnfHash: string }>(global, "getBaseBNF", "E");
  expect(await call(global, "getBNF", "E")).toEqual(qBnfDefs);
  expect(await call(global, "getBaseBNFHash", "E")).toBe(qBnfHash);
  expect(await call(global, "getBaseBNFString", "E")).toMatchObject({ qBnfHash });
  await session.close();
});

test("tells errors in definitions where they are", async ({ server }) => {
  const { session, app } = await open(server.ready, "definitions");
  const layoutOf = async (def: object): Promise<CubeLayout["qHyperCube"]> => {
    const object = await call<Api>(app, "createSessionObject", chart(def));
    return (await call<CubeLayout>(object, "getLayout")).qHyperCube;
  };
  for (const qInterColumnSortOrder of [[-2], [0, 9]])
    expect((await layoutOf({ qInterColumnSortOrder })).qError?.qErrorCode).toBe(7008);
  expect((await layoutOf({ qInterColumnSortOrder: [-1, 1, 0] })).qError).toBeUndefined();

  const unknown = await layoutOf({ qDimensions: [{ qDef: { qFieldDefs: ["=Nowhere"] } }] });
  expect(unknown.qSize).toEqual({ qcx: 2, qcy: 1 });
  expect(unknown.qDimensionInfo[0]?.qError?.qExtendedMessage).toBe("there is no field Nowhere");
  expect(unknown.qDataPages[0]?.qMatrix[0]?.[0]).toMatchObject({ qText: "-", qIsNull: true });
  await session.close();
});

test("a column keeps its width, and a variable takes a new name", async ({ server }) => {
  const { session, app } = await open(server.ready, "names");
  const object = await call<Api>(app, "createSessionObject", chart({}));
  const width = async (): Promise<number | undefined> =>
    (await call<CubeLayout>(object, "getLayout")).qHyperCube.qMeasureInfo[0]?.qApprMaxGlyphCount;
  const before = await width();
  const field = await call<Api>(app, "getField", "Carrier");
  await call(field, "selectValues", [{ qText: "OO" }], false, false);
  expect(await width()).toBe(before);

  const variable = await call<Api>(app, "createSessionVariable", { qName: "vBefore", qDefinition: "7" });
  const properties = await call<object>(variable, "getProperties");
  await call(variable, "setProperties", { ...properties, qName: "vAfter" });
  expect((await call<Api>(app, "getVariableByName", "vAfter")).id).toBe(variable.id);
  expect(await call(app, "evaluate", "$(vAfter)")).toBe("7");
  await call(app, "createSessionVariable", { qName: "vTaken", qDefinition: "1" });
  await expect(call(variable, "setProperties", { ...properties, qName: "vTaken" })).rejects.toMatchObject({
    code: 18_001,
    parameter: "vTaken",
  });
  await session.close();
});
