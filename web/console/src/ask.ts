// The dialog that asks before something is done, and stays open with the server's words when that is refused.
import { make, part } from "./dom.js";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: "text" | "lines" | "number" | "choice" | "check";
  readonly value?: string;
  readonly hint?: string;
  readonly isRequired?: boolean;
  readonly longest?: number;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
}

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly fields?: readonly Field[];
}

/** What was filled in, by the fields' names: text without blanks around it, `"true"` for a box that is ticked, else `""`. */
export type Values = Readonly<Record<string, string>>;

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Whether it was done. Focus goes back to where it was. */
export function ask(question: Question, act: (values: Values) => Promise<unknown>): Promise<boolean> {
  const dialog = part<HTMLDialogElement>("dialog");
  const form = part<HTMLFormElement>("dialog-form");
  const controls = fill(question);
  let isDone = false;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (event.submitter?.id === "dialog-cancel") return dialog.close();
    const doing = part<HTMLButtonElement>("dialog-do");
    doing.disabled = true;
    act(read(controls))
      .then(() => {
        isDone = true;
        dialog.close();
      })
      .catch((error: unknown) => {
        part("dialog-problem").textContent = error instanceof Error ? error.message : String(error);
      })
      .finally(() => (doing.disabled = false));
  };
  form.addEventListener("submit", submit);
  dialog.showModal();
  (controls[0]?.control ?? part("dialog-cancel")).focus();
  return new Promise((resolve) => {
    const closed = (): void => {
      form.removeEventListener("submit", submit);
      // A key that was shown once, or one that was typed in, stays nowhere in the page.
      part("dialog-fields").replaceChildren();
      resolve(isDone);
    };
    dialog.addEventListener("close", closed, { once: true });
  });
}

/** Shows a text that is shown once. */
export async function showOnce(title: string, text: string, secret: string): Promise<void> {
  const output = make("output", secret);
  output.tabIndex = 0;
  const asked = ask({ title, text, action: "Copy and close" }, () => navigator.clipboard.writeText(secret));
  part("dialog-fields").append(output);
  output.focus();
  await asked;
}

interface Filled {
  readonly field: Field;
  readonly control: Control;
}

function fill({ title, text, action, isDangerous = false, fields = [] }: Question): Filled[] {
  part("dialog-title").textContent = title;
  part("dialog-text").textContent = text;
  part("dialog-problem").textContent = "";
  const doing = part<HTMLButtonElement>("dialog-do");
  doing.textContent = action;
  doing.className = isDangerous ? "danger" : "primary";
  const filled = fields.map((field) => ({ field, control: controlOf(field) }));
  part("dialog-fields").replaceChildren(...filled.map(labelled));
  return filled;
}

function labelled({ field, control }: Filled): HTMLLabelElement {
  const label = make("label", "", field.kind === "check" ? "check" : "");
  if (field.kind === "check") label.append(control, field.label);
  else label.append(field.label, control);
  if (field.hint !== undefined) label.append(make("small", field.hint));
  return label;
}

function controlOf(field: Field): Control {
  const { name, kind, value = "", isRequired = false, longest, choices = [] } = field;
  if (kind === "choice") {
    const select = make("select");
    select.name = name;
    for (const choice of choices) {
      const option = make("option", choice.label);
      option.value = choice.value;
      option.selected = choice.value === value;
      select.append(option);
    }
    return select;
  }
  const control = kind === "lines" ? make("textarea") : make("input");
  control.name = name;
  control.autocomplete = "off";
  control.required = isRequired;
  if (longest !== undefined) control.maxLength = longest;
  if (control instanceof HTMLInputElement) {
    control.type = kind === "check" ? "checkbox" : kind;
    if (kind === "number") control.min = "1";
    if (kind === "check") control.checked = value === "true";
    // Enter in a text means the action, not the first button of the form.
    control.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      part("dialog-do").click();
    });
  } else {
    control.spellcheck = false;
  }
  if (kind !== "check") control.value = value;
  return control;
}

function read(filled: readonly Filled[]): Values {
  const pairs = filled.map(({ field, control }) => {
    const isTicked = control instanceof HTMLInputElement && control.type === "checkbox" && control.checked;
    const value = field.kind === "check" ? (isTicked ? "true" : "") : control.value.trim();
    return [field.name, value] as const;
  });
  return Object.fromEntries(pairs);
}
