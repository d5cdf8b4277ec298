// Unmodified @qlik/api in Node with an API key: both of its RPC clients, and the REST calls that a portal makes.
import { test as base, expect } from "@playwright/test";
import { createQlikApi } from "@qlik/api";
import type { QlikAPI } from "@qlik/api";
import { registerAuthModule } from "@qlik/api/auth";
import type { AppSession, Doc, HyperCube, ListObject } from "@qlik/api/qix";
import { randomUUID } from "node:crypto";
import { advanceClock, closeEngine, dropEngine, engineOf, setFaults } from "../support/control.js";
import { loopback, signIn, signOut } from "../support/engine.js";
import type { Credentials } from "../support/engine.js";
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

function api(ready: Ready): QlikAPI {
  const host = loopback(ready.tenant);
  return createQlikApi({ hostConfig: { host, authType: "apikey", apiKey: ready.apiKey } });
}

declare global {
  interface QlikAuthModules {
    signedIn: { config: { credentials: Credentials } };
  }
}

// Outside a browser the package has no cookies of its own, but takes modules that bring some.
registerAuthModule("signedIn", {
  requiredProps: ["credentials"],
  optionalProps: [],
  getRestCallAuthParams: async ({ hostConfig: { credentials } }) => ({
    headers: credentials.headers,
    queryParams: {},
    credentials: "omit",
  }),
  getWebSocketAuthParams: async ({ hostConfig: { credentials } }) => ({
    headers: credentials.headers,
    queryParams: Object.fromEntries(new URLSearchParams(credentials.query)),
  }),
  handleAuthenticationError: async () => ({ retry: false }),
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

function total({ qHyperCube }: { qHyperCube?: HyperCube }): number {
  const rows = qHyperCube?.qDataPages?.[0]?.qMatrix ?? [];
  return rows.reduce((sum, row) => sum + Number(row[1]?.qNum), 0);
}

function states({ qListObject }: { qListObject?: ListObject }): Record<string, string | undefined> {
  const rows = qListObject?.qDataPages?.[0]?.qMatrix ?? [];
  return Object.fromEntries(rows.map(([cell]) => [cell?.qText, cell?.qState]));
}

interface Opened {
  readonly identity: string;
  readonly session: AppSession;
  readonly doc: Doc;
}

async function open(ready: Ready, autoResume: boolean, { qix } = api(ready)): Promise<Opened> {
  const identity = randomUUID();
  const session = qix.openAppSession({ appId: ready.appId, identity, autoResume });
  return { identity, session, doc: await session.getDoc() };
}

/** What the session's WebSocket does until it has resumed. */
function untilResumed(session: AppSession): Promise<string[]> {
  const seen: string[] = [];
  return new Promise((resolve) => {
    session.onWebSocketEvent((event) => {
      seen.push("code" in event ? `${event.eventType} ${event.code}` : event.eventType);
      if (event.eventType === "resumed") resolve(seen);
    });
  });
}

/** The code with which the session's WebSocket ends. */
function endOf(session: AppSession): Promise<number | undefined> {
  return new Promise((resolve) => {
    session.onWebSocketEvent((event) => {
      if (event.eventType === "closed" || event.eventType === "suspended") resolve(event.code);
    });
  });
}

for (const [name, autoResume] of [
  ["the default client", false],
  ["the client that resumes by itself", true],
] as const) {
  test.describe(name, () => {
    test("opens the app, reads layouts and selects", async ({ server }) => {
      const { session, doc } = await open(server.ready, autoResume);
      const cube = await doc.createSessionObject(byCarrier);
      const list = await doc.createSessionObject(origins);
      expect(total(await cube.getLayout())).toBe(336_776);
      expect(states(await list.getLayout())).toEqual({ EWR: "O", JFK: "O", LGA: "O" });

      const field = await doc.getField("Origin");
      expect(await field.selectValues([{ qText: "JFK", qIsNumeric: false }], false, false)).toBe(true);

      expect(states(await list.getLayout())).toEqual({ EWR: "A", JFK: "S", LGA: "A" });
      expect(total(await cube.getLayout())).toBe(111_279);
      await session.close();
    });

    test("lists the sheets of the app", async ({ server }) => {
      const { session, doc } = await open(server.ready, autoResume);
      const sheets = await doc.getSheetList();
      expect(sheets.map((sheet) => sheet.qInfo?.qId)).toContain(server.ready.sheetId);
      await session.close();
    });

    for (const [cause, restart] of [
      ["its session ends with code 4003", (ready: Ready, id: string) => closeEngine(ready, id, 4003)],
      ["the engine restarts", (ready: Ready) => setFaults(ready, { "restart-engine": true })],
    ] as const) {
      test(`resumes by itself when ${cause}`, async ({ server: { ready } }) => {
        const { identity, session, doc } = await open(ready, autoResume);
        const cube = await doc.createSessionObject(byCarrier);
        const list = await doc.createSessionObject(origins);
        const field = await doc.getField("Origin");
        await field.selectValues([{ qText: "JFK", qIsNumeric: false }], false, false);
        const before = await engineOf(ready, identity);
        const resumed = untilResumed(session);
        await restart(ready, before.id);
        expect(await resumed).toContain("suspended 4003");

        // The same objects answer, in a session that was rebuilt with the selections of the one before.
        expect(states(await list.getLayout())).toEqual({ EWR: "A", JFK: "S", LGA: "A" });
        expect(total(await cube.getLayout())).toBe(111_279);
        const after = await engineOf(ready, identity);
        expect(after.id).not.toBe(before.id);
        expect(after.state).toBe("attached");
        await session.close();
      });
    }

    test("comes back to its session by `resume()` when the network was lost", async ({
      server: { ready },
    }) => {
      const { identity, session, doc } = await open(ready, autoResume);
      const list = await doc.createSessionObject(origins);
      const field = await doc.getField("Origin");
      await field.selectValues([{ qText: "JFK", qIsNumeric: false }], false, false);
      const before = await engineOf(ready, identity);
      const end = endOf(session);
      expect(await dropEngine(ready, before.id)).toBe(1);
      expect(await end).toBe(1006);
      const resumed = untilResumed(session);
      await session.resume();
      await resumed;
      expect(states(await list.getLayout())).toEqual({ EWR: "A", JFK: "S", LGA: "A" });
      expect((await engineOf(ready, identity)).id).toBe(before.id);
      await session.close();
    });

    test("hears that the session was idle for too long, with code 4001", async ({ server }) => {
      const { session } = await open(server.ready, autoResume);
      const end = endOf(session);
      await advanceClock(server.ready, 24 * 3600);
      expect(await end).toBe(4001);
      await session.close();
    });

    test("hears that its person has signed out, with code 4006", async ({ server }) => {
      const credentials = await signIn(server.ready, "ada");
      const host = loopback(server.ready.tenant);
      const ada = createQlikApi({ hostConfig: { host, authType: "signedIn", credentials } });
      const { session } = await open(server.ready, autoResume, ada);
      const end = endOf(session);
      await signOut(server.ready, credentials);
      expect(await end).toBe(4006);
      await session.close();
    });
  });
}

test.describe("REST", () => {
  test("says who is calling", async ({ server }) => {
    const { status, data } = await api(server.ready).users.getMyUser();
    expect(status).toBe(200);
    expect(data).toMatchObject({ subject: "demo-program", status: "active" });
  });

  test("lists the app as an item and as an app", async ({ server }) => {
    const { items, apps } = api(server.ready);
    const listed = await items.getItems({ resourceType: "app" });
    expect(listed.data.data.map((item) => item.resourceId)).toContain(server.ready.appId);
    const { data } = await apps.getAppInfo(server.ready.appId);
    expect(data.attributes?.id).toBe(server.ready.appId);
  });

  test("lists the themes", async ({ server }) => {
    const { data } = await api(server.ready).themes.getThemes();
    expect(data.data?.map((theme) => theme.id)).toEqual(["fanlight", "fanlight-dark"]);
  });

  test("makes, changes and deletes a web integration", async ({ server }) => {
    const { webIntegrations } = api(server.ready);
    const name = `spec ${randomUUID()}`;
    const made = await webIntegrations.createWebIntegration({ name, validOrigins: ["https://a.example"] });
    expect(made.status).toBe(201);
    const id = made.data.id ?? "";
    const value = ["https://b.example"];
    // The package's types know texts only; the public contract has a list here.
    const patch = { op: "replace", path: "/validOrigins", value: value as unknown as string } as const;
    await webIntegrations.patchWebIntegration(id, [patch]);
    const changed = await webIntegrations.getWebIntegration(id, { noCache: true });
    expect(changed.data).toMatchObject({ name, validOrigins: value });
    await webIntegrations.deleteWebIntegration(id);
    await expect(webIntegrations.getWebIntegration(id, { noCache: true })).rejects.toMatchObject({
      status: 404,
    });
  });

  test("makes, changes and deletes a CSP entry, which the header follows", async ({ server }) => {
    const { cspOrigins } = api(server.ready);
    const header = async () => {
      const { data } = await cspOrigins.getCSPHeader({ noCache: true });
      return data["Content-Security-Policy"] ?? "";
    };
    const made = await cspOrigins.createCSPEntry({ origin: "spec.example", frameAncestors: true });
    expect(made.status).toBe(201);
    const id = made.data.id ?? "";
    expect(await header()).toMatch(/frame-ancestors [^;]*spec\.example/);
    await cspOrigins.updateCSPEntry(id, { origin: "spec.example", imgSrc: true });
    expect(await header()).toMatch(/img-src [^;]*spec\.example/);
    expect(await header()).not.toMatch(/frame-ancestors [^;]*spec\.example/);
    await cspOrigins.deleteCSPEntry(id);
    expect(await header()).not.toContain("spec.example");
  });

  test("is refused with a key that is not known", async ({ server }) => {
    const { users } = api({ ...server.ready, apiKey: "flk_0123456789abcdef_nothing" });
    await expect(users.getMyUser({ noCache: true })).rejects.toMatchObject({ status: 401 });
  });
});
