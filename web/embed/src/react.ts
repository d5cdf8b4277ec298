// `<FanlightEmbed>` for React 18 and later. It renders on servers, where there is no element; the browser defines it.
import { createElement, useEffect, useImperativeHandle, useRef } from "react";
import type { ReactElement, ReactNode, Ref } from "react";
import { embedAttributes } from "./attributes.js";
import type { EmbedAttribute } from "./attributes.js";
import type { FanlightEmbedElement, FanlightEmbedEvents } from "./element.js";

type Listener<K extends keyof FanlightEmbedEvents> = (detail: FanlightEmbedEvents[K]["detail"]) => void;
type Properties = Partial<Pick<FanlightEmbedElement, "getToken" | "tokenHeaders" | "renderMessage">>;

/** Attributes are named as in HTML; children are the slots. */
export type FanlightEmbedProps = Properties & { readonly [A in EmbedAttribute]?: string } & {
  readonly onState?: Listener<"fanlight-state">;
  readonly onFrame?: Listener<"fanlight-frame">;
  readonly onMessage?: Listener<"fanlight-message">;
  readonly onError?: Listener<"fanlight-error">;
  /** The element, for `restart()`, `stay()` and the like. */
  readonly handle?: Ref<FanlightEmbedElement>;
  readonly className?: string;
  readonly children?: ReactNode;
};

export function FanlightEmbed(props: FanlightEmbedProps): ReactElement {
  const element = useRef<FanlightEmbedElement>(null);
  const latest = useRef(props);
  useImperativeHandle(props.handle, () => element.current as FanlightEmbedElement, []);
  // By hand, because React 19 takes the attribute `app` for the property of that name.
  useEffect(() => {
    latest.current = props;
    const { getToken, tokenHeaders, renderMessage = null } = props;
    if (element.current !== null) Object.assign(element.current, { getToken, tokenHeaders, renderMessage });
    for (const name of embedAttributes) {
      if (props[name] === undefined) element.current?.removeAttribute(name);
      else element.current?.setAttribute(name, props[name]);
    }
  });
  useEffect(() => {
    const listening = new AbortController();
    const hear = (event: CustomEvent): void => {
      if (event.type === "fanlight-state") latest.current.onState?.(event.detail);
      if (event.type === "fanlight-frame") latest.current.onFrame?.(event.detail);
      if (event.type === "fanlight-message") latest.current.onMessage?.(event.detail);
      if (event.type === "fanlight-error") latest.current.onError?.(event.detail);
    };
    for (const type of ["fanlight-state", "fanlight-frame", "fanlight-message", "fanlight-error"] as const)
      element.current?.addEventListener(type, hear, { signal: listening.signal });
    void import("./define.js");
    return () => listening.abort();
  }, []);
  return createElement("fanlight-embed", { ref: element, class: props.className }, props.children);
}
