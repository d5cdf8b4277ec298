// The demo portal's front page: three embeds made with the SDK, a picture of what they go through, and buttons that make
// them fail.
import { expect, test } from "../support/fixtures.js";
import { Front, letters } from "../support/front.js";
import { tabTo } from "../support/keyboard.js";
import { blemishes, sizes, violations } from "../support/looks.js";

for (const cookies of ["blocked", "allowed"] as const) {
  test.describe(`third-party cookies ${cookies}`, () => {
    test.use({ cookies });

    test("three embeds are live; a selection shows in the twin and not in the one apart", async ({
      page,
      server,
    }) => {
      const front = new Front(page);
      await front.signIn(server.ready.portal);
      await front.areLive();
      const departures = front.sheet("a").locator('[data-object="kpi-departures"]');
      const before = await departures.innerText();
      for (const letter of letters) await expect(front.selections(letter)).toHaveCount(0);

      await front.selectMonth("b");
      for (const letter of ["a", "b"] as const)
        await expect(front.selections(letter)).toHaveText(/^Month\s*Feb$/);
      await expect(departures).not.toHaveText(before, { useInnerText: true });
      await expect(front.selections("c")).toHaveCount(0);

      await front.selectMonth("c");
      await expect(front.selections("c")).toHaveText(/^Month\s*Feb$/);
      await front.card("a").getByRole("button", { name: "Clear" }).click();
      await expect(front.selections("b")).toHaveCount(0);
      await expect(departures).toHaveText(before, { useInnerText: true });
      await expect(front.selections("c")).toHaveText(/^Month\s*Feb$/);
    });

    test("each state has its message, and a way back", async ({ page, server }) => {
      const front = new Front(page);
      await front.signIn(server.ready.portal);
      await front.areLive();
      await front.selectMonth("b");

      await front.fail("revoke");
      for (const letter of letters) await expect(front.chip(letter)).toHaveText("ended");
      await expect(front.fact("reason")).toHaveText("revoked");
      // The SDK's other embeds may hear of it first, and tell; their word comes without a code.
      await expect(front.fact("code")).toHaveText(/^(4006|–)$/);
      await expect(front.message("a")).toContainText("the demo's button was pressed");
      await expect(front.slot("b", "ended")).toContainText("an operator ended it");
      await expect(page.getByRole("dialog", { name: "The session has ended" })).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await front.card("a").getByRole("button", { name: "Start again" }).click();
      // B shares the identity, and starts again with it.
      await expect(front.chip("b")).toHaveText("live");
      await page.getByRole("dialog").getByRole("button", { name: "Start again" }).click();
      await front.areLive();
    });
  });
}

/** What is pressed, what the watched embed then says, and whether it comes back by itself. */
const endings = [
  {
    name: "idle-expiry",
    reason: "idle-timeout",
    code: "4001",
    says: "Your session has timed out",
  },
  {
    name: "lifetime-expiry",
    reason: "lifetime",
    code: "4006",
    says: "Your session has ended",
  },
  {
    name: "sign-out-elsewhere",
    reason: "signed-out",
    code: "4006",
    says: "You are signed out",
  },
  {
    name: "close-4001",
    reason: "idle-timeout",
    code: "4001",
    says: "Your session has timed out",
  },
  {
    name: "close-4004",
    reason: "app-removed",
    code: "4004",
    says: "This app is not available",
  },
  {
    name: "close-4005",
    reason: "session-limit",
    code: "4005",
    says: "Too many sessions are open",
  },
  {
    name: "close-4203",
    reason: "not-permitted",
    code: "4203",
    says: "You have no access",
  },
  {
    name: "clock-30",
    reason: "idle-timeout",
    code: "4001",
    says: "Your session has timed out",
  },
] as const;

const loginEnds: readonly string[] = ["idle-expiry", "lifetime-expiry", "sign-out-elsewhere", "clock-30"];

test("what ends a session is told with its reason and code, and ends by starting again", async ({
  page,
  server,
}) => {
  test.setTimeout(180_000);
  const front = new Front(page);
  await front.signIn(server.ready.portal);
  await front.areLive();
  for (const { name, reason, code, says } of endings) {
    await test.step(name, async () => {
      await front.fail(name);
      await expect(front.chip("a")).toHaveText("ended");
      await expect(front.fact("reason")).toHaveText(reason);
      // Of a login session's end the page's other embeds may have told first; their word comes without a code.
      const isHearsay = loginEnds.includes(name);
      await expect(front.fact("code")).toHaveText(isHearsay ? new RegExp(`^(${code}|–)$`) : code);
      await expect(front.message("a")).toContainText(says);
      expect((await front.went()).filter((state) => state === "ended")).toHaveLength(
        endings.findIndex((ending) => ending.name === name) + 1,
      );
      await front.backToNormal();
      await front.areLive();
    });
  }
});

test("what breaks a connection is told, and heals with the selections kept", async ({ page, server }) => {
  test.setTimeout(120_000);
  const front = new Front(page);
  await front.signIn(server.ready.portal);
  await front.areLive();
  await front.selectMonth("b");
  await expect(front.selections("a")).toHaveText(/^Month/);
  for (const [name, how] of [
    ["drop", "attached"],
    ["csrf-refuse-once", "attached"],
    ["close-4003", "rebuilt"],
    ["restart-engine", "rebuilt"],
  ] as const) {
    // Of the two embeds that lose their connection one is refused, whichever asks first.
    const path =
      name === "csrf-refuse-once" ? /^suspended resuming (resuming )?live$/ : /^suspended resuming live$/;
    await test.step(name, async () => {
      const before = await front.went();
      await front.fail(name);
      await expect.poll(async () => (await front.went()).slice(before.length).join(" ")).toMatch(path);
      await expect(front.chip("a")).toHaveText("live");
      await expect(front.fact("reason")).toHaveText(how);
      await expect(front.selections("a")).toHaveText(/^Month\s*Feb$/);
      await expect(front.selections("b")).toHaveText(/^Month\s*Feb$/);
    });
  }
});

test("only the chosen session fails; the one apart goes on", async ({ page, server }) => {
  const front = new Front(page);
  await front.signIn(server.ready.portal);
  await front.areLive();
  await front.watch("c");
  await front.fail("close-4004");
  await expect(front.chip("c")).toHaveText("ended");
  await expect(page.getByRole("dialog")).toContainText("the app is not there");
  for (const letter of ["a", "b"] as const) await expect(front.chip(letter)).toHaveText("live");
  await page.getByRole("dialog").getByRole("button", { name: "Start again" }).click();
  await front.areLive();
});

test("what keeps a session from coming about is told, and is over when all is normal", async ({
  page,
  server,
}) => {
  test.setTimeout(150_000);
  const front = new Front(page);
  await front.signIn(server.ready.portal);
  await front.areLive();
  for (const { name, reason, says } of [
    {
      name: "token-endpoint-500",
      reason: "token-endpoint-failed",
      says: "You could not be signed in",
    },
    {
      name: "frame-refuse",
      reason: "frame-refused",
      says: "The charts cannot be shown here",
    },
  ]) {
    await test.step(name, async () => {
      await front.fail(name);
      await expect(page.locator(`[data-failure="${name}"]`)).toHaveAttribute("data-in-force", "");
      await expect(front.chip("a")).toHaveText("blocked", { timeout: 40_000 });
      await expect(front.fact("reason")).toHaveText(reason);
      await expect(front.message("a")).toContainText(says);
      expect(await violations(page)).toEqual([]);
      await front.backToNormal();
      await front.areLive();
      await expect(page.locator("[data-in-force]")).toHaveCount(0);
    });
  }
});

test("cookies that the browser drops are made up for by tickets", async ({ page, server }) => {
  const front = new Front(page);
  await front.signIn(server.ready.portal);
  await front.areLive();
  await front.fail("plain-cookies");
  await expect(page.locator('[data-failure="plain-cookies"]')).toHaveAttribute("data-in-force", "");
  await front.areLive();
  const frame = page.locator("#embed-a").locator("iframe");
  await expect(frame).toHaveAttribute("src", /auth=ticket/);
  await front.backToNormal();
});

test("a slow connection is slow, and answers", async ({ page, server }) => {
  const front = new Front(page);
  await front.signIn(server.ready.portal);
  await front.areLive();
  await front.fail("delay");
  await expect(page.locator("#outcome")).toHaveText(/^Slow down: done to \d+ connections of yours\.$/);
  await front.selectMonth("b");
  await expect(front.selections("a")).toHaveText(/^Month/);
  await expect(front.chip("a")).toHaveText("live");
  await front.backToNormal();
  await expect(page.locator("[data-in-force]")).toHaveCount(0);
});

test("an announced end is said, and staying puts it off", async ({ page, server }) => {
  const front = new Front(page);
  await front.signIn(server.ready.portal);
  await front.areLive();
  await page.getByLabel("Who keeps the session awake").selectOption("never");
  await front.areLive();
  await front.fail("clock-29");
  await expect(front.chip("a")).toHaveText("expiring");
  await expect(front.fact("reason")).toHaveText("idle");
  await front.card("a").getByRole("button", { name: "Stay signed in" }).click();
  for (const letter of ["a", "b"] as const) await expect(front.chip(letter)).toHaveText("live");
  // The login session goes on for all, but nobody has asked anything of the session apart.
  await expect(front.chip("c")).toHaveText("expiring");
  await front.card("c").getByRole("button", { name: "Stay" }).click();
  await expect(front.chip("c")).toHaveText("live");
});

test("by keyboard alone: sign in, watch another embed, make it fail, start it again", async ({
  page,
  server,
}) => {
  const front = new Front(page);
  await page.goto(`${server.ready.portal}/?identity=keys-${Date.now()}`);
  await expect(page.getByRole("button", { name: /Ada/ })).toBeVisible();
  await tabTo(page, /Ada Quill/);
  await page.keyboard.press("Enter");
  await front.areLive();
  await tabTo(page, /^A$/, "Shift+Tab");
  await page.keyboard.press("ArrowRight");
  await expect(page.locator("#watched")).toHaveText("B");
  await tabTo(page, /^Skip the charts/);
  await page.keyboard.press("Enter");
  await tabTo(page, /^Close 4004/);
  await page.keyboard.press("Enter");
  await expect(front.chip("b")).toHaveText("ended");
  await tabTo(page, /^Board again/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(front.chip("b")).toHaveText("live");
});

test("what the keyboard comes to beside the charts lies behind nothing", async ({ page, server }) => {
  const front = new Front(page);
  await front.signIn(server.ready.portal);
  await front.areLive();
  const hidden = await page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>(".failures :is(button, select)")];
    const isHidden = (control: HTMLElement): boolean => {
      control.focus();
      const { left, top, width, height } = control.getBoundingClientRect();
      const above = document.elementFromPoint(left + width / 2, top + height / 2);
      return above === null || !control.contains(above);
    };
    // Down, and up again.
    return [...all, ...[...all].reverse()].filter(isHidden).map((control) => control.textContent);
  });
  expect(hidden).toEqual([]);
});

test("by keyboard alone: clear, stay, resume, and back to normal", async ({ page, server }) => {
  const front = new Front(page);
  await front.signIn(server.ready.portal);
  await front.areLive();
  const press = async (name: RegExp, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> => {
    await tabTo(page, name, key);
    await page.keyboard.press("Enter");
  };
  await front.selectMonth("a");
  await expect(front.selections("a")).toHaveText(/^Month/);
  await press(/^Clear$/);
  await expect(front.selections("a")).toHaveCount(0);

  await page.locator("#embed-a").evaluate((embed) => (embed as unknown as { suspend(): void }).suspend());
  await expect(front.chip("a")).toHaveText("suspended");
  await press(/^Resume$/);
  await expect(front.chip("a")).toHaveText("live");

  await front.fail("delay");
  await expect(page.locator("[data-in-force]")).toHaveCount(1);
  await press(/^Back to normal$/, "Shift+Tab");
  await expect(page.locator("[data-in-force]")).toHaveCount(0);

  await page.getByLabel("Who keeps the session awake").selectOption("never");
  await front.areLive();
  await front.fail("clock-29");
  await expect(front.chip("a")).toHaveText("expiring");
  await press(/^Stay signed in$/);
  await expect(front.chip("a")).toHaveText("live");
});

test("the two ways to embed lead to each other", async ({ page, server }) => {
  await page.goto(server.ready.portal);
  await page.getByRole("link", { name: "By hand" }).click();
  await expect(page).toHaveURL(`${server.ready.portal}/by-hand/`);
  await page.getByRole("link", { name: "SDK" }).click();
  await expect(page).toHaveURL(`${server.ready.portal}/`);
  await page.goto(`${server.ready.portal}/by-hand`);
  await expect(page).toHaveURL(`${server.ready.portal}/by-hand/`);
});

for (const [name, size] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`on a ${name}, ${colorScheme}`, () => {
      test.use({ size });

      test("the page passes axe in every standing, and looks right", async ({ page, server }) => {
        test.setTimeout(180_000);
        const check = async (standing: string): Promise<void> => {
          await page.screenshot({
            path: `out/front-${standing}-${name}-${colorScheme}.png`,
            fullPage: true,
          });
          expect(await violations(page), standing).toEqual([]);
          expect(await blemishes(page), standing).toEqual([]);
        };
        const say = async (standing: string): Promise<void> => {
          for (const letter of letters) await expect(front.chip(letter)).toHaveText(standing);
          await check(standing);
        };
        await page.emulateMedia({ colorScheme });
        const front = new Front(page);
        await page.goto(server.ready.portal);
        await expect(page.getByRole("button", { name: /Ada/ })).toBeVisible();
        await check("sign-in");
        await front.signIn(server.ready.portal);
        await front.areLive();
        await front.selectMonth("b");
        await expect(front.selections("a")).toHaveText(/^Month/);
        await say("live");
        await page.context().setOffline(true);
        await say("suspended");
        await page.context().setOffline(false);
        await front.areLive();
        await page.getByLabel("Who keeps the session awake").selectOption("never");
        await front.areLive();
        await front.fail("clock-29");
        await say("expiring");
        await front.fail("lifetime-expiry");
        await say("ended");
      });
    });
  }
}

for (const [name, size] of Object.entries(sizes)) {
  test.describe(`read on a ${name}`, () => {
    test.use({ size });

    test("charts are high enough to read, nothing is clipped, and no column stands empty", async ({
      page,
      server,
    }) => {
      const front = new Front(page);
      await front.signIn(server.ready.portal);
      await front.areLive();
      const sheet = front.sheet("a");
      await expect(sheet.locator("#selections"), "the selections bar is there").toBeVisible();
      const table = await sheet.locator('[data-object="routes"]').boundingBox();
      expect(table?.height ?? 0, "room for five rows of the table").toBeGreaterThan(300);
      for (const chart of ["departures-by-carrier", "departures-by-month", "departures-by-origin"]) {
        const box = await sheet.locator(`[data-object="${chart}"]`).boundingBox();
        expect(box?.height ?? 0, `${chart} has room for its labels`).toBeGreaterThan(260);
        // The chart leaves out all names of its months where there is no room for one of them.
        if (chart.endsWith("month")) expect(box?.width ?? 0, "all months are named").toBeGreaterThan(330);
      }
      for (const letter of letters) {
        // A frame that is out of sight measures nothing until it comes into sight.
        await front.card(letter).scrollIntoViewIfNeeded();
        const spill = async (): Promise<number[]> =>
          front
            .sheet(letter)
            .locator("body")
            .evaluate(() => {
              const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement;
              return [scrollHeight - clientHeight, scrollWidth - clientWidth];
            });
        await expect.poll(spill, `the sheet of ${letter} has no scroll bar of its own`).toEqual([0, 0]);
      }
      if (name !== "wide") return;
      const [embeds, rail] = await page.evaluate(() =>
        [".embeds", ".rail"].map((part) => document.querySelector(part)?.getBoundingClientRect().height ?? 0),
      );
      expect(Math.abs((embeds ?? 0) - (rail ?? 0)), "both columns end together").toBeLessThan(160);
    });
  });
}
