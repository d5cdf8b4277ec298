// Tabs, by pointer and by keyboard as the ARIA practices have it.
import { part } from "./dom.js";

const names = ["sessions", "events", "audit"] as const;
export type Tab = (typeof names)[number];

export function startTabs(shown: (tab: Tab) => void): void {
  const show = (tab: Tab) => {
    for (const name of names) {
      const button = part<HTMLButtonElement>(`tab-${name}`);
      button.setAttribute("aria-selected", String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
      part(`view-${name}`).hidden = name !== tab;
    }
    shown(tab);
  };
  names.forEach((name, place) => {
    const button = part(`tab-${name}`);
    button.addEventListener("click", () => show(name));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const next = names[(place + (step ?? 0) + names.length) % names.length];
      if (step === undefined || next === undefined) return;
      event.preventDefault();
      show(next);
      part(`tab-${next}`).focus();
    });
  });
  show("sessions");
}
