/**
 * A chart in SVG: axes with units, lines told apart by dash, colour and sign, and points that pointer and arrow keys
 * pick. Its text keeps its size, since it is drawn in px.
 */

import './plot.css';
import { useState } from 'preact/hooks';
import type { ChartSpec } from './chart.ts';
import { DataTable } from './data-table.tsx';
import { Legend } from './legend.tsx';
import { nearest, type Picked, stepped } from './picking.ts';
import { Picture } from './picture.tsx';
import { plotLayout } from './plot-layout.ts';
import { SaveButtons } from './save-buttons.tsx';
import { useWidth } from './use-width.ts';

export function Plot({ spec }: { spec: ChartSpec }) {
  const [frame, width] = useWidth<HTMLDivElement>(640);
  const [picked, setPicked] = useState<Picked | undefined>(undefined);
  const layout = plotLayout(spec, width);
  const point = picked && layout.series[picked.series]?.points[picked.point];
  return (
    <figure class="card plot" aria-labelledby={`${spec.id}-title`}>
      <h2 id={`${spec.id}-title`}>{spec.title}</h2>
      <p class="lead" id={`${spec.id}-takeaway`}>
        {spec.takeaway}
      </p>
      {layout.names.length === 0 && <Legend spec={spec} />}
      <div
        class="drawing"
        ref={frame}
        // A picture that answers to keys: they step through its points, which the line below then names.
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive, and its keys need focus.
        tabIndex={0}
        aria-label={`Chart: ${spec.title}. Left and right step through points, up and down through lines.`}
        aria-describedby={`${spec.id}-takeaway`}
        onKeyDown={(event) => {
          const next = stepped(event.key, picked, layout.series);
          if (!next) return;
          event.preventDefault();
          setPicked(next);
        }}
        onPointerMove={(event) => {
          const { left, top } = event.currentTarget.getBoundingClientRect();
          setPicked(nearest({ left: event.clientX - left, top: event.clientY - top }, layout.series));
        }}
        onPointerLeave={() => setPicked(undefined)}
        onBlur={() => setPicked(undefined)}
      >
        <Picture spec={spec} layout={layout} picked={point} />
      </div>
      <p class="point" aria-live="polite">
        {point ? `${spec.series[picked.series]?.name}: ${point.text}` : spec.mark?.text}
      </p>
      <DataTable id={spec.id} title={spec.title} table={spec.table} />
      <SaveButtons spec={spec} />
      <figcaption>{spec.source}</figcaption>
    </figure>
  );
}
