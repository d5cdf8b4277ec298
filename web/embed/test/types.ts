// Compile-time only: what the types promise to a portal.
import { createEmbed } from "../src/index.js";
import type { EmbedError, StateEvent } from "../src/index.js";
import type { FanlightEmbedElement } from "../src/element.js";
import { FanlightEmbed } from "../src/react.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

const embed = createEmbed({ host: "https://tenant.example", app: "flights", getToken: async () => "a.b.c" });
embed.on("state", (event) => holds<Same<typeof event, StateEvent>>());
embed.on("error", (error) => holds<Same<typeof error, EmbedError>>());
// @ts-expect-error there is no such event
embed.on("status", () => undefined);
// @ts-expect-error the host is needed
createEmbed({ app: "flights" });
// @ts-expect-error there is no such policy
createEmbed({ host: "", app: "", tokenEndpoint: "", keepAlive: "forever" });

const { state } = embed;
if (state.name === "ended") holds<Same<(typeof state)["code"], number | null>>();
// @ts-expect-error only some states have a reason
void state.reason;

declare const element: HTMLElement;
element.addEventListener("fanlight-state", ({ detail }) => holds<Same<typeof detail, StateEvent>>());
const made: FanlightEmbedElement = document.createElement("fanlight-embed");
void made;

FanlightEmbed({ app: "flights", onState: (detail) => holds<Same<typeof detail, StateEvent>>() });
// @ts-expect-error attributes are named as in HTML
FanlightEmbed({ webIntegration: "portal" });
