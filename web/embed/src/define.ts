// Importing this defines `<fanlight-embed>`. It is what `fanlight-embed.js` is made of.
import { FanlightEmbedElement } from "./element.js";

if (customElements.get("fanlight-embed") === undefined)
  customElements.define("fanlight-embed", FanlightEmbedElement);

export * from "./element.js";
