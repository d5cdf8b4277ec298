// The look of `<fanlight-embed>`. Logical properties only, so that it mirrors itself in right-to-left pages. Everything is
// within reach of the page by parts and custom properties.

export const style = `
:host {
  display: block;
  position: relative;
  min-block-size: 12rem;
  block-size: var(--fanlight-height, 40rem);
  color: var(--fanlight-color, CanvasText);
  font: var(--fanlight-font, 1rem/1.5 system-ui, sans-serif);
}
:host([hidden]) { display: none; }
.stage {
  display: flex; flex-direction: column; block-size: 100%; background: var(--fanlight-background, Canvas);
}
/* An empty page is light, and would be painted white in a dark one if the frame were not light as well. */
iframe { flex: 1; inline-size: 100%; min-block-size: 0; border: 0; color-scheme: light; }
iframe:not([src]) { visibility: hidden; }
[hidden] { display: none !important; }
.cover {
  position: absolute; inset: 0; display: grid; place-items: center; padding: 1rem; overflow: auto;
  background: var(--fanlight-cover, color-mix(in srgb, Canvas 82%, transparent));
}
.message { box-sizing: border-box; max-inline-size: 28rem; text-align: center; }
/* As wide for one message as for the next, so that it does not jump while a session comes about. */
.cover .message { inline-size: min(24rem, 100%); }
.cover .message, dialog {
  padding: 1.5rem; border: 1px solid var(--fanlight-line, color-mix(in srgb, CanvasText 20%, transparent));
  border-radius: var(--fanlight-radius, .75rem);
  background: var(--fanlight-background, Canvas); color: inherit;
  box-shadow: 0 .5rem 2rem rgb(0 0 0 / 15%);
}
dialog { max-inline-size: min(28rem, calc(100vw - 2rem)); box-sizing: border-box; }
dialog::backdrop { background: var(--fanlight-backdrop, rgb(0 0 0 / 50%)); }
.banner {
  padding: .5rem 1rem; border-block-end: 1px solid var(--fanlight-line, color-mix(in srgb, CanvasText 20%, transparent));
  background: var(--fanlight-background, Canvas);
}
.banner .message {
  display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; max-inline-size: none; text-align: start;
}
.title { margin: 0; font-weight: 600; font-size: 1.125em; }
.banner .title { font-size: 1em; }
.text { margin-block: .25rem 0; margin-inline: 0; }
.banner .text { margin: 0; flex: 1; }
.actions { display: flex; gap: .5rem; justify-content: center; margin-block-start: 1rem; }
.banner .actions { margin: 0; }
button {
  padding: .5rem 1rem; border: 0; border-radius: calc(var(--fanlight-radius, .75rem) / 2);
  background: var(--fanlight-accent, #1a5fb4); color: var(--fanlight-on-accent, #fff); font: inherit; cursor: pointer;
}
.message:focus { outline: none; }
button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
:host([auto-height]) { block-size: auto; }
:host([auto-height]) .stage { block-size: auto; min-block-size: 12rem; }
:host([auto-height]) iframe { flex: none; block-size: var(--fanlight-height, 40rem); }
.toasts {
  position: absolute; inset-block-start: .75rem; inset-inline: .75rem; z-index: 1; margin-inline: auto; padding: .75rem 1rem;
  max-inline-size: 32rem; max-block-size: calc(100% - 1.5rem); overflow: auto; box-sizing: border-box;
  border: 1px solid var(--fanlight-line, color-mix(in srgb, CanvasText 20%, transparent));
  border-radius: var(--fanlight-radius, .75rem); background: var(--fanlight-background, Canvas);
  box-shadow: 0 .5rem 2rem rgb(0 0 0 / 20%);
}
/* Not hidden as a whole: a region that comes with its text is not read out. */
.toasts.empty { opacity: 0; pointer-events: none; }
.toasts.empty slot { visibility: hidden; }
.toasts slot { display: flex; gap: .75rem 1rem; align-items: center; }
.toast-list { flex: 1; display: grid; gap: .75rem; }
.toast { border-inline-start: .25rem solid var(--fanlight-accent, #1a5fb4); padding-inline-start: .75rem; }
.toast[data-severity="warning"] { border-color: var(--fanlight-warning, #c64600); font-weight: 600; }
.toast .text { margin: 0; overflow-wrap: anywhere; }
.spinner {
  inline-size: 1.5rem; block-size: 1.5rem; margin: 0 auto .75rem; box-sizing: border-box; border-radius: 50%;
  border: 3px solid color-mix(in srgb, currentColor 25%, transparent); border-block-start-color: currentColor;
  animation: turn 1s linear infinite;
}
.banner .spinner { display: none; }
@keyframes turn { to { rotate: 1turn; } }
@media (prefers-reduced-motion: reduce) { .spinner { animation-duration: 4s; } }
.said { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
