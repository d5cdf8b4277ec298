// What a browser does with cookies of a site that the page around it is not of: found out by two sites that have nothing to
// do with Fanlight.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserWindow } from "./window.js";

export interface ThirdPartyCookies {
  /** A cookie that the other site sets while it is framed or called comes back to it in the same page. */
  readonly kept: boolean;
  /** A cookie that the other site set when the person was there is sent to it from the page. */
  readonly shared: boolean;
}

export async function thirdPartyCookiesOf(window: BrowserWindow): Promise<ThirdPartyCookies> {
  // Each address `/set/NAME` sets a cookie of that name. They are neither `Secure`, which WebKit takes over HTTPS only,
  // nor do they have a `SameSite`, which both browsers read as `None`.
  const server = createServer(({ url = "", headers }, response) => {
    const [, verb, name] = url.split("/");
    if (headers.origin !== undefined) response.setHeader("access-control-allow-origin", headers.origin);
    response.setHeader("access-control-allow-credentials", "true");
    if (verb === "set") response.setHeader("set-cookie", `${name}=1; Path=/`);
    response.setHeader("content-type", verb === "get" ? "text/plain" : "text/html");
    response.end(verb === "get" ? (headers.cookie ?? "") : "<!doctype html><title>Control</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const call = (site: string, path: string): Promise<unknown> => {
    const url = `http://${site}.localhost:${port}/${path}`;
    return window.run(`return (await fetch("${url}", { credentials: "include" })).text();`);
  };
  try {
    await window.open(`http://visited.localhost:${port}/set/visit`);
    const own = await call("visited", "get");
    if (own !== "visit=1")
      throw new Error(`the browser keeps no cookie of a page's own site: ${String(own)}`);
    await window.open(`http://top.localhost:${port}/`);
    await call("called", "set/call");
    return {
      kept: (await call("called", "get")) === "call=1",
      shared: (await call("visited", "get")) === "visit=1",
    };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
