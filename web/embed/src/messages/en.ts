import type { Messages } from "./keys.js";

export const en: Messages = {
  texts: {
    "signing-in": ["One moment", "Signing you in…"],
    connecting: ["One moment", "Opening your analytics…"],
    resuming: ["One moment", "Getting the connection back…"],
    rebuilt: ["Your session was renewed", "Some of your selections could not be kept."],
    "suspended.offline": ["You are offline", "The charts come back by themselves when your connection does."],
    "suspended.network": ["Connection lost", "We are getting it back. Your selections are kept for a while."],
    "suspended.asleep": ["Welcome back", "The connection was paused while your device slept."],
    "suspended.engine-restart": ["The server is restarting", "The charts come back in a moment."],
    "suspended.manual": ["Paused", "Your selections are kept for a while."],
    "expiring.idle": ["Are you still there?", "Your session ends in {seconds} seconds."],
    "expiring.lifetime": ["Your session ends soon", "It ends in {seconds} seconds."],
    "ended.idle-timeout": ["Your session has timed out", "Nothing happened for a while."],
    "ended.lifetime": ["Your session has ended", "It had reached its longest time."],
    "ended.revoked": ["Your session was ended", "An administrator ended it."],
    "ended.signed-out": ["You are signed out", "Start again to go on."],
    "ended.replaced": ["Somebody else has signed in", "This browser is now signed in as another person."],
    "ended.app-removed": ["This app is not available", "It may have been removed."],
    "ended.no-such-app": [
      "This app does not exist",
      "Its id may be mistyped. Tell whoever looks after this page.",
    ],
    "ended.session-limit": ["Too many sessions are open", "Close another window and start again."],
    "ended.not-permitted": ["You have no access", "You may not open this app."],
    "blocked.cookies-blocked": [
      "Your browser blocks a cookie that is needed here",
      "Allow cookies for this site in the browser's settings and start again.",
    ],
    "blocked.frame-refused": [
      "The charts cannot be shown here",
      "The analytics server did not let this page show them.",
    ],
    "blocked.origin-not-allowed": [
      "The charts cannot be shown here",
      "The analytics server does not know this page.",
    ],
    "blocked.unknown-integration": [
      "The charts cannot be shown here",
      "This page names a web integration that the analytics server does not have.",
    ],
    "blocked.local-network-denied": [
      "Your browser keeps this page from your local network",
      "The analytics server is there. Allow access to devices on the local network in the browser's settings for this site and start again.",
    ],
    "blocked.token-endpoint-failed": [
      "You could not be signed in",
      "This site could not vouch for you. Sign in again.",
    ],
    "blocked.token-rejected": [
      "You could not be signed in",
      "The analytics server did not accept the sign-in.",
    ],
    "blocked.tenant-unreachable": ["The analytics cannot be reached", "Try again in a moment."],
  },
  actions: { restart: "Start again", resume: "Resume", stay: "Stay signed in", dismiss: "Close" },
  frame: "Analytics",
};
