/** The chart's legend, as text: each series with its fitted law. */

import { type Figure, type FigureText, gbpsText, msFigureText } from '../../../results/figures.ts';
import type { SeriesView } from '../analysis/view.ts';
import { nameOf, type SeriesStyle, styleOf } from './series.ts';

export function Legend({ series, streaming }: { series: readonly SeriesView[]; streaming: Figure | undefined }) {
  return (
    <ul class="legend">
      {series.map((s, i) => (
        <li key={nameOf(s)} data-series={i + 1}>
          <Swatch point={styleOf(i).point} />
          <span>
            <strong>{nameOf(s)}</strong>{' '}
            {s.fit ? (
              <>
                β = {withInterval(gbpsText(s.fit.gbps))}, a = {withInterval(msFigureText(s.fit.overheadMs))}; points
                within {(s.fit.worstResidual * 100).toPrecision(2)}&nbsp;% of the line
              </>
            ) : (
              'a line needs three sizes'
            )}
          </span>
        </li>
      ))}
      {streaming && (
        <li class="ceiling">
          <Swatch point="dash" />
          <span>
            <strong>streaming read</strong> at {gbpsText(streaming).value} GB/s, if nothing else took time
          </span>
        </li>
      )}
    </ul>
  );
}

const withInterval = ({ value, interval, unit }: FigureText): string =>
  `${value} ${unit}${interval ? ` (${interval})` : ''}`;

/** A point's shape, or a kind of line, as the chart draws it. */
export function Swatch({ point }: { point: SeriesStyle['point'] | 'line' | 'dash' }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      {point === 'circle' && <circle cx="8" cy="8" r="5" />}
      {point === 'rectRot' && <path d="M8 2 14 8 8 14 2 8Z" />}
      {point === 'triangle' && <path d="M8 2.5 14 13H2Z" />}
      {point === 'rect' && <path d="M3 3h10v10H3Z" />}
      {point === 'line' && <path class="line" d="M0 8h16" />}
      {point === 'dash' && <path class="dash" d="M0 8h16" />}
    </svg>
  );
}
