// The table of everything that can go wrong for an embed. `specs/embed-matrix.spec.ts` goes through it.
import type { Page } from "@playwright/test";
import {
  advanceClock,
  dropEngine,
  engineOf,
  expireLogin,
  loginOf,
  noFaults,
  revokeLogin,
  setFaults,
} from "./control.js";
import type { Faults } from "./control.js";
import type { Attributes, EmbedPage, Options } from "./embed-page.js";
import { crowd, passLifetimeUpTo } from "./faults.js";
import type { Admin } from "./faults.js";
import type { Ready, Server } from "./server.js";

export interface Stage {
  readonly page: Page;
  readonly server: Server;
  readonly ready: Ready;
  readonly embed: EmbedPage;
  readonly admin: Admin;
  /** Runs when the test is over, whatever became of it. */
  later(undo: () => unknown): void;
}

type Act = (stage: Stage) => unknown;

export interface Case {
  readonly name: string;
  readonly attributes?: Attributes;
  readonly frame?: Options["frame"];
  /** Goes before the embed. */
  readonly before?: Act;
  /** What happens to a live session; without it the session does not come about. */
  readonly cause?: Act;
  /** Goes on while a session does not come about. */
  readonly meanwhile?: Act;
  /** The transitions that it causes; one without `#` leaves the close code open, `live` alone how it came about. */
  readonly path: readonly string[];
  /** The last of them stays until somebody does something. */
  readonly isLasting?: true;
  /** Takes the cause away. */
  readonly heal?: Act;
  /** What the person then clicks on; without it the session comes back by itself. */
  readonly button?: string;
  /** The transitions back. */
  readonly recovery: readonly string[];
}

/** The person clicks on "Start again", and all is well. */
const startsAgain = {
  isLasting: true,
  button: "Start again",
  recovery: ["signing-in", "connecting", "live:created"],
} as const;

/** Plans faults for the time of the test. */
const plan =
  (faults: Partial<Faults>): Act =>
  async ({ ready, later }) => {
    later(() => setFaults(ready, noFaults));
    await setFaults(ready, faults);
  };
const takeBack: Act = ({ ready }) => setFaults(ready, noFaults);

const suspensions: readonly Case[] = [
  {
    name: "suspended, offline: the browser has no network",
    cause: ({ page }) => page.context().setOffline(true),
    path: ["suspended:offline"],
    isLasting: true,
    heal: ({ page }) => page.context().setOffline(false),
    recovery: ["resuming:offline", "live:attached"],
  },
  {
    name: "suspended, network: the connection is cut",
    cause: async ({ ready, embed }) => dropEngine(ready, (await engineOf(ready, embed.identity)).id),
    path: ["suspended:network#1006", "resuming:network", "live:attached"],
    recovery: [],
  },
  {
    name: "suspended, network: the server dies, and comes back",
    cause: async ({ server }) => {
      await server.kill();
      await server.restart();
    },
    path: ["suspended:network#1006", "resuming:network", "live:rebuilt"],
    recovery: [],
  },
  {
    name: "suspended, asleep: the page's clock jumps",
    before: ({ page }) => page.clock.install(),
    cause: ({ page }) => page.clock.fastForward(10 * 60_000),
    path: ["suspended:asleep", "resuming:asleep", "live:attached"],
    recovery: [],
  },
  {
    name: "suspended, engine-restart: the engine forgets all sessions, and the journal has them",
    cause: ({ ready }) => setFaults(ready, { "restart-engine": true }),
    path: ["suspended:engine-restart#4003", "resuming:engine-restart", "live:rebuilt"],
    recovery: [],
  },
  {
    name: "suspended, engine-restart: the server is stopped and started",
    cause: async ({ server }) => {
      await server.terminate();
      await server.restart();
    },
    path: ["suspended:engine-restart#4003", "resuming:engine-restart", "live:rebuilt"],
    recovery: [],
  },
  {
    name: "suspended, manual: the portal pauses the embed",
    cause: ({ embed }) => embed.suspend(),
    path: ["suspended:manual"],
    isLasting: true,
    button: "Resume",
    recovery: ["resuming:manual", "live:attached"],
  },
];

const hourLong: Act = async ({ admin, later }) => {
  await admin.limit(1440, 60);
  later(() => admin.limit(30, 1440));
};

const expiries: readonly Case[] = [
  {
    name: "expiring, idle: nobody does anything for almost the idle limit",
    attributes: { "keep-alive": "never" },
    cause: ({ ready }) => advanceClock(ready, 29.5 * 60),
    path: ["expiring:idle"],
    isLasting: true,
    button: "Stay signed in",
    recovery: ["live:created"],
  },
  {
    name: "expiring, lifetime: the login session is almost as old as it may get",
    attributes: { "keep-alive": "never" },
    before: hourLong,
    cause: ({ ready, embed }) => passLifetimeUpTo(ready, 30, () => embed.answers()),
    path: ["expiring:lifetime"],
    isLasting: true,
    button: "Stay signed in",
    recovery: ["live:created"],
  },
];

const ends: readonly Case[] = [
  {
    name: "ended, idle-timeout: nobody did anything for too long",
    attributes: { "keep-alive": "never" },
    cause: ({ ready }) => advanceClock(ready, 31 * 60),
    path: ["ended:idle-timeout#4001"],
    ...startsAgain,
  },
  {
    name: "ended, lifetime: the login session reaches its greatest age",
    attributes: { "keep-alive": "never" },
    before: hourLong,
    cause: async ({ ready, embed }) => {
      await passLifetimeUpTo(ready, 30, () => embed.answers());
      await embed.reaches("expiring:lifetime");
      await advanceClock(ready, 31);
    },
    path: ["expiring:lifetime", "ended:lifetime#4006"],
    ...startsAgain,
  },
  ...(
    [
      ["idle-timeout", 4001],
      ["lifetime", 4006],
    ] as const
  ).map(([reason, code]): Case => ({
    name: `ended, ${reason}: the login session expires before its time`,
    cause: async ({ ready }) => expireLogin(ready, (await loginOf(ready, "ada")).id, reason),
    path: [`ended:${reason}#${code}`],
    ...startsAgain,
  })),
  {
    name: "ended, revoked: a rule ends the login session",
    cause: async ({ ready }) => revokeLogin(ready, (await loginOf(ready, "ada")).id),
    path: ["ended:revoked#4006"],
    ...startsAgain,
  },
  {
    name: "ended, revoked: an administrator ends the session",
    cause: ({ admin }) => admin.endSessionsOf("ada"),
    path: ["ended:revoked#4006"],
    ...startsAgain,
  },
  {
    name: "ended, signed-out: the person signs out",
    cause: ({ embed }) => embed.end(),
    path: ["ended:signed-out"],
    ...startsAgain,
  },
  {
    name: "ended, no-such-app: there is no app of that id",
    attributes: { app: "nowhere" },
    path: ["signing-in", "connecting", "ended:no-such-app#4204"],
    isLasting: true,
    button: "Start again",
    recovery: ["signing-in", "connecting", "ended:no-such-app#4204"],
  },
  {
    name: "ended, not-permitted: the person may not open the app",
    before: plan({ "deny-app-once": 5 }),
    path: ["signing-in", "connecting", "ended:not-permitted#4203"],
    ...startsAgain,
  },
  {
    name: "ended, session-limit: the person has all connections that one may have",
    ...crowded(),
    path: ["signing-in", "connecting", "ended:session-limit#4005"],
    ...startsAgain,
  },
];

/** Somebody else has all the connections, until the cause is taken away. */
function crowded(): Required<Pick<Case, "before" | "heal">> {
  let leave = (): void => undefined;
  return {
    before: async ({ ready, later }) => later((leave = await crowd(ready))),
    heal: () => leave(),
  };
}

/** Answers in place of the portal's token endpoint. */
const answerTokens =
  (answer: { readonly status?: number; readonly body?: string }): Act =>
  ({ page }) =>
    page.route("**/analytics-token", (route) => route.fulfill(answer));
const askPortal: Act = ({ page }) => page.unroute("**/analytics-token");

const blocks: readonly Case[] = [
  {
    name: "blocked, frame-refused: the tenant lets nobody frame the sheet",
    frame: "real",
    before: async (stage) => {
      await stage.page.clock.install();
      await plan({ "frame-refuse": true })(stage);
    },
    meanwhile: async ({ page, embed }) => {
      await embed.reaches("live");
      await page.clock.fastForward(16_000);
    },
    path: ["signing-in", "connecting", "live:created", "blocked:frame-refused"],
    heal: takeBack,
    ...startsAgain,
    // The engine session waits some seconds for somebody to come back.
    recovery: ["signing-in", "connecting", "live"],
  },
  {
    name: "blocked, origin-not-allowed: no web integration lists the page",
    before: async ({ admin, ready, later }) => {
      await admin.allowOrigins(["https://another.example"]);
      later(() => admin.allowOrigins([ready.portal]));
    },
    path: ["signing-in", "blocked:origin-not-allowed"],
    heal: ({ admin, ready }) => admin.allowOrigins([ready.portal]),
    ...startsAgain,
  },
  {
    name: "blocked, token-endpoint-failed: the portal's backend has an error",
    before: plan({ "token-endpoint-500": true }),
    path: ["signing-in", "blocked:token-endpoint-failed"],
    heal: takeBack,
    ...startsAgain,
  },
  {
    name: "blocked, token-endpoint-failed: nobody is signed in to the portal",
    before: answerTokens({ status: 401 }),
    path: ["signing-in", "blocked:token-endpoint-failed"],
    heal: askPortal,
    ...startsAgain,
  },
  {
    name: "blocked, token-rejected: the tenant does not take the token",
    before: answerTokens({ body: "a.b.c" }),
    path: ["signing-in", "blocked:token-rejected"],
    heal: askPortal,
    ...startsAgain,
  },
  {
    name: "blocked, tenant-unreachable: nobody is there",
    before: ({ page, ready }) =>
      page.route(`${ready.tenant}/**`, (route) => route.abort("connectionrefused")),
    path: ["signing-in", "blocked:tenant-unreachable"],
    heal: ({ page, ready }) => page.unroute(`${ready.tenant}/**`),
    ...startsAgain,
  },
  {
    name: "blocked, tenant-unreachable: nobody is there until the network comes back",
    before: ({ page, ready }) =>
      page.route(`${ready.tenant}/**`, (route) => route.abort("connectionrefused")),
    path: ["signing-in", "blocked:tenant-unreachable"],
    heal: async ({ page, ready }) => {
      await page.unroute(`${ready.tenant}/**`);
      await page.context().setOffline(true);
      await page.context().setOffline(false);
    },
    recovery: ["signing-in", "connecting", "live:created"],
  },
];

/** How the server closes, and what becomes of a live session then. */
export const closings = [
  [4001, ["ended:idle-timeout#4001"]],
  [4003, ["suspended:engine-restart#4003", "resuming:engine-restart", "live:rebuilt"]],
  [4004, ["ended:app-removed#4004"]],
  [4005, ["ended:session-limit#4005"]],
  [4006, ["ended:signed-out#4006"]],
  [4202, ["suspended:network#4202", "resuming:network", "live"]],
  [4203, ["ended:not-permitted#4203"]],
  [4204, ["ended:no-such-app#4204"]],
  [4205, ["suspended:network#4205", "resuming:network", "live"]],
] as const;

export const cases: readonly Case[] = [...suspensions, ...expiries, ...ends, ...blocks];
