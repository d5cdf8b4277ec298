// The portal's own words for everything that can happen to the session.
import type { BlockReason, EmbedState, EndReason, SuspendReason } from "./state.js";

export interface Message {
  readonly title: string;
  readonly text: string;
  readonly action: "resume" | "restart" | null;
}

const suspended: Record<SuspendReason, Message> = {
  manual: {
    title: "Paused",
    text: "You paused the analytics. Your selections are kept for a while.",
    action: "resume",
  },
  network: {
    title: "Connection lost",
    text: "We are trying to get it back. Your selections are kept for a while.",
    action: "resume",
  },
  offline: {
    title: "You are offline",
    text: "The charts come back by themselves when your connection does.",
    action: null,
  },
};

const ended: Record<EndReason, Message> = {
  closed: {
    title: "Session ended",
    text: "The analytics session was ended by this page.",
    action: "restart",
  },
  "idle-timeout": { title: "Session timed out", text: "Nothing happened for a while.", action: "restart" },
  "signed-out": { title: "Signed out", text: "Your analytics sign-in is over.", action: "restart" },
  "no-such-app": { title: "No such app", text: "There is no analytics app of this id.", action: "restart" },
  "app-removed": { title: "App not available", text: "The analytics app is not there.", action: "restart" },
  "session-limit": {
    title: "Too many sessions",
    text: "Close another window and start again.",
    action: "restart",
  },
  "not-permitted": { title: "No access", text: "You may not open this app.", action: "restart" },
  unknown: { title: "Session ended", text: "The analytics server ended the session.", action: "restart" },
};

const blocked: Record<BlockReason, Message> = {
  "cookies-blocked": {
    title: "Your browser blocks our cookies",
    text: "Allow cookies for the analytics server in the browser's settings, then start again.",
    action: "restart",
  },
  "frame-refused": {
    title: "The charts may not be shown here",
    text: "The analytics server did not let this page frame it. Please tell our support.",
    action: "restart",
  },
  "frame-failed": { title: "The charts could not be shown", text: "Please start again.", action: "restart" },
  "token-endpoint-failed": {
    title: "No token for you",
    text: "Our own server could not vouch for you. Sign in again.",
    action: "restart",
  },
  "token-rejected": {
    title: "Sign-in refused",
    text: "The analytics server did not accept our token. Please tell our support.",
    action: "restart",
  },
  "tenant-unreachable": {
    title: "Analytics not reachable",
    text: "The analytics server does not answer. Try again in a moment.",
    action: "restart",
  },
};

/** The message that covers the frame; null when the frame is to be seen. */
export function messageOf(state: EmbedState): Message | null {
  switch (state.state) {
    case "signing-in":
      return { title: "One moment", text: "Signing you in to the analytics…", action: null };
    case "connecting":
      return { title: "One moment", text: "Opening your session…", action: null };
    case "resuming":
      return { title: "One moment", text: "Getting the connection back…", action: null };
    case "suspended":
      return suspended[state.reason];
    case "ended":
      return ended[state.reason];
    case "blocked":
      return blocked[state.reason];
    case "live":
      return null;
  }
}

/** The state in a few words, for the status line. */
export function statusOf(state: EmbedState): string {
  switch (state.state) {
    case "signing-in":
      return "Signing in…";
    case "connecting":
      return "Connecting…";
    case "resuming":
      return "Resuming…";
    case "live":
      if (state.resumed === "attached") return "Live · resumed, selections kept";
      return state.resumed === "rebuilt" ? "Live · new session, selections cleared" : "Live";
    case "suspended":
      return `Suspended · ${state.reason}`;
    case "ended":
      return `Ended · ${state.reason} (${state.code})`;
    case "blocked":
      return `Blocked · ${state.reason}`;
  }
}
