/** The table of decode steps: tokens per second of each, and what they follow from. */

import '../../shell/styles/rows.css';
import { isTimedStep, stepBytes } from '../../../../results/derived/decode.ts';
import {
  bytesText,
  gbpsText,
  integerText,
  msFigureText,
  tokensPerSecondText,
} from '../../../../results/text/figures.ts';
import { activationsText, layersPhrase, lengthsText } from '../../../../results/text/step-text.ts';
import type { StepView } from '../../analysis/view.ts';
import { sourceLine } from '../../charts/source-line.ts';
import { SaveButtons } from '../../charts/table/save-buttons.tsx';
import type { StepRow } from '../../state/rows.ts';
import type { Store } from '../../state/state.ts';
import { FigureCell } from '../measurements/figure-cell.tsx';
import { statusOf } from '../measurements/status.ts';
import { stepsTable } from './steps-table.ts';

export function DecodeCard({ store }: { store: Store }) {
  const rows = store.stepRows.value;
  if (rows.length === 0) return null;
  const { steps } = store.view.value;
  return (
    <section class="card rows" aria-labelledby="steps-title" data-steps>
      <h2 id="steps-title">{TITLE}</h2>
      <table>
        <caption class="visually-hidden">
          Every decode step, with its tokens per second and 95&nbsp;% intervals within this run
        </caption>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col" class="number">
              One user
            </th>
            <th scope="col" class="number">
              All users
            </th>
            <th scope="col" class="number">
              Time per step
            </th>
            <th scope="col" class="number">
              Data
            </th>
            <th scope="col" class="number">
              Bandwidth
            </th>
            <th scope="col">Status</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <StepRowView key={row.index} row={row} figures={steps[row.index]} store={store} />
          ))}
        </tbody>
      </table>
      <SaveButtons title={TITLE} source={sourceLine(store)} table={() => stepsTable(rows, steps, store.busy.value)} />
    </section>
  );
}

const TITLE = 'Decode steps of whole models';

interface StepRowProps {
  readonly row: StepRow;
  readonly figures: StepView | undefined;
  readonly store: Store;
}

function StepRowView({ row: { case: c, measurement }, figures, store }: StepRowProps) {
  const status = statusOf(measurement, store.busy.value);
  const measured = measurement && isTimedStep(measurement) ? measurement : undefined;
  const cached = measured && measured.rotationBytes < store.view.value.coldFromBytes;
  return (
    <tr data-tone={status.tone} data-step={measurement?.status ?? 'waiting'}>
      <th scope="row">
        <span class="kernel">{c.model}</span>
        <span class="chip">{c.weights}</span>
        <span class="about">
          batch {c.batch}, context {lengthsText(c)}
        </span>
        <span class="about">
          KV cache in {c.kv}
          {measured && `, ${layersPhrase(measured.layers)}`}
          {measured?.activations && `, activations in ${activationsText(measured)}`}
        </span>
      </th>
      {measurement && !measured ? (
        <td class="why" colSpan={5}>
          {status.reason}
        </td>
      ) : (
        <>
          <FigureCell label="One user" text={figures && tokensPerSecondText(figures.perUser)} main />
          <FigureCell label="All users" text={figures && tokensPerSecondText(figures.tokensPerSecond)} />
          <FigureCell label="Time per step" text={figures && msFigureText(figures.stepMs)} />
          <td class="number" data-label="Data">
            {measured && (
              <>
                <span class="value">{bytesText(stepBytes(measured))}</span>
                <small>{integerText(measured.dispatches)} dispatches</small>
              </>
            )}
          </td>
          <FigureCell label="Bandwidth" text={figures && gbpsText(figures.gbps)} />
        </>
      )}
      <td class="status">
        <span class="word" title={status.reason || undefined}>
          {status.word}
        </span>
        {cached && <small class="doubtful">may be cached</small>}
      </td>
    </tr>
  );
}
