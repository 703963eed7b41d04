/** Which rows of a long list are drawn: those that are seen, and some beyond them. Pure. */

export interface Span {
  /** The index of the first row that is drawn. */
  readonly from: number;
  /** The index after the last. */
  readonly to: number;
}

/** The rows that are drawn beyond each end of what is seen, so that scrolling shows no gap before the next frame. */
const BEYOND = 12;

/**
 * The largest height of an element that browsers draw, in px: Firefox stops at 17.9 million
 * (https://bugzilla.mozilla.org/show_bug.cgi?id=1422910), Chromium at 33 million. Rows beyond it could not be scrolled to.
 */
export const MAX_HEIGHT_PX = 15_000_000;

/** @param top how far the list is scrolled; `height`: of the part that is seen; both in px */
export function spanOf(rows: number, rowPx: number, top: number, height: number): Span {
  const first = Math.floor(Math.max(0, top) / rowPx);
  const seen = Math.ceil(height / rowPx) + 1;
  const from = Math.max(0, Math.min(first, rows - seen) - BEYOND);
  return { from, to: Math.min(rows, Math.max(first, 0) + seen + BEYOND) };
}
