// What can be said about the look of a page without looking: what axe finds, and what a reader would stumble over.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

export const sizes = {
  desk: { width: 1280, height: 800 },
  wide: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
} as const;

/** What axe finds outside `others`. The framed sheets are pages of their own, which have their own specs. */
export async function violations(page: Page, ...others: readonly string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page })
    .exclude("iframe")
    .exclude({ fromShadowDom: ["fanlight-embed", "iframe"] });
  for (const other of others) axe.exclude(other);
  const found = await axe.analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** A page that scrolls sideways, texts that are cut off unmarked or leave their button or label, and texts over each other. */
export async function blemishes(page: Page): Promise<string[]> {
  return page.evaluate(findBlemishes);
}

interface Text {
  readonly text: string;
  readonly rect: DOMRect;
  /** The element and what it stands in, through shadow roots and slots. */
  readonly within: readonly Element[];
  /** Lies over the page on purpose: the element that was taken out of the flow, or null. */
  readonly layer: Element | null;
}

/** Runs in the page, so that it can use nothing from outside. */
function findBlemishes(): string[] {
  const slack = 2;
  const chain = (start: Element | null): Element[] => {
    const found: Element[] = [];
    for (let at = start; at !== null;) {
      found.push(at);
      const root = at.getRootNode();
      at = at.assignedSlot ?? at.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
    }
    return found;
  };
  const isUnseen = (element: Element): boolean => getComputedStyle(element).clipPath.startsWith("inset(50%");
  const scrolls = (at: Element): boolean => {
    const { overflowX, overflowY } = getComputedStyle(at);
    return at !== document.body && /auto|scroll/.test(`${overflowX} ${overflowY}`);
  };
  const leaves = (rect: DOMRect, box: DOMRect): boolean =>
    rect.left < box.left - slack ||
    rect.right > box.right + slack ||
    rect.top < box.top - slack ||
    rect.bottom > box.bottom + slack;
  const textsIn = (root: Node): Text[] => {
    const found: Text[] = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node: Node | null = root; node !== null; node = walker.nextNode()) {
      if (node instanceof Element && node.shadowRoot !== null) found.push(...textsIn(node.shadowRoot));
      const text = node.nodeType === Node.TEXT_NODE ? (node.textContent ?? "").trim() : "";
      const element = node.parentElement;
      if (text === "" || element === null || !element.checkVisibility({ visibilityProperty: true })) continue;
      const within = chain(element);
      if (within.some(isUnseen)) continue;
      const layer = within.find((at) => /absolute|fixed|sticky/.test(getComputedStyle(at).position)) ?? null;
      const range = document.createRange();
      range.selectNodeContents(node);
      const views = within.filter(scrolls).map((view) => view.getBoundingClientRect());
      for (const rect of range.getClientRects())
        if (!views.some((view) => leaves(rect, view))) found.push({ text, rect, within, layer });
    }
    return found;
  };
  const isCut = ({ rect, within }: Text): boolean => {
    for (const at of within) {
      const { overflowX, textOverflow } = getComputedStyle(at);
      if (scrolls(at) || textOverflow === "ellipsis" || at === document.body) return false;
      const holds = overflowX !== "visible" || at.matches("button, label");
      if (holds && leaves(rect, at.getBoundingClientRect())) return true;
    }
    return false;
  };
  const collide = (a: Text, b: Text): boolean =>
    a.layer === b.layer &&
    !a.within.includes(b.within[0] as Element) &&
    !b.within.includes(a.within[0] as Element) &&
    Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left) > slack &&
    Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top) > slack + 1;

  const { scrollWidth, clientWidth } = document.documentElement;
  const texts = textsIn(document.body);
  const cut = texts.filter(isCut).map(({ text }) => `cut off: ${text}`);
  const over = texts.flatMap((text, index) =>
    texts
      .slice(index + 1)
      .filter((other) => collide(text, other))
      .map((other) => `over each other: ${text.text} | ${other.text}`),
  );
  const wide = scrollWidth > clientWidth ? [`scrolls sideways: ${scrollWidth} in ${clientWidth}`] : [];
  return [...wide, ...cut, ...over];
}
