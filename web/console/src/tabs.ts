// Tabs, by pointer and by keyboard as the ARIA practices have it. The address names the one that is shown.
import { make, part } from "./dom.js";

export interface Tab {
  readonly name: string;
  readonly label: string;
  /** Called each time it is shown. */
  shown(): void;
}

export function startTabs(tabs: readonly Tab[]): void {
  const buttons = tabs.map(({ name, label }) => {
    const button = make("button", label);
    button.type = "button";
    button.id = `tab-${name}`;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", `view-${name}`);
    return button;
  });
  part("tabs").replaceChildren(...buttons);
  const show = (place: number): void => {
    tabs.forEach(({ name }, at) => {
      buttons[at]?.setAttribute("aria-selected", String(at === place));
      if (buttons[at] !== undefined) buttons[at].tabIndex = at === place ? 0 : -1;
      part(`view-${name}`).hidden = at !== place;
    });
    buttons[place]?.scrollIntoView({ block: "nearest", inline: "nearest" });
    tabs[place]?.shown();
  };
  const go = (place: number): void => {
    history.replaceState(null, "", `#${tabs[place]?.name ?? ""}`);
    show(place);
  };
  const steps: Readonly<Record<string, (place: number) => number>> = {
    ArrowRight: (place) => (place + 1) % tabs.length,
    ArrowLeft: (place) => (place + tabs.length - 1) % tabs.length,
    Home: () => 0,
    End: () => tabs.length - 1,
  };
  buttons.forEach((button, place) => {
    button.addEventListener("click", () => go(place));
    button.addEventListener("keydown", (event) => {
      const next = steps[event.key]?.(place);
      if (next === undefined) return;
      event.preventDefault();
      go(next);
      buttons[next]?.focus();
    });
  });
  const wanted = tabs.findIndex(({ name }) => `#${name}` === location.hash);
  show(Math.max(wanted, 0));
}
