// The page's own surfaces: the cover with its loading, waiting and error states, and the title.
import type { Failure } from "./failure.js";

function part<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as T;
}

export const page = part("page");
export const sheet = part("sheet");
export const selectionsBar = part("selections");
const cover = part("cover");
const title = part("title");

/** Uncovers the page. */
export function showPage(): void {
  page.hidden = false;
  cover.hidden = true;
  page.inert = false;
}

/** Says, over the page as it stands, that the connection is being awaited. */
export function showWaiting(text: string): void {
  const spinner = document.createElement("div");
  spinner.className = "spinner";
  spinner.ariaHidden = "true";
  cover.replaceChildren(spinner, paragraph(text));
  cover.className = "waiting";
  cover.setAttribute("role", "status");
  cover.hidden = false;
  page.inert = true;
}

/** Says what is wrong, with a way to try again. */
export function showFailure(failure: Failure): void {
  const heading = document.createElement("h1");
  heading.textContent = failure.title;
  const retry = document.createElement("button");
  retry.type = "button";
  retry.textContent = "Try again";
  retry.addEventListener("click", () => location.reload());
  const detail = document.createElement("small");
  detail.textContent = failure.detail === null ? failure.code : `${failure.code} · ${failure.detail}`;
  cover.replaceChildren(heading, paragraph(failure.advice), retry, detail);
  cover.className = "failure";
  cover.dataset["code"] = failure.code;
  cover.setAttribute("role", "alert");
  cover.hidden = false;
  page.hidden = true;
}

export function showTitle(text: string): void {
  document.title = text || "Sheet";
  title.textContent = text;
  title.hidden = text === "";
}

function paragraph(text: string): HTMLParagraphElement {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}
