// What can be made to fail, in the words of the page. The names are those of the backend's `POST /failures/{name}`.

/** What the page does itself once the backend has done its part, so that the failure shows. */
export type Then =
  /** Nothing: it shows at once. */
  | "nothing"
  /** Starts the chosen embed anew. */
  | "restart"
  /** Signs out of the tenant, and starts all embeds anew. */
  | "sign-in-anew";

export interface Failure {
  readonly name: string;
  readonly label: string;
  readonly text: string;
  /** What the backend counts; null where it acts on the server and not on sessions. */
  readonly of: "login session" | "connection" | null;
  readonly then: Then;
}

export interface Group {
  readonly title: string;
  readonly failures: readonly Failure[];
}

/** Done by the page: the backend has no hand in it. */
export const signOutElsewhereName = "sign-out-elsewhere";

export const groups: readonly Group[] = [
  {
    title: "Your login session ends",
    failures: [
      login("idle-expiry", "Idle expiry", "as if nobody had been there for half an hour"),
      login("lifetime-expiry", "Lifetime expiry", "as if it had reached its greatest age"),
      login("revoke", "Revoke", "an operator ends it, with a reason"),
      login(signOutElsewhereName, "Sign out elsewhere", "another tab signs out of the tenant"),
    ],
  },
  {
    title: "The chosen embed’s connection",
    failures: [
      connection("drop", "Drop", "cut without a word, like a cable"),
      connection("freeze", "Freeze", "open, but silent; noticed after 25 s"),
      connection("delay", "Slow down", "every answer takes 1.5 s longer, until normal"),
      connection("csrf-refuse-once", "Refuse CSRF once", "cut; the first way back is refused"),
    ],
  },
  {
    title: "The server closes the chosen session",
    failures: [
      connection("close-4001", "Close 4001", "idle timeout of the engine session"),
      connection("close-4003", "Close 4003", "the engine restarts; comes back rebuilt"),
      connection("close-4004", "Close 4004", "the app was removed"),
      connection("close-4005", "Close 4005", "too many sessions"),
      connection("close-4203", "Close 4203", "not permitted"),
      connection("deny-app-once", "Deny the app once", "cut; the first to come back gets 4203"),
    ],
  },
  {
    title: "The server itself",
    failures: [
      server(
        "restart-engine",
        "Restart the engine",
        "all sessions leave its memory and are rebuilt",
        "nothing",
      ),
      server("token-endpoint-500", "Token endpoint 500", "our own backend gives no token", "restart"),
      server("frame-refuse", "Refuse the frame", "no page may frame it; noticed after 15 s", "restart"),
      server(
        "plain-cookies",
        "Plain cookies",
        "not partitioned: lost where third-party cookies are blocked, so tickets take over",
        "sign-in-anew",
      ),
      server("tickets-refuse", "Refuse tickets", "with plain cookies too, no way in is left", "sign-in-anew"),
    ],
  },
  {
    title: "Time passes on the server",
    failures: [
      server("clock-1", "1 minute later", "nothing ends by it", "nothing"),
      server("clock-15", "15 minutes later", "half of the idle limit", "nothing"),
      server("clock-29", "29 minutes later", "the server warns: a minute is left", "nothing"),
      server("clock-30", "30 minutes later", "past the idle limit, without a warning", "nothing"),
    ],
  },
];

export const normal: Failure = {
  name: "normal",
  label: "Back to normal",
  text: "",
  of: null,
  then: "nothing",
};

function login(name: string, label: string, text: string): Failure {
  return { name, label, text, of: "login session", then: "nothing" };
}

function connection(name: string, label: string, text: string): Failure {
  return { name, label, text, of: "connection", then: "nothing" };
}

function server(name: string, label: string, text: string, then: Then): Failure {
  return { name, label, text, of: null, then };
}
