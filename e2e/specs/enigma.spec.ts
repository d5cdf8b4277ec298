// Unmodified enigma.js in Node: what every client of the public contract relies on.
import { test as base, expect } from "@playwright/test";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { advanceClock } from "../support/control.js";
import { apiKey, call, createSession, nextEvent, openApp, signIn, signOut } from "../support/engine.js";
import type { Api } from "../support/engine.js";
import { Server } from "../support/server.js";

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

const byCarrier = {
  qInfo: { qType: "spec-cube" },
  qHyperCubeDef: {
    qDimensions: [{ qDef: { qFieldDefs: ["Carrier"] } }],
    qMeasures: [{ qDef: { qDef: "Count([Flight Number])" } }],
    qInitialDataFetch: [{ qTop: 0, qLeft: 0, qWidth: 2, qHeight: 50 }],
  },
};

const origins = {
  qInfo: { qType: "spec-list" },
  qListObjectDef: {
    qShowAlternatives: true,
    qDef: { qFieldDefs: ["Origin"], qSortCriterias: [{ qSortByAscii: 1 }] },
    qInitialDataFetch: [{ qTop: 0, qLeft: 0, qWidth: 1, qHeight: 10 }],
  },
};

interface Cell {
  readonly qText: string;
  readonly qNum: number | "NaN";
  readonly qElemNumber: number;
  readonly qState: string;
}

interface CubeLayout {
  readonly qHyperCube: {
    readonly qSize: { qcx: number; qcy: number };
    readonly qDataPages: { qMatrix: Cell[][] }[];
  };
}

interface ListLayout {
  readonly qListObject: { readonly qDataPages: { qMatrix: Cell[][] }[] };
}

const rows = (layout: CubeLayout): Cell[][] => layout.qHyperCube.qDataPages[0]?.qMatrix ?? [];
const total = (layout: CubeLayout): number =>
  rows(layout).reduce((sum, row) => sum + Number(row[1]?.qNum), 0);
const states = (layout: ListLayout): Record<string, string> =>
  Object.fromEntries(
    (layout.qListObject.qDataPages[0]?.qMatrix ?? []).map(([cell]) => [cell?.qText, cell?.qState]),
  );

function changed(api: Api): Promise<void> {
  return new Promise((resolve) => api.on("changed", resolve));
}

test("reads the app's theme through its properties object", async ({ server }) => {
  const session = createSession(server.ready, apiKey(server.ready), { identity: "theme" });
  const { app } = await openApp(server.ready, session);
  await call(app, "createSessionObject", {
    qInfo: { qId: "AppPropsList", qType: "AppPropsList" },
    qAppObjectListDef: { qType: "appprops", qData: { theme: "/theme" } },
  });
  const list = await call<Api>(app, "getObject", "AppPropsList");
  const layout = await call<{ qAppObjectList: { qItems: { qData: { theme: string } }[] } }>(
    list,
    "getLayout",
  );
  expect(layout.qAppObjectList.qItems[0]?.qData.theme).toBe("fanlight");
  await session.close();
});

test("a selection in a list object changes the cube, and both say so", async ({ server }) => {
  const session = createSession(server.ready, apiKey(server.ready), { identity: "selection" });
  const { app } = await openApp(server.ready, session);
  const cube = await call<Api>(app, "createSessionObject", byCarrier);
  const list = await call<Api>(app, "createSessionObject", origins);

  const before = await call<CubeLayout>(cube, "getLayout");
  expect(total(before)).toBe(336_776);
  const listed = await call<ListLayout>(list, "getLayout");
  expect(states(listed)).toEqual({ EWR: "O", JFK: "O", LGA: "O" });

  const changes = Promise.all([changed(cube), changed(list)]);
  const jfk = listed.qListObject.qDataPages[0]?.qMatrix.find(([cell]) => cell?.qText === "JFK")?.[0]
    ?.qElemNumber;
  expect(await call(list, "selectListObjectValues", "/qListObjectDef", [jfk], false)).toBe(true);
  await changes;

  expect(states(await call<ListLayout>(list, "getLayout"))).toEqual({ EWR: "A", JFK: "S", LGA: "A" });
  const after = await call<CubeLayout>(cube, "getLayout");
  expect(total(after)).toBe(111_279);
  await session.close();
});

test("suspend and resume come back to the same session and its selections", async ({ server }) => {
  const session = createSession(server.ready, apiKey(server.ready), { identity: "resume" });
  const { app } = await openApp(server.ready, session);
  const cube = await call<Api>(app, "createSessionObject", byCarrier);
  const field = await call<Api>(app, "getField", "Origin");
  expect(await call(field, "select", "LGA", false, 0)).toBe(true);
  const selected = total(await call<CubeLayout>(cube, "getLayout"));
  expect(selected).toBe(104_662);

  const suspended = nextEvent(session, "suspended");
  await session.suspend();
  expect((await suspended).initiator).toBe("manual");

  let state = "";
  session.on(
    "notification:OnConnected",
    (params: { qSessionState: string }) => (state = params.qSessionState),
  );
  const again = changed(cube);
  await session.resume(true);
  await again;
  expect(state).toBe("SESSION_ATTACHED");
  expect(total(await call<CubeLayout>(cube, "getLayout"))).toBe(selected);
  await session.close();
});

test("resuming only if attached is refused when the session is gone", async ({ server }) => {
  const session = createSession(server.ready, apiKey(server.ready), { identity: "gone" });
  await openApp(server.ready, session);
  await session.suspend();
  await advanceClock(server.ready, 24 * 3600);
  await expect(session.resume(true)).rejects.toMatchObject({ code: -12 });
  await session.resume(false);
  await session.close();
});

test("signing out closes the session with 4006", async ({ server }) => {
  const credentials = await signIn(server.ready, "ada");
  const session = createSession(server.ready, credentials, { identity: "sign-out" });
  await openApp(server.ready, session);
  const closed = nextEvent(session, "closed");
  await signOut(server.ready, credentials);
  expect((await closed).code).toBe(4006);
});

test("an idle session is closed with 4001", async ({ server }) => {
  const session = createSession(server.ready, apiKey(server.ready), { identity: "idle" });
  await openApp(server.ready, session);
  const closed = nextEvent(session, "closed");
  await advanceClock(server.ready, 24 * 3600);
  expect((await closed).code).toBe(4001);
});

test("an unknown app is refused with 4204", async ({ server }) => {
  const app = "00000000-0000-4000-8000-000000000000";
  const session = createSession(server.ready, apiKey(server.ready), { identity: "unknown", app });
  const closed = nextEvent(session, "closed");
  await session.open().catch(() => undefined);
  expect((await closed).code).toBe(4204);
});

test("another identity of the same user has selections of its own", async ({ server }) => {
  const one = createSession(server.ready, apiKey(server.ready), { identity: "one" });
  const two = createSession(server.ready, apiKey(server.ready), { identity: "two" });
  const same = createSession(server.ready, apiKey(server.ready), { identity: "one" });
  const counts = async (session: EnigmaJS.Session): Promise<() => Promise<number>> => {
    const { app } = await openApp(server.ready, session);
    const cube = await call<Api>(app, "createSessionObject", byCarrier);
    return async () => total(await call<CubeLayout>(cube, "getLayout"));
  };
  const { app } = await openApp(server.ready, one);
  const [seenByTwo, seenBySame] = [await counts(two), await counts(same)];
  const field = await call<Api>(app, "getField", "Origin");
  await call(field, "select", "EWR", false, 0);
  expect(await seenBySame()).toBe(120_835);
  expect(await seenByTwo()).toBe(336_776);
  await Promise.all([one.close(), two.close(), same.close()]);
});

const schemas = readdirSync(join(dirname(createRequire(import.meta.url).resolve("enigma.js")), "schemas"))
  .map((file) => file.replace(/\.json$/, ""))
  .filter((version) => version.startsWith("12."));

for (const version of schemas) {
  test(`schema ${version} opens the app and reads a layout`, async ({ server }) => {
    const session = createSession(server.ready, apiKey(server.ready), {
      identity: `schema-${version}`,
      version,
    });
    const { app } = await openApp(server.ready, session);
    const sheet = await call<Api>(app, "getObject", server.ready.sheetId);
    const layout = await call<{ cells: unknown[] }>(sheet, "getLayout");
    expect(layout.cells.length).toBeGreaterThan(5);
    await session.close();
  });
}
