// Unmodified @qlik/sdk in Node with an API key.
import { test as base, expect } from "@playwright/test";
import Qlik, { AuthType } from "@qlik/sdk";
import { loopback } from "../support/engine.js";
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
  qInfo: { qType: "sdk-cube" },
  qHyperCubeDef: {
    qMode: "EQ_DATA_MODE_STRAIGHT",
    qDimensions: [{ qDef: { qFieldDefs: ["Carrier"] } }],
    qMeasures: [{ qDef: { qDef: "Count([Flight Number])" } }],
    qInitialDataFetch: [{ qTop: 0, qLeft: 0, qWidth: 2, qHeight: 50 }],
  },
};

interface Layout {
  readonly qHyperCube: { readonly qMode: string; readonly qDataPages: { qMatrix: { qNum: number }[][] }[] };
}

const total = ({ qHyperCube }: Layout): number =>
  (qHyperCube.qDataPages[0]?.qMatrix ?? []).reduce((sum, row) => sum + Number(row[1]?.qNum), 0);

function client({ ready }: Server): Qlik {
  return new Qlik({ authType: AuthType.APIKey, host: loopback(ready.tenant), apiKey: ready.apiKey });
}

test("opens the app, reads a layout, selects and hears of it", async ({ server }) => {
  const app = await client(server).apps.get(server.ready.appId);
  await app.open();
  const object = await app.createSessionObject(byCarrier as never);
  const layout = (await object.getLayout()) as unknown as Layout;
  expect(layout.qHyperCube.qMode).toBe("S");
  expect(total(layout)).toBe(336_776);

  const told: string[] = [];
  app.on("changed", () => told.push("app"));
  object.on("changed", () => told.push("object"));
  const field = await app.getField("Origin", "$");
  expect(await field.selectValues([{ qText: "JFK" }] as never, false, false)).toBe(true);
  expect(told.sort()).toEqual(["app", "object"]);
  expect(total((await object.getLayout()) as unknown as Layout)).toBe(111_279);
  await app.close();
});

test("an unknown app is told as an error", async ({ server }) => {
  const qlik = client(server);
  await expect(qlik.apps.get("no-such-app")).rejects.toMatchObject({ status: 404 });
  const app = qlik.apps.createSessionApp("no-such-app");
  const opened = app.open().then(
    () => "open",
    () => "refused",
  );
  expect(await opened).toBe("refused");
});
