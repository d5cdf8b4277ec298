// The live picture of the session's state machine: nine nodes, the present one lit, and a spark that flies along each
// transition.
import type { EmbedState } from "./tenant.js";

interface Point {
  readonly x: number;
  readonly y: number;
}

const svgNs = "http://www.w3.org/2000/svg";
const size = { width: 364, height: 176 };
const node = { width: 96, height: 34 };
const columns = [2, 134, 266] as const;
const rows = [4, 70, 136] as const;

const places: Readonly<Record<EmbedState, readonly [column: 0 | 1 | 2, row: 0 | 1 | 2]>> = {
  idle: [0, 0],
  "signing-in": [1, 0],
  connecting: [2, 0],
  ended: [0, 1],
  expiring: [1, 1],
  live: [2, 1],
  blocked: [0, 2],
  resuming: [1, 2],
  suspended: [2, 2],
};

/** The ways that the machine takes by rule; every state but `ended` and `blocked` leads to those two besides. */
const ways: readonly (readonly [from: EmbedState, to: EmbedState, path: string])[] = [
  ["idle", "signing-in", "M98 21H130"],
  ["signing-in", "connecting", "M230 21H262"],
  ["connecting", "live", "M314 38V66"],
  ["live", "expiring", "M266 81H234"],
  ["expiring", "live", "M230 93H262"],
  ["live", "suspended", "M314 104V132"],
  ["suspended", "resuming", "M266 153H234"],
  ["resuming", "live", "M212 136C226 116 246 106 264 101"],
  ["ended", "signing-in", "M72 70C84 52 108 42 130 33"],
];

const flight: KeyframeAnimationOptions = { duration: 500, easing: "cubic-bezier(.3,0,.2,1)", fill: "both" };

export class Machine {
  readonly #picture = svg("svg", { viewBox: `0 0 ${size.width} ${size.height}`, role: "img" });
  readonly #nodes = new Map<EmbedState, SVGElement>();
  readonly #ways = new Map<string, SVGElement>();
  readonly #sparks = svg("g", { class: "sparks" });
  readonly #mayMove = matchMedia("(prefers-reduced-motion: no-preference)");

  constructor(home: HTMLElement) {
    this.#picture.append(arrowHeads(), ...this.#drawAny());
    for (const [from, to, path] of ways) {
      const way = svg("path", { class: "way", d: path, "marker-end": "url(#arrow)" });
      this.#ways.set(`${from} ${to}`, way);
      this.#picture.append(way);
    }
    for (const state of Object.keys(places) as EmbedState[]) {
      const drawn = drawNode(state);
      this.#nodes.set(state, drawn);
      this.#picture.append(drawn);
    }
    this.#picture.append(this.#sparks);
    home.replaceChildren(this.#picture);
    this.show("idle", "idle");
  }

  /** Lights `state` without any motion: what another embed is in. */
  show(state: EmbedState, why: string): void {
    for (const [name, element] of this.#nodes) element.toggleAttribute("data-lit", name === state);
    for (const way of this.#ways.values()) light(way, false);
    this.#sparks.replaceChildren();
    this.#picture.setAttribute("aria-label", `State machine with nine states; the present one is ${why}`);
  }

  /** The chosen embed went from `previous` to `state`. */
  move(previous: EmbedState, state: EmbedState, why: string): void {
    const sparks = [...this.#sparks.children];
    this.show(state, why);
    const way = this.#ways.get(`${previous} ${state}`);
    if (way !== undefined) light(way, true);
    if (!this.#mayMove.matches) return;
    this.#sparks.replaceChildren(...sparks);
    this.#fly(centre(previous), centre(state), state);
  }

  #fly(from: Point, to: Point, state: EmbedState): void {
    const spark = svg("circle", { class: "spark", r: "5", "data-state": state });
    const at = ({ x, y }: Point): string => `translate(${x}px, ${y}px)`;
    this.#sparks.append(spark);
    const flying = spark.animate(
      [
        { transform: at(from), opacity: 1 },
        { transform: at(to), opacity: 1, offset: 0.8 },
        { transform: at(to), opacity: 0 },
      ],
      flight,
    );
    flying.addEventListener("finish", () => spark.remove());
    this.#nodes.get(state)?.animate([{ scale: 1 }, { scale: 1.08 }, { scale: 1 }], { ...flight, delay: 250 });
  }

  /** The line that stands for "from any state". */
  #drawAny(): SVGElement[] {
    const line = svg("path", { class: "way any", d: "M116 70V170" });
    const heads = ["M116 87H102", "M116 153H102"].map((d) =>
      svg("path", { class: "way any", d, "marker-end": "url(#arrow)" }),
    );
    const text = svg("text", { class: "any-text", x: "116", y: "62" });
    text.textContent = "any";
    return [line, ...heads, text];
  }
}

function drawNode(state: EmbedState): SVGElement {
  const [column, row] = places[state];
  const { x, y } = { x: columns[column], y: rows[row] };
  const group = svg("g", { class: "node", "data-state": state });
  const text = svg("text", { x: String(x + node.width / 2), y: String(y + node.height / 2) });
  text.textContent = state;
  group.append(
    svg("rect", {
      x: String(x),
      y: String(y),
      width: String(node.width),
      height: String(node.height),
      rx: "9",
    }),
    text,
  );
  return group;
}

function centre(state: EmbedState): Point {
  const [column, row] = places[state];
  return { x: columns[column] + node.width / 2, y: rows[row] + node.height / 2 };
}

function light(way: SVGElement, isLit: boolean): void {
  way.toggleAttribute("data-lit", isLit);
  way.setAttribute("marker-end", `url(#arrow${isLit ? "-lit" : ""})`);
}

function arrowHeads(): SVGElement {
  const defs = svg("defs", {});
  for (const id of ["arrow", "arrow-lit"]) {
    const marker = svg("marker", {
      id,
      viewBox: "0 0 8 8",
      refX: "6",
      refY: "4",
      markerWidth: "7",
      markerHeight: "7",
      orient: "auto",
    });
    marker.append(svg("path", { class: id, d: "M1 1L7 4L1 7Z" }));
    defs.append(marker);
  }
  return defs;
}

function svg(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(svgNs, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
