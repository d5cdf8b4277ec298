// Stands for your portal: a page with a sheet in it, and a token endpoint. In your own tests this is your application.
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Demo } from "./fanlight.js";

export class Portal {
  readonly origin: string;
  /** Breaks the token endpoint. */
  fails = false;
  readonly #server: Server;

  private constructor(server: Server, origin: string) {
    this.#server = server;
    this.origin = origin;
  }

  static async start(demo: Demo): Promise<Portal> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const portal = new Portal(server, `http://app.localhost:${port}`);
    const integration = await demo.letIn(portal.origin);
    server.on("request", (request, response) => void portal.#answer(demo, integration, request, response));
    return portal;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(
    demo: Demo,
    integration: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.origin);
    const person = searchParams.get("person") ?? "";
    if (pathname === "/analytics-token" && this.fails) {
      response.writeHead(500).end();
    } else if (pathname === "/analytics-token") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ body: await demo.token(person) }));
    } else if (pathname === "/report") {
      response.setHeader("content-type", "text/html");
      response.end(page(demo, integration, person, searchParams.get("identity") ?? ""));
    } else {
      response.writeHead(404).end();
    }
  }
}

/** It writes down each state, which is what the tests look at. */
function page({ ready }: Demo, integration: string, person: string, identity: string): string {
  return `<!doctype html>
    <title>Report</title>
    <ol id="story"></ol>
    <fanlight-embed host="${ready.tenant}" app="${ready.appId}" sheet="${ready.sheetId}" identity="${identity}"
      web-integration="${integration}" token-endpoint="/analytics-token?person=${person}" keep-alive="never">
    </fanlight-embed>
    <script type="module">
      document.querySelector("fanlight-embed").addEventListener("fanlight-state", ({ detail }) => {
        const item = document.createElement("li");
        item.textContent = [detail.state, detail.reason ?? detail.how].filter(Boolean).join(" ");
        document.querySelector("#story").append(item);
      });
    </script>
    <script type="module" src="${ready.tenant}/embed/fanlight-embed.js"></script>`;
}
