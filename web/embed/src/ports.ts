// Everything ambient that the session touches, as one object: tests pass their own.

/** Things that happen to the page, whatever event of the browser tells them. */
export type PageEvent = "online" | "offline" | "shown" | "hidden" | "activity";

export interface Channel {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): void;
  close(): void;
}

export interface Ports {
  fetch(url: string, init: RequestInit): Promise<Response>;
  socket(url: string): WebSocket;
  /** Milliseconds of the wall clock, which goes on while the machine sleeps. */
  now(): number;
  /** Calls back once after `ms`; returns what cancels it. */
  timer(callback: () => void, ms: number): () => void;
  /** From 0 inclusive to 1 exclusive. */
  random(): number;
  /** Does `work` while no other tab of this origin does work under the same name. */
  lock<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** A channel to the other tabs of this origin, which do not include the sender. */
  channel(name: string): Channel;
  online(): boolean;
  visible(): boolean;
  /** What the browser lets this page do, by the permission's name; null where it does not know the name. */
  permission(name: string): Promise<"granted" | "denied" | "prompt" | null>;
  /** Calls `listener` on each such event until the returned function is called. */
  listen(event: PageEvent, listener: () => void): () => void;
}

/** The browser's own. */
export const browserPorts: Ports = {
  fetch: (url, init) => fetch(url, init),
  socket: (url) => new WebSocket(url),
  now: () => Date.now(),
  timer(callback, ms) {
    const id = setTimeout(callback, ms);
    return () => clearTimeout(id);
  },
  random: () => Math.random(),
  // Without locks (an insecure context) each tab works on its own; the outcome is the same, only dearer.
  lock: (name, signal, work) =>
    "locks" in navigator ? navigator.locks.request(name, { signal }, work) : work(),
  channel(name) {
    const channel = new BroadcastChannel(name);
    return {
      post: (message) => channel.postMessage(message),
      listen: (listener) => channel.addEventListener("message", ({ data }) => listener(data)),
      close: () => channel.close(),
    };
  },
  online: () => navigator.onLine,
  visible: () => document.visibilityState === "visible",
  async permission(name) {
    try {
      return (await navigator.permissions.query({ name: name as PermissionName })).state;
    } catch {
      return null;
    }
  },
  listen(event, listener) {
    const stop = new AbortController();
    const options = { signal: stop.signal, passive: true, capture: true };
    for (const [target, type] of sources[event]()) {
      target.addEventListener(
        type,
        ({ isTrusted }) => {
          // What a script makes up is nobody's presence.
          if (event === "activity" && !isTrusted) return;
          if (event === "shown" && document.visibilityState !== "visible") return;
          if (event === "hidden" && document.visibilityState === "visible") return;
          listener();
        },
        options,
      );
    }
    return () => stop.abort();
  },
};

const sources: Readonly<Record<PageEvent, () => readonly (readonly [EventTarget, string])[]>> = {
  online: () => [[window, "online"]],
  offline: () => [[window, "offline"]],
  // A page that comes back from the back-forward cache or from a freeze tells so by other events.
  shown: () => [
    [document, "visibilitychange"],
    [document, "resume"],
    [window, "pageshow"],
  ],
  hidden: () => [[document, "visibilitychange"]],
  activity: () => [
    [window, "pointerdown"],
    [window, "keydown"],
    [window, "wheel"],
    [window, "touchstart"],
  ],
};
