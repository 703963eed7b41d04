/**
 * Moves the focus to an element, if what had it is gone or hidden: a person at the keyboard would begin again at the top
 * of the page. Leaves it where a person has put it.
 */
export function keepFocus(element: HTMLElement | null): void {
  const { activeElement } = document;
  const isLost = !activeElement || activeElement === document.body || !activeElement.checkVisibility();
  if (isLost) element?.focus({ preventScroll: true });
}
