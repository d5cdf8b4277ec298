// The demo portal's page in browsers other than Chromium, with third-party cookies as each has them by default.
import { expect, test } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dropEngine, engineOf, loginOf, revokeLogin, setFaults, closeEngine } from "../support/control.js";
import { Server } from "../support/server.js";
import { openFirefox } from "./firefox.js";
import { openWebKit } from "./webkit.js";
import type { BrowserWindow } from "./window.js";

const browsers = { Firefox: openFirefox, WebKit: openWebKit };
const embed = "embed-a";

/** Whether a page of one site gets a cookie back that another one set when a person was there. */
async function sharesCookiesBetweenSites(window: BrowserWindow): Promise<boolean> {
  const server = createServer((request, response) => {
    const { origin, cookie } = request.headers;
    if (origin !== undefined) response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-allow-credentials", "true");
    if (request.url === "/set") response.setHeader("set-cookie", "control=1; Path=/");
    response.setHeader("content-type", request.url === "/get" ? "text/plain" : "text/html");
    response.end(request.url === "/get" ? (cookie ?? "") : "<!doctype html><title>Control</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const get = (site: string): string =>
    `return (await fetch("http://${site}.localhost:${port}/get", { credentials: "include" })).text();`;
  try {
    await window.open(`http://third.localhost:${port}/set`);
    expect(await window.run(get("third")), "the cookie is kept").toBe("control=1");
    await window.open(`http://top.localhost:${port}/`);
    return (await window.run(get("third"))) === "control=1";
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The embed's state and reason, as it told them last. */
function told(window: BrowserWindow): Promise<unknown> {
  return window.run(`return window.toldLast ?? document.getElementById("${embed}")?.state?.state ?? "";`);
}

async function reaches(window: BrowserWindow, step: string): Promise<void> {
  await expect.poll(() => told(window)).toBe(step);
}

/** Signs in at the portal, with an engine session of its own. */
async function signIn(window: BrowserWindow, server: Server): Promise<string> {
  const identity = randomUUID();
  await window.open(`${server.ready.portal}/?identity=${identity}`);
  const click = `const button = [...document.querySelectorAll("button")].find(({ textContent }) => /Ada/.test(textContent));
    button?.click();
    return button !== undefined || document.getElementById("${embed}") !== null;`;
  await expect.poll(() => window.run(click)).toBe(true);
  await expect.poll(() => window.run(`return document.getElementById("${embed}") !== null;`)).toBe(true);
  await window.run(`document.getElementById("${embed}").addEventListener("fanlight-state", ({ detail }) => {
    window.toldLast = detail.reason === null ? detail.state : detail.state + ":" + detail.reason;
  });`);
  await reaches(window, "live");
  return identity;
}

async function isDrawn(window: BrowserWindow): Promise<void> {
  const cells = `const count = (selector) => document.querySelectorAll(selector).length;
    return count(".cell") > 0 && count(".cell.pending, .cell.missing") === 0;`;
  await expect.poll(() => window.runIn(embed, cells)).toBe(true);
}

for (const [name, open] of Object.entries(browsers))
  test.describe(name, () => {
    let server: Server;
    let window: BrowserWindow;
    test.beforeAll(async () => {
      server = await Server.start({ tls: false });
      window = await open();
      console.log(window.name);
    });
    test.afterAll(async () => {
      await window?.close();
      await server?.stop();
    });
    test.beforeEach(() => setFaults(server.ready, { "token-endpoint-500": false }));

    test("cookies of one site are not seen in a page of another", async () => {
      expect(await sharesCookiesBetweenSites(window)).toBe(false);
    });

    test("signs in, draws, and a click selects", async () => {
      await signIn(window, server);
      await isDrawn(window);
      const chart = `[data-object="departures-by-carrier"]`;
      const confirm = `[...document.querySelectorAll("button")].find((button) => /Confirm selection/.test(button.title + button.ariaLabel))`;
      const isOffered = `const button = ${confirm}; return button !== undefined && !button.disabled;`;
      await expect(async () => {
        await window.clickIn(embed, { selector: chart, across: 0.2, down: 0.72 });
        await expect.poll(() => window.runIn(embed, isOffered), { timeout: 3000 }).toBe(true);
      }).toPass();
      await window.runIn(embed, `${confirm}.click();`);
      const selected = `const list = await document.getElementById("${embed}").app.createSessionObject({
          qInfo: { qType: "CurrentSelections" }, qSelectionObjectDef: {} });
        const { qSelectionObject } = await list.getLayout();
        return (qSelectionObject.qSelections ?? []).map(({ qField }) => qField);`;
      await expect.poll(() => window.run(selected)).toEqual(["Carrier"]);
    });

    test("is suspended and resumes", async () => {
      await signIn(window, server);
      await window.run(`document.getElementById("${embed}").suspend();`);
      await reaches(window, "suspended:manual");
      await window.run(`document.getElementById("${embed}").resume();`);
      await reaches(window, "live");
    });

    test("comes back from a lost connection and from a restart", async () => {
      const identity = await signIn(window, server);
      for (const fault of [
        async () => dropEngine(server.ready, (await engineOf(server.ready, identity)).id),
        () => setFaults(server.ready, { "restart-engine": true }),
      ]) {
        await window.run("window.wentAway = false;");
        await window.run(`document.getElementById("${embed}").addEventListener("fanlight-state", ({ detail }) => {
          if (detail.state !== "live") window.wentAway = true;
        }, { once: true });`);
        await fault();
        await expect.poll(() => window.run("return window.wentAway;")).toBe(true);
        await reaches(window, "live");
      }
    });

    test("tells that there are too many sessions", async () => {
      const identity = await signIn(window, server);
      await closeEngine(server.ready, (await engineOf(server.ready, identity)).id, 4005);
      await reaches(window, "ended:session-limit");
    });

    test("tells that the sign-in was revoked, and starts again", async () => {
      await signIn(window, server);
      await revokeLogin(server.ready, (await loginOf(server.ready, "ada")).id, "lost laptop");
      await reaches(window, "ended:revoked");
      await window.run(`document.getElementById("${embed}").restart();`);
      await reaches(window, "live");
    });

    test("tells that the portal gives no token", async () => {
      await signIn(window, server);
      await revokeLogin(server.ready, (await loginOf(server.ready, "ada")).id);
      await reaches(window, "ended:revoked");
      await setFaults(server.ready, { "token-endpoint-500": true });
      await window.run(`document.getElementById("${embed}").restart();`);
      await reaches(window, "blocked:token-endpoint-failed");
    });
  });
