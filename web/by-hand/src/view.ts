// The page's elements and how a state looks on them. Knows nothing of sessions.
import type { Person } from "./portal.js";
import type { Selection } from "./qix.js";
import type { EmbedState } from "./state.js";
import { messageOf, statusOf } from "./texts.js";

function part<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as T;
}

export const frame = part<HTMLIFrameElement>("frame");
export const buttons = {
  signOut: part<HTMLButtonElement>("sign-out"),
  suspend: part<HTMLButtonElement>("suspend"),
  resume: part<HTMLButtonElement>("resume"),
  end: part<HTMLButtonElement>("end"),
  clear: part<HTMLButtonElement>("clear"),
  message: part<HTMLButtonElement>("message-action"),
};

export function showSignIn(people: readonly Person[], choose: (person: Person) => void): void {
  const items = people.map((person) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(avatar(person), text("strong", person.name), text("span", person.title ?? ""));
    button.addEventListener("click", () => choose(person));
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
  part("people").replaceChildren(...items);
  part("sign-in").hidden = false;
  part("dashboard").hidden = true;
  part("account").hidden = true;
}

export function showSignInError(error: string): void {
  part("sign-in-error").textContent = error;
}

export function showDashboard(person: Person): void {
  part("person").replaceChildren(avatar(person), text("span", person.name));
  part("sign-in").hidden = true;
  part("dashboard").hidden = false;
  part("account").hidden = false;
}

export function showState(state: EmbedState): void {
  const status = part("status");
  status.dataset["state"] = state.state;
  status.title = state.state === "blocked" ? state.detail : "";
  part("status-text").textContent = statusOf(state);
  buttons.suspend.disabled = state.state !== "live";
  buttons.end.disabled = state.state !== "live";
  buttons.resume.disabled = state.state !== "suspended";
  showMessage(state);
}

function showMessage(state: EmbedState): void {
  const message = messageOf(state);
  const dialog = part("message");
  // The frame is covered, not removed: its charts are there again the moment the session is.
  frame.inert = message !== null;
  dialog.hidden = message === null;
  if (message === null) return;
  dialog.dataset["state"] = state.state;
  part("message-title").textContent = message.title;
  part("message-text").textContent = message.text;
  buttons.message.hidden = message.action === null;
  buttons.message.textContent = message.action === "resume" ? "Resume" : "Start again";
  buttons.message.dataset["action"] = message.action ?? "";
  if (state.state === "ended" || state.state === "blocked") part("message-title").focus();
}

export function showSelections(selections: readonly Selection[]): void {
  const items = selections.map(({ field, values }) => {
    const item = document.createElement("li");
    item.append(text("span", field), text("strong", values));
    return item;
  });
  const none = text("li", "nothing yet");
  none.className = "none";
  part("selections").replaceChildren(...(items.length > 0 ? items : [none]));
  buttons.clear.hidden = items.length === 0;
}

function avatar({ name }: Person): HTMLElement {
  const words = name.split(/\s+/);
  const initials = text(
    "span",
    words
      .map((word) => word.slice(0, 1))
      .slice(0, 2)
      .join(""),
  );
  initials.className = "avatar";
  initials.ariaHidden = "true";
  return initials;
}

function text(tag: string, content: string): HTMLElement {
  return Object.assign(document.createElement(tag), { textContent: content });
}
