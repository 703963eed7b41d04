/** The legend of the chart, as text: each series with its fitted line. */

import { gbpsText, msFigureText, significant } from '../../../../results/text/figures.ts';
import type { RunView } from '../../analysis/view.ts';
import { withInterval } from '../../charts/canvas/plot.ts';
import { Swatch } from '../../charts/signs/swatch.tsx';
import { nameOf } from './gemv-line-chart.ts';

export function Legend({ series, headline }: Pick<RunView, 'series' | 'headline'>) {
  return (
    <ul class="legend">
      {series.map((s, i) => (
        <li key={nameOf(s)} data-series={i + 1}>
          <Swatch of={i} />
          <span>
            <strong>{nameOf(s)}</strong>{' '}
            {s.fit ? (
              <>
                β = {withInterval(gbpsText(s.fit.gbps))}, a = {withInterval(msFigureText(s.fit.overheadMs))}; points
                within {significant(s.fit.worstResidual * 100, 2)}&nbsp;% of the line
              </>
            ) : (
              'three sizes are needed for a line'
            )}
          </span>
        </li>
      ))}
      {headline && (
        <li class="ceiling">
          <Swatch of="dash" />
          <span>
            <strong>streaming read</strong> at {gbpsText(headline.gbps).value} GB/s, without any fixed cost
          </span>
        </li>
      )}
    </ul>
  );
}
