// Every failure that an embed can meet: what the page is told, in which order and how often, what its person reads, and
// how it goes on. `support/matrix.ts` holds the table.
import { expect, test } from "../support/fixtures.js";
import { EmbedPage } from "../support/embed-page.js";
import { Admin } from "../support/faults.js";
import { closeEngine, engineOf, noFaults, setFaults } from "../support/control.js";
import { cases, closings } from "../support/matrix.js";
import type { Case, Stage } from "../support/matrix.js";
import { messageOf } from "../support/messages.js";
import { expectPath } from "../support/told.js";

const opening = ["signing-in", "connecting", "live:created"];

/** The failure lasts until somebody does something: its message is read out, and stays. */
async function expectMessage(embed: EmbedPage, step: string, button: string | null): Promise<void> {
  const [title, text] = messageOf(step) ?? ["", ""];
  await expect(embed.message).toBeVisible();
  await expect(embed.message).toHaveAccessibleName(title);
  const said = async (): Promise<string> =>
    (await embed.element.getByRole("status").innerText()).replace(/\d+/, "{seconds}");
  await expect.poll(said).toBe(`${title}. ${text}`);
  await expect(embed.message.getByRole("button")).toHaveText(button === null ? [] : [button]);
}

async function run(stage: Stage, given: Case): Promise<void> {
  const { embed } = stage;
  await given.before?.(stage);
  const begun: string[] = given.cause === undefined ? [] : opening;
  if (given.cause === undefined) {
    await embed.embed();
    await given.meanwhile?.(stage);
  } else {
    await embed.embedLive();
    await embed.select("Carrier", "AA");
    await given.cause(stage);
  }
  const failed = [...begun, ...given.path];
  const last = failed.at(-1) ?? "";
  await embed.reaches(last);
  await expectPath(embed, failed);
  await expectFrame(embed, last);
  if (given.isLasting) await expectMessage(embed, last, given.button ?? null);

  await given.heal?.(stage);
  if (given.button !== undefined) await embed.button(given.button).click();
  const whole = [...failed, ...given.recovery];
  await embed.reaches(whole.at(-1) ?? "");
  await expectPath(embed, whole);
  if (whole.at(-1)?.startsWith("live") !== true) return;
  await expect(embed.message).toBeHidden();
  expect(await embed.answers(), "the engine answers").toBe(true);
  await expectFrame(embed, "live");
  // Who comes back to a session, or to one rebuilt from the journal, finds what was selected; a new one begins with nothing.
  const isSame = given.cause !== undefined && !whole.slice(begun.length).includes("signing-in");
  if (whole.at(-1) !== "live") expect(await embed.selections()).toEqual(isSame ? { Carrier: "AA" } : {});
  await expectPath(embed, whole);
}

/** The frame stays, covered, for as long as the session may come back, and goes with it. */
async function expectFrame(embed: EmbedPage, step: string): Promise<void> {
  const frame = expect(embed.element.locator("iframe"));
  if (/^(ended|blocked)/.test(step)) await frame.not.toHaveAttribute("src");
  else await frame.toHaveAttribute("src", /\/single\//);
}

/** Every test begins as the only one of its person. */
test.beforeEach(async ({ server: { ready } }) => new Admin(ready).endSessionsOf("ada"));

for (const cookies of ["blocked", "allowed"] as const) {
  test.describe(`third-party cookies ${cookies}`, () => {
    test.use({ cookies });
    for (const given of cases) {
      test(given.name, async ({ page, server }) => {
        const { ready } = server;
        const embed = await EmbedPage.open(page, ready, {
          frame: given.frame ?? "stand-in",
          ...(given.attributes === undefined ? {} : { attributes: given.attributes }),
        });
        const undo: (() => unknown)[] = [];
        const later = (act: () => unknown): void => void undo.push(act);
        try {
          await run({ page, server, ready, embed, admin: new Admin(ready), later }, given);
        } finally {
          for (const act of undo) await act();
        }
      });
    }

    test("each close code of the server is told as what it is", async ({ page, server: { ready } }) => {
      await page.clock.install();
      const embed = await EmbedPage.open(page, ready, { frame: "stand-in" });
      await embed.embedLive();
      const whole = [...opening];
      for (const [code, path] of closings) {
        await closeEngine(ready, (await engineOf(ready, embed.identity)).id, code);
        await embed.goesOn(whole.length, path[0]);
        // Somebody who asked too much, or wrongly, is to wait for some seconds.
        if (code === 4202 || code === 4205) await page.clock.runFor(11_000);
        whole.push(...path);
        await embed.reaches(path.at(-1) ?? "");
        if (path[0].startsWith("ended")) {
          await expectMessage(embed, path[0], "Start again");
          await embed.button("Start again").click();
          whole.push("signing-in", "connecting", "live");
          await embed.reaches("live");
        }
        await expectPath(embed, whole);
      }
    });
  });
}

/** Where a sign-in leaves a browser that keeps no unpartitioned cookie of the tenant, or none at all. */
for (const { cookies, faults, outcome } of [
  {
    cookies: "blocked",
    faults: { "plain-cookies": true },
    outcome: "live by ticket",
  },
  {
    cookies: "blocked",
    faults: { "plain-cookies": true, "tickets-refuse": true },
    outcome: "blocked",
  },
  {
    cookies: "allowed",
    faults: { "plain-cookies": true, "tickets-refuse": true },
    outcome: "live by cookie",
  },
  { cookies: "none", faults: {}, outcome: "live by ticket" },
  { cookies: "none", faults: { "tickets-refuse": true }, outcome: "blocked" },
] as const) {
  test.describe(`cookies ${cookies}, ${Object.keys(faults).join(" and ") || "no faults"}`, () => {
    test.use({ cookies });

    test(`the embed is ${outcome}`, async ({ page, server: { ready } }) => {
      const embed = await EmbedPage.open(page, ready, { frame: "stand-in" });
      try {
        await setFaults(ready, faults);
        await embed.embed();
        if (outcome === "blocked") {
          const blocked = ["signing-in", "blocked:cookies-blocked"];
          await embed.reaches("blocked");
          await expectPath(embed, blocked);
          await expectMessage(embed, "blocked:cookies-blocked", "Start again");
          await setFaults(ready, noFaults);
          await embed.button("Start again").click();
          await embed.reaches("live");
          await expectPath(embed, [...blocked, ...opening]);
        } else {
          await embed.reaches("live");
          await expectPath(embed, opening);
          const frame = embed.page.locator("fanlight-embed iframe");
          const src = expect(frame);
          if (outcome === "live by ticket") await src.toHaveAttribute("src", /auth=ticket/);
          else await src.not.toHaveAttribute("src", /auth=ticket/);
        }
        expect(await embed.answers(), "the engine answers").toBe(true);
      } finally {
        await setFaults(ready, noFaults);
      }
    });
  });
}
