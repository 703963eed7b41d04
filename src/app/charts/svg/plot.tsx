/**
 * A chart in SVG: axes with units, lines told apart by dash, colour and sign, and points that pointer and arrow keys
 * pick. Its text keeps its size, since it is drawn in px.
 */

import './plot.css';
import { Pickable } from '../picking/pickable.tsx';
import { DataTable } from '../table/data-table.tsx';
import { SaveButtons } from '../table/save-buttons.tsx';
import type { ChartSpec } from './chart.ts';
import { Legend } from './legend.tsx';
import { Picture } from './picture.tsx';
import { plotLayout } from './plot-layout.ts';
import { useWidth } from './use-width.ts';

export function Plot({ spec }: { spec: ChartSpec }) {
  const [frame, width] = useWidth<HTMLDivElement>(640);
  const layout = plotLayout(spec, width);
  const { id, title, source } = spec;
  const table = () => spec.table;
  return (
    <figure class="card plot" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <p class="lead" id={`${id}-takeaway`}>
        {spec.takeaway}
      </p>
      {layout.names.length === 0 && <Legend spec={spec} />}
      <Pickable
        frame={frame}
        label={`Chart: ${title}`}
        describedBy={`${id}-takeaway`}
        series={layout.series}
        textOf={({ series, point }) => {
          const { name = spec.series[series]?.name, text = '' } = layout.series[series]?.points[point] ?? {};
          return `${name}: ${text}`;
        }}
        resting={spec.mark?.text}
      >
        <Picture spec={spec} layout={layout} />
      </Pickable>
      <DataTable title={title} table={table} />
      <SaveButtons id={id} title={title} source={source} table={table} picture={async () => pngOf(spec)} />
      <figcaption>{source}</figcaption>
    </figure>
  );
}

const pngOf = async (spec: ChartSpec): Promise<Blob> => (await import('./png.tsx')).pngOf(spec);
