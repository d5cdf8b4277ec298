// The same over `https://` and `wss://`, and who vouches for it.
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { expect, test } from "../support/fixtures.js";
import { describeJourney } from "../support/journey.js";

test.use({ tls: true });

describeJourney();

test("the certificate authority vouches for tenant and portal by name", async ({ server }) => {
  const ca = await readFile(server.ready.ca ?? "");
  for (const url of [server.ready.tenant, server.ready.portal]) {
    const { protocol, hostname, port } = new URL(url);
    expect(protocol).toBe("https:");
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = {
        host: "127.0.0.1",
        port,
        servername: hostname,
        headers: { host: `${hostname}:${port}` },
        ca,
      };
      request(options, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBeLessThan(500);
  }
});
