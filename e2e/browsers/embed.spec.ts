// The demo portal's page in browsers other than Chromium, over HTTPS, with third-party cookies as each has them by default.
import { expect, test } from "@playwright/test";
import { messageOf } from "../support/messages.js";
import { Server } from "../support/server.js";
import { thirdPartyCookiesOf } from "./cookies.js";
import type { ThirdPartyCookies } from "./cookies.js";
import { openFirefox } from "./firefox.js";
import { Portal } from "./portal.js";
import { openWebKit } from "./webkit.js";
import type { BrowserWindow } from "./window.js";

interface Kind {
  readonly name: string;
  readonly open: () => Promise<BrowserWindow>;
  readonly cookies: ThirdPartyCookies;
  /** What then lets the person in. */
  readonly way: "cookie" | "ticket";
}

const kinds: readonly Kind[] = [
  {
    // Keeps the cookies of other sites, apart for each site that they are called from ("total cookie protection").
    name: "Firefox",
    open: openFirefox,
    cookies: { kept: true, shared: false },
    way: "cookie",
  },
  {
    // Takes no new cookie from another site, but sends those that it has from a visit there.
    name: "WebKit",
    open: openWebKit,
    cookies: { kept: false, shared: true },
    way: "ticket",
  },
];

/** Neither takes nor sends them. Safari has this on from the start; WebKitGTK leaves it to the browser made of it. */
const strictest: Kind = {
  name: "WebKit with tracking prevention",
  open: () => openWebKit("--enable-itp"),
  cookies: { kept: false, shared: false },
  way: "ticket",
};

/** What is done to a live embed, and what it tells then. */
interface Ending {
  readonly what: string;
  readonly cause: (portal: Portal) => Promise<void>;
  readonly told: string;
  /** In place of the usual text. */
  readonly text?: string;
}

const endings: readonly Ending[] = [
  failure("idle-expiry", "ended:idle-timeout"),
  failure("lifetime-expiry", "ended:lifetime"),
  // The operator gave a reason.
  failure("revoke", "ended:revoked", "the demo's button was pressed"),
  { what: "sign-out", cause: (portal) => portal.call("end"), told: "ended:signed-out" },
  failure("close-4004", "ended:app-removed"),
  failure("close-4005", "ended:session-limit"),
  failure("close-4203", "ended:not-permitted"),
  failure("token-endpoint-500", "blocked:token-endpoint-failed"),
];

function failure(name: string, told: string, text?: string): Ending {
  const cause = (portal: Portal): Promise<void> => portal.fail(name);
  return { what: name, cause, told, ...(text === undefined ? {} : { text }) };
}

for (const kind of [...kinds, strictest])
  test.describe(kind.name, () => {
    let server: Server;
    let window: BrowserWindow;
    let portal: Portal;
    test.beforeAll(async () => {
      server = await Server.start({ tls: true });
      window = await kind.open();
      console.log(window.name);
      portal = new Portal(window);
    });
    test.afterAll(async () => {
      await window?.close();
      await server?.stop();
    });

    test("third-party cookies are as the browser has them by default", async () => {
      expect(await thirdPartyCookiesOf(window)).toEqual(kind.cookies);
    });

    test(`signs in by ${kind.way}, draws, and a click selects`, async () => {
      await portal.signIn(server.ready.portal);
      expect(await portal.way()).toBe(kind.way);
      const before = await portal.textOf("kpi-departures");
      await portal.selectFirstBar();
      await expect.poll(() => portal.selectedFields()).toEqual(["Carrier"]);
      await expect.poll(() => portal.textOf("kpi-departures")).not.toBe(before);
    });

    if (kind !== strictest) describeLife(() => ({ portal, server }));
  });

/** From here on it makes no difference which cookies a browser refuses. */
function describeLife(opened: () => { portal: Portal; server: Server }): void {
  test("is suspended, and resumes with its selections", async () => {
    const { portal, server } = opened();
    await portal.signIn(server.ready.portal);
    await portal.select("Carrier", "AA");
    const before = await portal.path();
    await portal.call("suspend");
    await expect.poll(() => portal.message()).toEqual(messageOf("suspended:manual"));
    await portal.call("resume");
    const path = ["suspended:manual", "resuming:manual", "live:attached"];
    await expect.poll(() => portal.path()).toEqual([...before, ...path]);
    await portal.isDrawn();
    expect(await portal.selectedFields()).toEqual(["Carrier"]);
  });

  test("comes back from a lost connection and from a restart", async () => {
    const { portal, server } = opened();
    await portal.signIn(server.ready.portal);
    await portal.select("Carrier", "AA");
    for (const [fault, path] of [
      ["drop", ["suspended:network", "resuming:network", "live:attached"]],
      ["restart-engine", ["suspended:engine-restart", "resuming:engine-restart", "live:rebuilt"]],
    ] as const)
      await test.step(fault, async () => {
        const before = await portal.path();
        await portal.fail(fault);
        await expect.poll(() => portal.path()).toEqual([...before, ...path]);
        await portal.isLive();
        await portal.isDrawn();
        expect(await portal.selectedFields()).toEqual(["Carrier"]);
      });
  });

  test("tells what ended it, and starts again", async () => {
    const { portal, server } = opened();
    await portal.signIn(server.ready.portal);
    for (const { what, cause, told, text } of endings)
      await test.step(what, async () => {
        await cause(portal);
        await expect.poll(async () => (await portal.path()).at(-1)).toBe(told);
        const [title, usual] = messageOf(told) ?? [];
        expect(await portal.message()).toEqual([title, text ?? usual]);
        await portal.backToNormal();
      });
    await portal.isDrawn();
  });
}
