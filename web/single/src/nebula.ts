// The part of `@nebula.js/stardust` that the page uses, typed here because its own types need another package.
import type { Doc } from "./qix.js";

export interface RenderConfig {
  readonly element: HTMLElement;
  readonly id: string;
  readonly options: object;
  readonly onRender?: () => void;
  readonly onError?: (error: Error) => void;
}

export interface Embed {
  render(config: RenderConfig): Promise<{ destroy(): unknown }>;
  selections(): Promise<{ mount(element: HTMLElement): void }>;
}

export interface EmbedConfig {
  readonly context: {
    readonly theme: string;
    readonly language: string;
    readonly keyboardNavigation: boolean;
    readonly interactions: {
      readonly active?: boolean;
      readonly passive?: boolean;
      readonly select?: boolean;
    };
  };
  readonly types: readonly { readonly name: string; load(): Promise<unknown> }[];
  readonly themes: readonly { readonly id: string; load(): Promise<object> }[];
}

export interface Stardust {
  embed(app: Doc, config: EmbedConfig): Embed;
}

declare global {
  interface Window {
    stardust?: Stardust;
  }
}
