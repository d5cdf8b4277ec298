// The few elements that messages are made of.

/** A block with its part for the page's own styles. */
export function box(name: string, part: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  element.setAttribute("part", part);
  return element;
}

export function paragraph(name: "title" | "text", text: string): HTMLElement {
  const element = document.createElement("p");
  element.className = name;
  element.setAttribute("part", name);
  // The page may run in the other direction than the language that there is.
  element.dir = "auto";
  element.textContent = text;
  return element;
}
