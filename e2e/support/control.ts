// The demo's control API: sessions that misbehave on demand, and a clock that can be moved.
import { loopback } from "./engine.js";
import type { Ready } from "./server.js";

export async function control(ready: Ready, path: string, body: object): Promise<void> {
  const response = await fetch(`${loopback(ready.control)}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
}

/** Moves the server's clock. */
export function advanceClock(ready: Ready, seconds: number): Promise<void> {
  return control(ready, "clock", { advance: seconds });
}
