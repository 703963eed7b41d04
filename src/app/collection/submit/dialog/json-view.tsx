/** A long text, line by line, of which only the lines are drawn that are seen. */

import { useMemo } from 'preact/hooks';
import { MAX_HEIGHT_PX } from '../../../shell/long-list/span.ts';
import { useSpan } from '../../../shell/long-list/use-span.ts';

/** As dialog.css has it, in px. */
const LINE_PX = 20;

export function JsonView({ text, label }: { readonly text: string; readonly label: string }) {
  const lines = useMemo(() => text.split('\n'), [text]);
  const count = Math.min(lines.length, Math.floor(MAX_HEIGHT_PX / LINE_PX));
  const { frame, span } = useSpan(count, LINE_PX);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section class="json" ref={frame} aria-label={label} tabIndex={0}>
      <div class="all" style={{ height: `${count * LINE_PX}px` }}>
        <pre style={{ top: `${span.from * LINE_PX}px` }}>{lines.slice(span.from, span.to).join('\n')}</pre>
      </div>
    </section>
  );
}
