/** The names of a chart's lines, where there is no room for them beside the lines. */

import { Sign } from '../signs/sign.tsx';
import type { ChartPoint, ChartSpec } from './chart.ts';

/** Whether points are bars without signs. */
const isBarAlone = (points: readonly ChartPoint[]): boolean =>
  points.length > 0 && points.every(({ from, hasSign }) => from !== undefined && hasSign !== true);

export function Legend({ spec: { series } }: { spec: ChartSpec }) {
  return (
    <ul class="names">
      {series.map(({ name, line, points }, index) => (
        <li key={name} data-series={index + 1}>
          <svg viewBox="0 0 32 16" width="32" height="16" aria-hidden="true">
            {line !== 'none' && <path class="curve" data-line={line} d="M0 8H32" />}
            {isBarAlone(points) ? (
              <rect class="bar" x={6} y={3} width={20} height={10} />
            ) : (
              points.length > 0 && (
                <Sign index={index} left={16} top={8} isHollow={points.every(({ isHollow }) => isHollow === true)} />
              )
            )}
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
