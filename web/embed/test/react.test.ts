// The React wrapper, on a server and in a page. The element's class is a stand-in that notes what reaches it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Window } from "happy-dom";
import { createElement, createRef } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import type { FanlightEmbedElement } from "../src/element.js";
import { FanlightEmbed } from "../src/react.js";
import type { FanlightEmbedProps } from "../src/react.js";

const given: FanlightEmbedProps = {
  host: "https://tenant.example",
  app: "flights",
  "web-integration": "portal",
  className: "wide",
};

test("a server renders the element and its slots, and needs no DOM", () => {
  const slot = createElement("p", { slot: "ended" }, "Over.");
  const html = renderToStaticMarkup(createElement(FanlightEmbed, given, slot));
  assert.equal(html, '<fanlight-embed class="wide"><p slot="ended">Over.</p></fanlight-embed>');
});

test("in a page attributes, properties, events and the handle are the element's", async () => {
  const window = new Window();
  const { document } = window;
  class Element extends window.HTMLElement {
    // As in the real one: a getter that React must not write to.
    get app(): null {
      return null;
    }
  }
  window.customElements.define("fanlight-embed", Element);
  Object.assign(globalThis, { window, document, HTMLElement: window.HTMLElement });
  const { navigator, customElements } = window;
  Object.assign(globalThis, { navigator, customElements, IS_REACT_ACT_ENVIRONMENT: true });
  const { createRoot } = await import("react-dom/client");
  const { act } = await import("react");
  const home = document.createElement("div");
  const root = createRoot(home as unknown as HTMLElement);
  const handle = createRef<FanlightEmbedElement>();
  const heard: string[] = [];
  const getToken = async (): Promise<string> => "a.b.c";
  const draw = (props: FanlightEmbedProps): Promise<void> =>
    act(async () => root.render(createElement(FanlightEmbed, { handle, ...props })));

  await draw({ ...given, sheet: "overview", getToken, onState: () => heard.push("an older listener") });
  await draw({ ...given, getToken, onState: ({ state }) => heard.push(state) });

  const element = home.firstElementChild;
  assert.ok(element !== null);
  assert.ok(Object.is(handle.current, element));
  assert.deepEqual(
    ["host", "app", "web-integration", "sheet", "class"].map((name) => element.getAttribute(name)),
    ["https://tenant.example", "flights", "portal", null, "wide"],
  );
  assert.equal(handle.current?.getToken, getToken);
  element.dispatchEvent(new window.CustomEvent("fanlight-state", { detail: { state: "live" } }));
  assert.deepEqual(heard, ["live"], "the latest listener, once");

  await act(async () => root.unmount());
  element.dispatchEvent(new window.CustomEvent("fanlight-state", { detail: { state: "ended" } }));
  assert.deepEqual(heard, ["live"]);
  assert.equal(handle.current, null);
});
