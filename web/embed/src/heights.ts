// Which heights of the framed sheet are passed on. The height depends on the width, and in many pages the width on the height:
// a page that becomes too high gets a scroll bar, and with it a narrower sheet. A sheet that is lower when it is narrower
// would then lose the scroll bar again, and so on without end.

/** Wider than the scroll bars of any browser, in pixels of CSS. */
const scrollBarPx = 40;
/** Nobody's sheet is higher. */
const maxPx = 20_000;

export interface Size {
  readonly height: number;
  readonly width: number;
}

export class Heights {
  /** The size that was passed on last. */
  #told: Size | null = null;

  /**
   * The height to pass on for a frame that wants `size`; null = none. A frame that has only become as much narrower or
   * wider as a scroll bar may grow and not shrink, so that each of its two widths leads to the same height.
   */
  accept(size: Size): number | null {
    const height = Math.min(maxPx, Math.ceil(size.height));
    if (!(height > 0)) return null;
    const told = this.#told;
    if (told !== null) {
      if (height === told.height) return null;
      const change = Math.abs(size.width - told.width);
      if (height < told.height && change > 0 && change <= scrollBarPx) return null;
    }
    this.#told = { height, width: size.width };
    return height;
  }

  /** Another page comes. */
  forget(): void {
    this.#told = null;
  }
}
