/** The width of an element, for pictures that are drawn in px so that their text keeps its size. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** No phone is narrower. An element may have no width yet when it is first measured. */
const MIN_WIDTH_PX = 240;

/** @param initial the width until the element is in the page */
export function useWidth<T extends Element>(initial: number): [{ current: T | null }, number] {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const read = (): void => setWidth(Math.max(MIN_WIDTH_PX, Math.floor(element.clientWidth)));
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
