// One window of a browser, whichever driver opens it.

/** Where in a frame: its element, and a place in it as shares of its width and height. */
export interface Spot {
  readonly selector: string;
  readonly across: number;
  readonly down: number;
}

export interface BrowserWindow {
  /** The browser's own name and version. */
  readonly name: string;
  open(url: string): Promise<void>;
  /** Runs the text of a function's body in the page; it may be asynchronous, and gives what can be written as JSON. */
  run(body: string): Promise<unknown>;
  /** The same in the frame of an embed, by the embed's id. */
  runIn(embed: string, body: string): Promise<unknown>;
  /** A real click in the frame of an embed. */
  clickIn(embed: string, spot: Spot): Promise<void>;
  close(): Promise<void>;
}
