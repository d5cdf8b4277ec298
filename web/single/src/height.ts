// The height that the sheet wants. In a page that is to be as high as its content nothing is measured by the height of the
// window, so that what is told does not depend on what is made of it.
import { tellParent } from "./bridge.js";

/** Tells the page around this one the height of `page`, now and whenever it changes. */
export function tellHeight(page: HTMLElement): void {
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(page.getBoundingClientRect().height);
    // A page that is hidden behind a message has none.
    if (height === 0 || height === told) return;
    told = height;
    tellParent({ type: "height", height, width: window.innerWidth });
  }).observe(page);
}
