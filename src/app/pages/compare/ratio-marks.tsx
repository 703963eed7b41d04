/** The marks of one case: each ratio with its interval, over the rule at 1. */

import type { Figure } from '../../../../results/figures.ts';
import { isTold } from '../../../../results/ratio.ts';
import { type SeriesStyle, styleOf } from '../../chart/series.ts';
import type { RatioAxis } from './ratio-axis.ts';

/** The height of a mark with its interval, in px, and half of it. */
const LINE = 22;
const MIDDLE = LINE / 2;

interface MarksProps {
  readonly ratios: readonly Figure[];
  readonly axis: RatioAxis;
}

export function Marks({ ratios, axis }: MarksProps) {
  const x = (ratio: number): string => `${100 * axis.at(ratio)}%`;
  return (
    <span class="track" style={{ minHeight: `${LINE * ratios.length}px` }}>
      <svg class="marks" aria-hidden="true">
        {axis.ticks.map((tick) => (
          <line key={tick} class={tick === 1 ? 'one' : 'grid'} x1={x(tick)} x2={x(tick)} y1="0" y2="100%" />
        ))}
        {ratios.map((ratio, i) => {
          const y = LINE * i + MIDDLE;
          const { point } = styleOf(i);
          return (
            <g key={styleOf(i).colour} data-series={i + 1} data-told={isTold(ratio)}>
              {ratio.ci95 && <line class="interval" x1={x(ratio.ci95[0])} x2={x(ratio.ci95[1])} y1={y} y2={y} />}
              <svg x={x(ratio.value)} y={y} overflow="visible" aria-hidden="true">
                <Shape point={point} />
              </svg>
            </g>
          );
        })}
      </svg>
    </span>
  );
}

/** The shape of a series, around 0. */
function Shape({ point }: Pick<SeriesStyle, 'point'>) {
  if (point === 'circle') return <circle class="point" r="5" />;
  if (point === 'rectRot') return <path class="point" d="M0-6 6 0 0 6-6 0Z" />;
  if (point === 'triangle') return <path class="point" d="M0-6 6 5H-6Z" />;
  return <path class="point" d="M-5-5H5V5H-5Z" />;
}
