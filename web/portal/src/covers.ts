// Three ways to tell a person about a state. Embed A leaves it to the SDK. Embed B has slots, whose text this file only
// completes. Embed C shows nothing by itself: the page listens, and says it in its own way.
import { make, part } from "./dom.js";
import type { FanlightEmbedElement, StateEvent } from "./tenant.js";

/** The portal's words for a reason; the reasons are the SDK's public ones. */
const words: Readonly<Record<string, string>> = {
  offline: "your browser is offline",
  network: "the connection was lost",
  asleep: "your device slept",
  "engine-restart": "the server restarts",
  manual: "it was paused",
  "idle-timeout": "nothing happened for a while",
  lifetime: "it had reached its longest time",
  revoked: "an operator ended it",
  "signed-out": "you have signed out",
  replaced: "somebody else signed in on this browser",
  "app-removed": "the app is not there any more",
  "no-such-app": "there is no such app",
  "session-limit": "too many windows are open",
  "not-permitted": "you may not open this app",
  "cookies-blocked": "the browser keeps no cookie",
  "frame-refused": "the tenant refuses the frame",
  "origin-not-allowed": "the tenant does not know this page",
  "unknown-integration": "the tenant does not know our web integration",
  "local-network-denied": "the browser keeps this page from the local network",
  "token-endpoint-failed": "our own server gave no token",
  "token-rejected": "the tenant did not take our token",
  "tenant-unreachable": "the tenant does not answer",
};

export function reasonInWords(reason: string | null): string {
  return words[reason ?? ""] ?? reason ?? "";
}

/** Embed B: fills the reason into its slots. */
export function completeSlots(embed: FanlightEmbedElement): void {
  embed.addEventListener("fanlight-state", ({ detail: { reason } }) => {
    for (const place of embed.querySelectorAll("[data-reason]")) place.textContent = reasonInWords(reason);
  });
}

/** Embed C: a line above the chart for what passes, a dialog for what does not. */
export function speakForIt(embed: FanlightEmbedElement): void {
  const [ticker, notice] = [part("ticker"), part("notice")];
  part("notice-action").addEventListener("click", () => {
    embed.restart();
    // The button goes away, and the focus must not go with it.
    embed.closest<HTMLElement>(".stage")?.focus();
  });
  embed.addEventListener("fanlight-state", ({ detail }) => {
    const line = lineOf(detail);
    ticker.replaceChildren(...line);
    ticker.hidden = line.length === 0;
    const isOver = detail.state === "ended" || detail.state === "blocked";
    notice.hidden = !isOver;
    notice.dataset["state"] = detail.state;
    part("notice-title").textContent =
      detail.state === "ended" ? "The session has ended" : "The charts cannot be shown";
    part("notice-text").textContent = `Skyport says: ${reasonInWords(detail.reason)}.`;
    // Without a connection a chart answers no click, so it takes none.
    embed.inert = detail.state !== "live" && detail.state !== "expiring";
  });
}

function lineOf({ state, reason, secondsLeft }: StateEvent): (Node | string)[] {
  switch (state) {
    case "signing-in":
    case "connecting":
      return ["Opening the charts…"];
    case "suspended":
      return [`Waiting: ${reasonInWords(reason)}.`];
    case "resuming":
      return [`Coming back: ${reasonInWords(reason)}.`];
    case "expiring": {
      const button = make("button", "Stay");
      button.type = "button";
      button.addEventListener("click", () => void stayAll());
      return [`The session ends in less than ${Math.ceil(secondsLeft ?? 0)} s. `, button];
    }
    default:
      return [];
  }
}

async function stayAll(): Promise<void> {
  const embeds = [...document.querySelectorAll("fanlight-embed")];
  await Promise.all(embeds.map((embed) => embed.stay()));
}
