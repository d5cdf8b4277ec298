// The dialog that asks before something is done.
import { part } from "./dom.js";

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly label: string;
  readonly action: string;
  readonly isRequired: boolean;
  readonly offersWarning: boolean;
}

export interface Answer {
  readonly text: string;
  readonly isWarning: boolean;
}

/** What the person says, or null if they change their mind. Focus goes back to where it was. */
export function ask(question: Question): Promise<Answer | null> {
  const dialog = part<HTMLDialogElement>("dialog");
  const input = part<HTMLInputElement>("dialog-input");
  const check = part<HTMLInputElement>("dialog-check");
  part("dialog-title").textContent = question.title;
  part("dialog-text").textContent = question.text;
  part("dialog-label").textContent = question.label;
  part("dialog-do").textContent = question.action;
  part("dialog-warning").hidden = !question.offersWarning;
  input.value = "";
  input.required = question.isRequired;
  check.checked = false;
  dialog.returnValue = "";
  dialog.showModal();
  input.focus();
  return new Promise((resolve) => {
    const closed = () => {
      const said = { text: input.value.trim(), isWarning: check.checked };
      resolve(dialog.returnValue === "do" ? said : null);
    };
    dialog.addEventListener("close", closed, { once: true });
  });
}

// Enter in the text means the action, not the first button of the form.
part("dialog-input").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  part<HTMLButtonElement>("dialog-do").click();
});
