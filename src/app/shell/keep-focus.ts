/**
 * Moves the focus to an element, if what had it is gone or hidden: a person at the keyboard would begin again at the top
 * of the page. Leaves it where a person has put it.
 */
export function keepFocus(element: HTMLElement | null): void {
  const { activeElement } = document;
  const isLost = !activeElement || activeElement === document.body || !activeElement.checkVisibility();
  if (isLost) element?.focus({ preventScroll: true });
}

/** Makes a change that may take away what was pressed, and keeps the focus at the first of these that is there then. */
export async function keepFocusAfter(change: unknown, ...selectors: readonly string[]): Promise<void> {
  await change;
  requestAnimationFrame(() => {
    const places = selectors.map((selector) => document.querySelector<HTMLElement>(selector));
    keepFocus(places.find((place) => place?.checkVisibility()) ?? null);
  });
}
