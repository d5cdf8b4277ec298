// Unmodified @qlik/api in Node with an API key: both of its RPC clients, and the REST calls that a portal makes.
import { test as base, expect } from "@playwright/test";
import { createQlikApi } from "@qlik/api";
import type { QlikAPI } from "@qlik/api";
import { registerAuthModule } from "@qlik/api/auth";
import type { AppSession, Doc, HyperCube, ListObject, WebSocketEvent } from "@qlik/api/qix";
import { randomUUID } from "node:crypto";
import { advanceClock, closeEngine, dropEngine, engineOf, setFaults, state } from "../support/control.js";
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

type Closed = Extract<WebSocketEvent, { readonly code: number }>;

function isClosed(event: WebSocketEvent): event is Closed {
  return "code" in event;
}

/** All that the client tells of the session's WebSocket from now on, and the first word of its end. */
function follow(session: AppSession): { readonly told: readonly string[]; readonly end: Promise<Closed> } {
  const told: string[] = [];
  const end = new Promise<Closed>((resolve) => {
    session.onWebSocketEvent((event) => {
      told.push(event.eventType);
      if (isClosed(event)) resolve(event);
    });
  });
  return { told, end };
}

/**
 * The session's end is told once, and nothing is done about it. That is known when another session, which ends later and
 * which the client does resume, is back.
 */
async function expectNoResume(ready: Ready, autoResume: boolean, ended: Opened, told: readonly string[]) {
  const other = await open(ready, autoResume);
  const resumed = untilResumed(other.session);
  await closeEngine(ready, (await engineOf(ready, other.identity)).id, 4003);
  await resumed;
  expect(told).toEqual(["suspended"]);
  const { engineSessions } = await state(ready);
  // Without its program a session waits a moment for another one to come.
  const own = engineSessions.filter(({ identity }) => identity === ended.identity);
  expect(own.flatMap(({ connections }) => connections)).toEqual([]);
  await ended.session.close();
  await other.session.close();
}

/** A key of its own for a program that is no administrator, and what takes it back. */
async function newApiKey(server: Server): Promise<{ apiKey: string; revoke(): Promise<unknown> }> {
  const apiKey = await server.command("api-key", "new", "--user", `program-${randomUUID()}`);
  const id = apiKey.split("_")[1] ?? "";
  return { apiKey, revoke: () => server.command("api-key", "revoke", id) };
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
      const { end } = follow(session);
      expect(await dropEngine(ready, before.id)).toBe(1);
      expect(await end).toMatchObject({ eventType: "suspended", code: 1006, initiator: "network" });
      const resumed = untilResumed(session);
      await session.resume();
      await resumed;
      expect(states(await list.getLayout())).toEqual({ EWR: "A", JFK: "S", LGA: "A" });
      expect((await engineOf(ready, identity)).id).toBe(before.id);
      await session.close();
    });

    test("hears that the session was idle for too long, with code 4001", async ({ server: { ready } }) => {
      const opened = await open(ready, autoResume);
      const { told, end } = follow(opened.session);
      await advanceClock(ready, 24 * 3600);
      expect(await end).toMatchObject({
        eventType: "suspended",
        code: 4001,
        initiator: "network",
        reason: expect.stringMatching(/^idle-timeout/),
      });
      await expectNoResume(ready, autoResume, opened, told);
    });

    test("an app that is not there, or not for this person, ends in an error", async ({
      server: { ready },
    }) => {
      const { qix } = api(ready);
      const session = qix.openAppSession({ appId: "no-such-app", identity: randomUUID(), autoResume });
      // A session that never opened is not closed: the client leaves a promise of its own unheard then.
      await expect(session.getDoc()).rejects.toThrow();
      await setFaults(ready, { "deny-app-once": true });
      await expect(open(ready, autoResume)).rejects.toThrow();
      const opened = await open(ready, autoResume);
      await opened.session.close();
    });

    test("hears that its API key was revoked, with code 4006", async ({ server }) => {
      const { ready } = server;
      const { apiKey, revoke } = await newApiKey(server);
      const program = api({ ...ready, apiKey });
      const opened = await open(ready, autoResume, program);
      const { told, end } = follow(opened.session);
      await revoke();
      expect(await end).toMatchObject({
        eventType: "suspended",
        code: 4006,
        initiator: "network",
        reason: expect.stringMatching(/^revoked: the program's key/),
      });
      await expectNoResume(ready, autoResume, opened, told);
      await expect(program.users.getMyUser({ noCache: true })).rejects.toMatchObject({ status: 401 });
    });

    test("hears that its person has signed out, with code 4006", async ({ server: { ready } }) => {
      const credentials = await signIn(ready, "ada");
      const host = loopback(ready.tenant);
      const ada = createQlikApi({ hostConfig: { host, authType: "signedIn", credentials } });
      const opened = await open(ready, autoResume, ada);
      const { told, end } = follow(opened.session);
      await signOut(ready, credentials);
      expect(await end).toMatchObject({
        eventType: "suspended",
        code: 4006,
        initiator: "network",
        reason: expect.stringMatching(/^signed-out/),
      });
      await expectNoResume(ready, autoResume, opened, told);
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
