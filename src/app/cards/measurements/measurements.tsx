/** The table of all cases of a run. On narrow screens each case is a card. */

import '../../shell/styles/rows.css';
import { dispatchBytes, isMeasured } from '../../../../results/derived/derive.ts';
import { bytesText, gbpsText, integerText, msFigureText } from '../../../../results/text/figures.ts';
import type { RowFigures } from '../../analysis/view.ts';
import { sourceLine } from '../../charts/source-line.ts';
import { SaveButtons } from '../../charts/table/save-buttons.tsx';
import type { Row } from '../../state/rows.ts';
import type { Store } from '../../state/state.ts';
import { formatText, shapeText } from './case-text.ts';
import { FigureCell } from './figure-cell.tsx';
import { measurementsTable } from './measurements-table.ts';
import { statusOf } from './status.ts';
import { WhatIsTimed } from './what-is-timed.tsx';

export function Measurements({ store }: { store: Store }) {
  const rows = store.rows.value;
  if (rows.length === 0) return null;
  const figures = store.view.value.rows;
  return (
    <section class="card rows" aria-labelledby="measurements-title">
      <h2 id="measurements-title">Measurements</h2>
      <WhatIsTimed />
      <table>
        <caption class="visually-hidden">
          Every case of the run, with its bandwidth and 95&nbsp;% interval within this run
        </caption>
        <thead>
          <tr>
            <th scope="col">Case</th>
            <th scope="col">Shape</th>
            <th scope="col" class="number">
              Data
            </th>
            <th scope="col" class="number">
              Bandwidth
            </th>
            <th scope="col" class="number">
              Time per dispatch
            </th>
            <th scope="col" class="number">
              Samples
            </th>
            <th scope="col">Status</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <CaseRow key={row.index} row={row} figures={figures[row.index]} running={store.busy.value} />
          ))}
        </tbody>
      </table>
      <SaveButtons
        title="Measurements"
        source={sourceLine(store)}
        table={() => measurementsTable(rows, figures, store.busy.value)}
      />
    </section>
  );
}

interface CaseRowProps {
  readonly row: Row;
  readonly figures: RowFigures | undefined;
  readonly running: boolean;
}

function CaseRow({ row, figures, running }: CaseRowProps) {
  const { measurement } = row;
  const status = statusOf(measurement, running);
  const format = formatText(row.case);
  const measured = measurement && isMeasured(measurement) ? measurement : undefined;
  return (
    <tr data-tone={status.tone} data-status={measurement?.status ?? 'waiting'}>
      <th scope="row">
        <span class="kernel">{row.case.kernel}</span>
        {format && <span class="chip">{format}</span>}
        <span class="variant">{row.case.variant}</span>
      </th>
      <td class="shape">{shapeText(row.case)}</td>
      {measurement && !measured ? (
        <td class="why" colSpan={4}>
          {status.reason}
        </td>
      ) : (
        <>
          <td class="number" data-label="Data">
            {measured && bytesText(dispatchBytes(measured))}
          </td>
          <FigureCell label="Bandwidth" text={figures?.gbps && gbpsText(figures.gbps)} main />
          <FigureCell label="Time per dispatch" text={figures?.ms && msFigureText(figures.ms)} />
          <td class="number" data-label="Samples">
            {figures && samplesText(figures)}
          </td>
        </>
      )}
      <td class="status">
        <span class="word" title={status.reason || undefined}>
          {status.word}
        </span>
      </td>
    </tr>
  );
}

const samplesText = ({ samples, rounds }: RowFigures): string =>
  `${integerText(samples)} in ${integerText(rounds)} ${rounds === 1 ? 'round' : 'rounds'}`;
