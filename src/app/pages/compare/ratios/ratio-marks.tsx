/** The marks of one case: each ratio with its interval, over the rule at 1. */

import { isTold } from '../../../../../results/derived/ratio.ts';
import type { Figure } from '../../../../../results/text/figures.ts';
import { styleOf } from '../../../charts/signs/series.ts';
import { Sign } from '../../../charts/signs/sign.tsx';
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
          return (
            <g key={styleOf(i).colour} data-series={i + 1} data-told={isTold(ratio)}>
              {ratio.ci95 && <line class="interval" x1={x(ratio.ci95[0])} x2={x(ratio.ci95[1])} y1={y} y2={y} />}
              <svg x={x(ratio.value)} y={y} overflow="visible" aria-hidden="true">
                <Sign index={i} left={0} top={0} />
              </svg>
            </g>
          );
        })}
      </svg>
    </span>
  );
}
