// The page's own surfaces: the cover with its loading, waiting and error states, and the title.
import { portals } from "./alone.js";
import { isAlone } from "./bridge.js";
import type { Failure, FailureCode } from "./failure.js";
import { directionOf, english } from "./messages.js";
import type { Speech } from "./messages.js";
import type { Word } from "./messages/keys.js";
import type { Trouble } from "./trouble.js";

function part<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as T;
}

export const page = part("page");
export const sheet = part("sheet");
export const selectionsBar = part("selections");
export const noticesBar = part("notices");
const cover = part("cover");
const heading = part("title");
let speech: Speech = english;

/** Uncovers the page. */
export function showPage(): void {
  page.hidden = false;
  cover.hidden = true;
  page.inert = false;
}

/** The language and direction of the sheet; what the page says itself carries its own. */
export function setLanguage(language: string): void {
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

/** The words from now on. Says in them that the sheet is on its way, if it still is. */
export function setSpeech(chosen: Speech): void {
  speech = chosen;
  mark(cover);
  const text = document.getElementById("cover-text");
  if (text === null) return;
  text.textContent = speech.words.loading;
  document.title = speech.words.sheet;
}

/** Says, over the page as it stands, that the connection is being awaited. */
export function showWaiting(word: Extract<Word, "offline" | "reconnecting" | "paused">): void {
  const spinner = document.createElement("div");
  spinner.className = "spinner";
  spinner.ariaHidden = "true";
  const text = paragraph(speech.words[word]);
  // Nothing is on its way to a page that was paused.
  cover.replaceChildren(...(word === "paused" ? [text] : [spinner, text]));
  cover.className = "waiting";
  cover.setAttribute("role", "status");
  cover.hidden = false;
  page.inert = true;
}

/** What trying again can help against; all else stays as it is until somebody does something. */
const passing: ReadonlySet<FailureCode> = new Set([
  "session-ended",
  "session-limit",
  "too-many-requests",
  "offline",
  "unreachable",
  "charts-not-loaded",
  "unexpected",
]);

/** What signing in helps against. */
const unsigned: ReadonlySet<FailureCode> = new Set(["signed-out", "no-ticket", "replaced", "revoked"]);

/** Says what is wrong, with a way to try again where that can help. */
export function showFailure(failure: Failure): void {
  const [title, advice] = speech.failures[failure.code];
  const name = document.createElement("h1");
  name.textContent = title;
  const detail = document.createElement("small");
  detail.textContent = failure.detail === null ? failure.code : `${failure.code} · ${failure.detail}`;
  const isOut = unsigned.has(failure.code);
  // With no page around this one there is nothing to sign in on but what the tenant names.
  const where = isOut && isAlone() ? [whereToSignIn()] : [];
  const said = where.length > 0 && failure.words === null ? [] : [paragraph(failure.words ?? advice)];
  // In a frame, the page around may have signed its reader in meanwhile.
  const canHelp = passing.has(failure.code) || (isOut && !isAlone());
  const retry = canHelp ? [action(speech.words.retry, () => location.reload())] : [];
  cover.replaceChildren(name, ...said, ...where, ...retry, detail);
  cover.className = "failure";
  cover.dataset["code"] = failure.code;
  cover.setAttribute("role", "alert");
  cover.hidden = false;
  page.hidden = true;
}

/** Filled when the tenant has said where that is. */
function whereToSignIn(): HTMLElement {
  const place = document.createElement("div");
  place.className = "places";
  void portals().then((addresses) => {
    const { words } = speech;
    const links = addresses.map((portal) => linkTo(portal, portal));
    place.replaceChildren(
      paragraph(links.length === 0 ? words["sign-in-somewhere"] : words["sign-in-at"]),
      ...links,
      // The cookie of a portal's frame is none of this page's, so whoever has signed in there would come back for nothing.
      paragraph(words["sign-in-console"]),
      linkTo("/console/", new URL("/console/", location.href).href),
    );
  });
  return place;
}

function linkTo(address: string, text: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  return link;
}

function action(label: string, act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}

export function showTitle(text: string): void {
  document.title = text || speech.words.sheet;
  heading.textContent = text;
  heading.hidden = text === "";
}

/** Says over a chart why it is not drawn. */
export function showTrouble(cell: HTMLElement, { word, detail }: Trouble): void {
  const note = noteIn(cell) ?? document.createElement("p");
  note.className = "trouble";
  note.dataset["trouble"] = word;
  note.setAttribute("role", "note");
  mark(note);
  note.textContent = detail === "" ? speech.words[word] : `${speech.words[word]}: ${detail}`;
  cell.classList.add("missing");
  cell.append(note);
}

/** The chart is drawn again. */
export function clearTrouble(cell: HTMLElement): void {
  noteIn(cell)?.remove();
  cell.classList.remove("missing");
}

function noteIn(cell: HTMLElement): HTMLElement | null {
  return cell.querySelector<HTMLElement>(":scope > .trouble");
}

/** The sheet around the page's own words may be in another language. */
function mark(element: HTMLElement): void {
  element.lang = speech.language;
  element.dir = directionOf(speech.language);
}

function paragraph(text: string): HTMLParagraphElement {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}
