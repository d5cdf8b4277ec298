// The way of the keyboard through a sheet: Tab goes from chart to chart and out of the frame, Enter goes into a chart,
// Escape out of it. The chart library makes each chart's body a stop of the Tab key, but what is in a chart has stops of
// its own (lists that scroll, rows), and some of it keeps every key to itself. So a chart that nobody went into is
// passed as a whole, and a chart that swallows the key is left.

const stopSelector = ".njs-cell-body";
const frameSelector = ".njs-cell";

/** By then a chart that takes the focus has it. */
const entryMs = 150;

type Direction = "before" | "after";

/** Puts the way in place for the cells of `sheet`, those that come later included. */
export function guideKeyboard(sheet: HTMLElement): void {
  new Guide(sheet).listen();
}

/** Says what the stop of a drawn chart is, for those who cannot see it: its title, else the kind of chart. */
export function nameStop(cell: HTMLElement): void {
  const stop = stopOf(cell);
  const names = stop?.parentElement?.getAttribute("aria-labelledby");
  if (stop === null || names === null || names === undefined) return;
  stop.setAttribute("role", "group");
  const there = names.split(" ").filter((id) => document.getElementById(id) !== null);
  // The library gives the kind of a chart to programs only, and it is not to be read after a title.
  stop.setAttribute("aria-labelledby", there[0] ?? "");
}

class Guide {
  readonly #sheet: HTMLElement;
  /** The cell that the focus was in last, as long as it has not left the sheet. */
  #current: HTMLElement | null = null;
  /** Whether the focus moves because of a pointer. */
  #isPointing = false;
  /** What had the focus when the window lost it. */
  #kept: Element | null = null;
  /** An Escape that did nothing that can be seen. */
  #escaped: Element | null = null;

  constructor(sheet: HTMLElement) {
    this.#sheet = sheet;
  }

  listen(): void {
    const early = { capture: true } as const;
    // At the window, so that no chart can keep a key from here.
    addEventListener("keydown", (event) => this.#pressed(event), early);
    addEventListener("pointerdown", () => (this.#isPointing = true), early);
    for (const type of ["pointerup", "pointercancel"] as const)
      addEventListener(type, () => setTimeout(() => (this.#isPointing = false)), early);
    addEventListener("focusin", (event) => this.#focused(event), early);
    addEventListener("blur", () => (this.#kept = document.activeElement));
  }

  #pressed(event: KeyboardEvent): void {
    this.#isPointing = false;
    const at = document.activeElement;
    const cell = this.#cellOf(at);
    if (event.key !== "Escape") this.#escaped = null;
    if (cell === null || at === null || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && at === stopOf(cell)) setTimeout(() => this.#enter(cell), entryMs);
    if (event.key === "Tab") {
      if (at === stopOf(cell)) this.#passBy(cell, event);
      else afterwards(() => this.#leaveIfKept(cell, at, event));
    } else if (event.key === "Escape") {
      afterwards(() => this.#escape(cell, at, event));
    }
  }

  /** From the stop of a chart to the next one, or out of the sheet: the browser goes on from the chart's edge. */
  #passBy(cell: HTMLElement, event: KeyboardEvent): void {
    // The chart must not take the key for its own.
    event.stopImmediatePropagation();
    this.#current = null;
    const edge = document.createElement("span");
    // From an element that Tab does not come to, Chromium would go on at the beginning of the document.
    edge.tabIndex = 0;
    edge.className = "edge";
    edge.ariaHidden = "true";
    const direction: Direction = event.shiftKey ? "before" : "after";
    cell[direction](edge);
    edge.focus({ preventScroll: true });
    setTimeout(() => edge.remove());
  }

  /** A chart that does not take the focus itself has something to scroll, or nothing to go into. */
  #enter(cell: HTMLElement): void {
    const stop = stopOf(cell);
    if (stop === null || document.activeElement !== stop) return;
    const inside = [...stop.querySelectorAll<HTMLElement>("*")].find(isScroller);
    if (inside === undefined) return;
    inside.tabIndex = -1;
    inside.focus();
  }

  /** A chart that took the key and went nowhere with it would keep its person. */
  #leaveIfKept(cell: HTMLElement, at: Element, event: KeyboardEvent): void {
    if (event.defaultPrevented && isStillOn(at)) toStop(cell, at);
  }

  #escape(cell: HTMLElement, at: Element, event: KeyboardEvent): void {
    if (at === stopOf(cell) || !isStillOn(at)) return;
    // What took the key may have given up a selection, and stays for that; but not a second time.
    const isSpent = event.defaultPrevented && this.#escaped !== at;
    this.#escaped = isSpent ? at : null;
    if (!isSpent) toStop(cell, at);
  }

  /** The focus that comes into a chart from outside by the keyboard comes to its stop. */
  #focused({ target, relatedTarget }: FocusEvent): void {
    const kept = this.#kept;
    this.#kept = null;
    if (!(target instanceof Element)) return;
    const cell = this.#cellOf(target);
    const before = this.#current;
    // What opens over the sheet belongs to the chart that opened it.
    if (cell === null && !isInPage(target)) return;
    this.#current = cell;
    if (cell === null) return;
    // A list box that is left makes the frame of its chart a stop beside the chart's own.
    if (target.matches(frameSelector)) {
      target.removeAttribute("tabindex");
      return toStop(cell, target);
    }
    // Its title may have come after it was drawn.
    if (target === stopOf(cell)) nameStop(cell);
    if (cell === before || this.#isPointing || target === kept) return;
    const from = relatedTarget instanceof Element ? relatedTarget : null;
    if (this.#cellOf(from) === cell) return;
    toStop(cell, target);
  }

  #cellOf(element: Element | null): HTMLElement | null {
    const cell = element?.closest<HTMLElement>(".cell") ?? null;
    return cell !== null && this.#sheet.contains(cell) ? cell : null;
  }
}

function stopOf(cell: HTMLElement): HTMLElement | null {
  return cell.querySelector<HTMLElement>(stopSelector);
}

function toStop(cell: HTMLElement, from: Element): void {
  const stop = stopOf(cell);
  if (stop !== null && stop !== from) stop.focus();
}

function isInPage(element: Element): boolean {
  return element.closest("#page") !== null;
}

/** Whether the focus has not moved from `element`, or has gone with it. */
function isStillOn(element: Element): boolean {
  return document.activeElement === element || document.activeElement === document.body;
}

function isScroller(element: HTMLElement): boolean {
  const { overflowX, overflowY } = getComputedStyle(element);
  const scrolls = (overflow: string): boolean => overflow === "auto" || overflow === "scroll";
  return (
    (scrolls(overflowY) && element.scrollHeight > element.clientHeight) ||
    (scrolls(overflowX) && element.scrollWidth > element.clientWidth)
  );
}

/** When everybody has seen the key, and the browser has done what it does by itself. */
function afterwards(work: () => void): void {
  setTimeout(work);
}
