// The framed sheet: its address, and what it says about itself. A frame's `load` event fires for a refused frame
// too, so the only proof that the sheet stands is a message from it.
import type { Config } from "./portal.js";

export interface FrameEvents {
  /** The frame's page runs. */
  heard(): void;
  /** The sheet cannot be shown, in the frame's own words. */
  failed(code: string, message: string): void;
  /** Nothing was heard in time: the frame was refused or the tenant does not answer. */
  silent(): void;
}

const patienceMs = 15_000;

const dark = matchMedia("(prefers-color-scheme: dark)");

/** The app's own theme; on a device that is set to dark, the dark one in place of its light twin. */
export function themeOfDevice(theme: string): string {
  return dark.matches && theme === "fanlight" ? "fanlight-dark" : theme;
}

/** Step 5, second half: the sheet's address. The same identity joins the same engine session. */
export function sheetUrl(config: Config, theme: string, identity: string): string {
  const query = new URLSearchParams({
    appid: config.appId,
    sheet: config.sheetId,
    theme,
    identity,
    opt: "currsel",
  });
  return `${config.tenant}/single/?${query}`;
}

/** Listens to the frame until `signal` aborts. */
export function listenToFrame(
  frame: HTMLIFrameElement,
  origin: string,
  events: FrameEvents,
  signal: AbortSignal,
): void {
  const timer = setTimeout(events.silent, patienceMs);
  signal.addEventListener("abort", () => clearTimeout(timer));
  addEventListener(
    "message",
    ({ source, origin: from, data }: MessageEvent<unknown>) => {
      if (source !== frame.contentWindow || from !== origin || !isFrameMessage(data)) return;
      clearTimeout(timer);
      if (data.type === "error") events.failed(data.code ?? "unexpected", data.message ?? "");
      else events.heard();
    },
    { signal },
  );
}

interface FrameMessage {
  readonly source: "fanlight-single";
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
}

function isFrameMessage(data: unknown): data is FrameMessage {
  return typeof data === "object" && data !== null && "source" in data && data.source === "fanlight-single";
}
