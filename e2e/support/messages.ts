// The default messages, as the person reads them: the titles by state and reason.

export const titles: Readonly<Record<string, string>> = {
  "signing-in": "One moment",
  connecting: "One moment",
  "suspended:offline": "You are offline",
  "suspended:network": "Connection lost",
  "suspended:asleep": "Welcome back",
  "suspended:engine-restart": "The server is restarting",
  "suspended:manual": "Paused",
  resuming: "One moment",
  "expiring:idle": "Are you still there?",
  "expiring:lifetime": "Your session ends soon",
  "ended:idle-timeout": "Your session has timed out",
  "ended:lifetime": "Your session has ended",
  "ended:revoked": "Your session was ended",
  "ended:signed-out": "You are signed out",
  "ended:app-removed": "This app is not available",
  "ended:session-limit": "Too many sessions are open",
  "ended:not-permitted": "You have no access",
  "blocked:cookies-blocked": "Your browser blocks a cookie that is needed here",
  "blocked:frame-refused": "The charts cannot be shown here",
  "blocked:origin-not-allowed": "The charts cannot be shown here",
  "blocked:token-endpoint-failed": "You could not be signed in",
  "blocked:token-rejected": "You could not be signed in",
  "blocked:tenant-unreachable": "The analytics cannot be reached",
};

/** What the person is shown for a step such as `suspended:network#1006`; undefined where nothing is said. */
export function titleOf(step: string): string | undefined {
  const [key = ""] = step.split("#");
  return titles[key] ?? titles[key.split(":")[0] ?? ""];
}
