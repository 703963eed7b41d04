/** The figures behind the chart of ratios. */

import '../../../shell/styles/rows.css';
import './ratio-table.css';
import { figureText } from '../../../../../results/text/figures.ts';
import { FigureCell } from '../../../cards/measurements/figure-cell.tsx';
import { LETTERS } from '../address.ts';
import type { Comparison } from '../comparison.ts';

export function RatioTable({ comparison: { runs, cases } }: { comparison: Comparison }) {
  const pairs = LETTERS.slice(1, runs.length).map((letter) => `A ÷ ${letter}`);
  return (
    <details class="ratio-table rows">
      <summary>Data table</summary>
      <table>
        <caption class="visually-hidden">Figures and ratios of all cases, with 95&nbsp;% intervals</caption>
        <thead>
          <tr>
            <th scope="col">Case</th>
            {[...LETTERS.slice(0, runs.length), ...pairs].map((column) => (
              <th key={column} scope="col" class="number">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cases.map(({ title, unit, figures, ratios }) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              {figures.map((figure, i) => (
                <FigureCell key={LETTERS[i]} label={LETTERS[i] ?? ''} text={figureText(figure, unit)} />
              ))}
              {ratios.map((ratio, i) => (
                <FigureCell key={pairs[i]} label={pairs[i] ?? ''} text={figureText(ratio, '×')} main />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
