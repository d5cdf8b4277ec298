import type { Messages } from "./keys.js";

export const en: Messages = {
  failures: {
    "no-app-given": ["No app was named", "The address of this frame needs ?appid=… and ?sheet=… or ?obj=…."],
    "no-such-app": ["There is no such app", "It may have been removed, or its id is mistyped."],
    "no-such-sheet": ["There is no such sheet", "The app has no sheet with this id."],
    "no-such-object": ["There is no such chart", "The app has no object with this id."],
    "not-permitted": ["You may not open this app", "Ask its owner for access."],
    "signed-out": ["You are not signed in", "Sign in again in the page around this sheet."],
    "cookies-blocked": [
      "Your browser blocks the cookie that signs you in",
      "Allow cookies for this site, or open the page in another browser.",
    ],
    "no-ticket": [
      "The page around this sheet does not sign you in",
      "Reload the page; if it stays, tell its owner.",
    ],
    "session-ended": ["Your session has ended", "Start it again to go on."],
    "session-limit": ["Too many sessions are open", "Close another window and try again."],
    "too-many-requests": ["Too many requests", "Wait a moment and try again."],
    "app-removed": ["The app is no longer there", "It was removed while you were using it."],
    offline: ["You are offline", "The sheet comes back when your connection does."],
    unreachable: ["The analytics server cannot be reached", "Try again in a moment."],
    "charts-not-loaded": ["The charts could not be loaded", "Check your connection and try again."],
    unexpected: ["Something went wrong", "Try again; if it stays, tell the owner of this page."],
  },
  words: {
    loading: "Loading…",
    offline: "You are offline",
    reconnecting: "Reconnecting…",
    paused: "Paused",
    retry: "Try again",
    "chart-missing": "This chart is not available.",
    sheet: "Sheet",
  },
};
