/** The rows of a scrolling element that are drawn, as a component needs them. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Span, spanOf } from './span.ts';

interface Scrolled {
  /** What scrolls. */
  readonly frame: { current: HTMLElement | null };
  readonly span: Span;
}

/** @param rows as many as fit below `MAX_HEIGHT_PX`; @param rowPx the height of each */
export function useSpan(rows: number, rowPx: number): Scrolled {
  const frame = useRef<HTMLElement>(null);
  const [{ top, height }, see] = useState({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const { current } = frame;
    if (!current) return undefined;
    const look = (): void => {
      const { scrollTop, clientHeight } = current;
      see((before) => {
        const isSame = before.height === clientHeight && Math.abs(before.top - scrollTop) < rowPx;
        return isSame ? before : { top: scrollTop, height: clientHeight };
      });
    };
    look();
    current.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(current);
    return () => {
      current.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [rowPx]);
  return { frame, span: spanOf(rows, rowPx, top, height) };
}
