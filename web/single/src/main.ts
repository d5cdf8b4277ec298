// `/single/`: one sheet or one chart of an app, made to stand in another page's frame.
import { tellParent, whenParentSpeaks } from "./bridge.js";
import { chartTypes, startFetching, stardust } from "./charts.js";
import { openApp } from "./engine.js";
import { Failure, asFailure } from "./failure.js";
import { guideKeyboard, nameStop } from "./keyboard.js";
import { tellHeight } from "./height.js";
import { english, pickLanguage, speak } from "./messages.js";
import { Notices, sayNotApplied } from "./notices.js";
import { pickChartLanguage, readParams, wantedLanguages } from "./params.js";
import type { SingleParams } from "./params.js";
import { Presence } from "./presence.js";
import { preselect } from "./preselect.js";
import type { Cell, Doc, ListLayout, SheetLayout } from "./qix.js";
import { drawChart, drawingOrder, objectLayout, placeCells } from "./sheet.js";
import type { Stage } from "./sheet.js";
import { ensureStorage } from "./storage.js";
import { ServerWords } from "./told.js";
import { paintAhead, paintPage, resolveTheme } from "./theme.js";
import {
  noticesBar,
  page,
  selectionsBar,
  setLanguage,
  setSpeech,
  sheet,
  showFailure,
  showPage,
} from "./view.js";
import { showTitle, showWaiting } from "./view.js";

const wanted = wantedLanguages(location.search, navigator.languages);
const language = pickChartLanguage(wanted);
const waitingWords = { offline: "offline", network: "reconnecting", manual: "paused" } as const;
/** The page around this one keeps the session for as long as its person is active, in here too. */
const activityEveryMs = 5_000;

async function run(): Promise<void> {
  setLanguage(language);
  paintAhead(new URLSearchParams(location.search).get("theme"));
  const params = readParams(location.search);
  if (params === null) throw new Failure("no-app-given");
  document.body.dataset["interaction"] = params.interaction;
  document.body.dataset["height"] = params.height;
  document.body.dataset["target"] = params.target?.kind ?? "sheet";

  const app = await openApp(params, presence, {
    suspended(reason) {
      showWaiting(waitingWords[reason]);
      tellParent({ type: "suspended", reason });
    },
    resumed() {
      showPage();
      tellParent({ type: "resumed" });
    },
    rebuilt: () => location.reload(),
    notified: (name, params) => words.notified(name, params),
    ended(failure, closeCode) {
      stop(failure);
      tellParent({ type: "closed", code: failure.code, closeCode });
    },
  });
  stay = () => Promise.all([app.getAppLayout(), fetch("/api/v1/users/me", { cache: "no-store" })]);
  const themed = resolveTheme(params.theme, app);
  const [layout, missed] = await Promise.all([loadLayout(app, params), preselect(app, params)]);
  const order = drawingOrder(layout);
  if (order[0] !== undefined) startFetching(order[0].type);
  performance.mark("fanlight:layout");
  const theme = await themed;
  paintPage(theme);
  const title = layout.qMeta?.title ?? layout.title ?? "";
  showTitle(layout.showTitle === false ? "" : title);
  selectionsBar.hidden = !params.showSelections;
  const cells = placeCells(sheet, layout);
  showPage();
  if (params.height === "content") tellHeight(page);
  tellParent({ type: "ready", title, charts: cells.size });
  if (missed.length > 0) {
    const said = await speaking;
    notices.show({ key: "not-applied", text: sayNotApplied(missed, said), severity: "warning" }, said);
  }

  const library = await stardust();
  performance.mark("fanlight:library");
  const embed = library.embed(app, {
    context: {
      theme: theme.id,
      language,
      interactions: interactionsOf(params),
      // The library then makes each chart one stop of the Tab key, which Enter goes into and Escape out of.
      keyboardNavigation: true,
    },
    types: chartTypes,
    themes: [{ id: theme.id, load: () => Promise.resolve(theme.json) }],
  });
  await drawAll({ embed, app }, order, cells);
  if (params.showSelections) (await embed.selections()).mount(selectionsBar);
}

/**
 * Draws every cell and reports the first and the last; times count from the navigation's start. The first chart is
 * drawn alone: each package keeps the page busy for about a tenth of a second, and with all of them at once every
 * chart would be as late as the last.
 */
async function drawAll(stage: Stage, order: Cell[], elements: Map<string, HTMLElement>): Promise<void> {
  let firstChartMs = 0;
  const drawn = (): void => {
    if (firstChartMs !== 0) return;
    firstChartMs = performance.now();
    performance.mark("fanlight:first-chart");
  };
  const draw = async (cell: Cell): Promise<void> => {
    const element = elements.get(cell.name);
    if (element === undefined) return;
    await drawChart(stage, cell, element, drawn);
    nameStop(element);
  };
  const [first, ...others] = order;
  if (first !== undefined) await draw(first);
  await Promise.all(others.map(draw));
  presence.drawn();
  performance.mark("fanlight:all-charts");
  tellParent({ type: "rendered", firstChartMs, allMs: performance.now() });
}

/** The sheet or object that the URL names, else the app's first sheet. */
async function loadLayout(app: Doc, { target }: SingleParams): Promise<SheetLayout> {
  const { kind, id } = target ?? { kind: "sheet", id: await firstSheet(app) };
  try {
    const model = await app.getObject(id);
    const layout = await model.getLayout();
    if (kind === "sheet") return layout as SheetLayout;
    const { visualization } = layout as { visualization?: string };
    return objectLayout(id, visualization ?? model.genericType);
  } catch (error) {
    const missing =
      typeof error === "object" &&
      error !== null &&
      "code" in error &&
      (error.code === -2 || error.code === 2);
    if (missing) throw new Failure(kind === "sheet" ? "no-such-sheet" : "no-such-object", id);
    throw error;
  }
}

async function firstSheet(app: Doc): Promise<string> {
  const list = await app.createSessionObject({
    qInfo: { qType: "SheetList" },
    qAppObjectListDef: { qType: "sheet", qData: { rank: "/rank" } },
  });
  const { qAppObjectList } = (await list.getLayout()) as ListLayout;
  const rank = (item: { qData: Record<string, unknown> }): number => Number(item.qData["rank"] ?? 0);
  const [first] = [...qAppObjectList.qItems].sort((a, b) => rank(a) - rank(b));
  if (first === undefined) throw new Failure("no-such-sheet", "the app has no sheets");
  return first.qInfo.qId;
}

function interactionsOf({ interaction }: SingleParams): {
  active?: boolean;
  passive?: boolean;
  select?: boolean;
} {
  if (interaction === "none") return { active: false, passive: false, select: false };
  return interaction === "no-selections" ? { select: false } : {};
}

function tellActivity(): void {
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = ({ isTrusted, timeStamp }: Event): void => {
    if (!isTrusted) return;
    presence.touched();
    if (timeStamp - toldAt < activityEveryMs) return;
    toldAt = timeStamp;
    tellParent({ type: "activity" });
    words.active();
  };
  for (const type of ["pointerdown", "keydown", "wheel", "touchstart"])
    addEventListener(type, tell, { capture: true, passive: true });
}

const speaking = speak(pickLanguage(wanted));
let speech = english;
let stopped = false;
/** Says to the server that the person is there; nobody to say it to until the app is open. */
let stay: () => Promise<unknown> = () => Promise.resolve();
const presence = new Presence(() => performance.now());
const notices = new Notices(noticesBar);
const words = new ServerWords({
  notices,
  speech: () => speech,
  stay: () => stay(),
  everySecond(callback) {
    const id = setInterval(callback, 1000);
    return () => clearInterval(id);
  },
  now: () => Date.now(),
});

function stop(failure: Failure): void {
  if (stopped) return;
  stopped = true;
  void speaking.then(() => showFailure(failure));
}

whenParentSpeaks(() => words.parentSpeaks());
tellParent({ type: "loading" });
void speaking.then((chosen) => setSpeech((speech = chosen)));
ensureStorage();
tellActivity();
guideKeyboard(sheet);
// A failure is met again by the first chart.
stardust().catch(() => undefined);
run().catch((error: unknown) => {
  const failure = asFailure(error);
  stop(failure);
  tellParent({ type: "error", code: failure.code, message: failure.message });
});
