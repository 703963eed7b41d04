/** The entries of a chart's legend: the shape of a series' points, or its kind of line, as the chart draws it. */

import './legend.css';
import type { SeriesStyle } from './series.ts';

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
