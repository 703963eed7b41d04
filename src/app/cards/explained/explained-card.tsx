/** The card of where the time of a step goes: its parts as a bar, and its kernels as a table. */

import '../../shell/styles/rows.css';
import '../../charts/signs/series.css';
import './explained.css';
import { PART_WORDS, PARTS, type PartId } from '../../../../results/derived/step-parts.ts';
import { gbpsText, integerText, msFigureText, msText, significant } from '../../../../results/text/figures.ts';
import { shown } from '../../../../results/text/shown.ts';
import type { ExplainedView, KernelView, PartsView } from '../../analysis/explained-view.ts';
import { Swatch } from '../../charts/signs/swatch.tsx';
import { sourceLine } from '../../charts/source-line.ts';
import { SaveButtons } from '../../charts/table/save-buttons.tsx';
import type { Store } from '../../state/state.ts';
import { stepText } from '../../text/names.ts';
import { formatText, shapeText } from '../measurements/case-text.ts';
import { FigureCell } from '../measurements/figure-cell.tsx';
import { explainedTable } from './explained-table.ts';

const TITLE = 'Kernel by kernel';

export function ExplainedCard({ store }: { store: Store }) {
  const { explained } = store.view.value;
  if (explained.length === 0) return null;
  return (
    <section class="card rows explained" aria-labelledby="explained-title">
      <h2 id="explained-title">{TITLE}</h2>
      <p class="lead">
        Where the time of a step goes. Each kernel’s dispatches are added to the step once more: its time is what the
        step takes longer. The parts add up to the measured step.
      </p>
      {explained.map((view) => (
        <Step key={stepText(view.step)} view={view} store={store} />
      ))}
    </section>
  );
}

function Step({ view, store }: { readonly view: ExplainedView; readonly store: Store }) {
  const name = stepText(view.step);
  if (view.reason !== undefined) {
    return (
      <p class="reason">
        {name}: not explained. {shown(view.reason)}
      </p>
    );
  }
  const { stepMs, gbps, parts, between, launchMs, kernels, rounds } = view;
  const share = (ms: number) => percent(ms / stepMs.value);
  return (
    <div class="step" data-explained={name}>
      <h3>
        {name}: {msText(stepMs.value)}
      </h3>
      <Bar parts={parts} />
      <dl class="parts">
        {PARTS.map((id, i) => (
          <Part key={id} id={id} series={i} parts={parts} share={share} />
        ))}
      </dl>
      <p class="about">
        {gbps
          ? `The bytes are divided by the measured read bandwidth, ${gbpsText(gbps).value} GB/s. `
          : 'The run has no read bandwidth, so the bytes are in the rest. '}
        An empty dispatch takes {msText(launchMs.value)} here. {share(between.value)} of the step is in no kernel.{' '}
        {rounds} rounds; intervals hold 95&nbsp;% within this run.
      </p>
      <table>
        <caption class="visually-hidden">The kernels of a step of {name}, the longest time first</caption>
        <thead>
          <tr>
            <th scope="col">Kernel</th>
            <th scope="col" class="number">
              Dispatches
            </th>
            <th scope="col" class="number">
              Time in a step
            </th>
            <th scope="col" class="number">
              Share
            </th>
            <th scope="col">Its parts</th>
          </tr>
        </thead>
        <tbody>
          {kernels.map((kernel) => (
            <Kernel key={JSON.stringify(kernel.case)} kernel={kernel} longest={kernels[0]?.ms.value ?? 1} />
          ))}
        </tbody>
      </table>
      <SaveButtons title={`${TITLE}: ${name}`} source={sourceLine(store)} table={() => explainedTable(view)} />
    </div>
  );
}

interface PartProps {
  readonly id: PartId;
  readonly series: number;
  readonly parts: PartsView;
  readonly share: (ms: number) => string;
}

function Part({ id, series, parts, share }: PartProps) {
  const part = parts[id];
  const { value, interval, unit } = msFigureText(part ?? { value: Number.NaN, ci95: null });
  return (
    <div data-part={id} data-series={series + 1}>
      <dt>
        <Swatch of={series} />
        {id}
      </dt>
      <dd>
        {part?.value === 0 && <strong>none</strong>}
        {part && part.value !== 0 && (
          <>
            <strong>{share(part.value)}</strong> {value} {unit}
            {interval && <span class="interval"> ({interval})</span>}
          </>
        )}
        {!part && <strong>not measured</strong>}
        <small>{part ? PART_WORDS[id] : 'it lies in the rest'}</small>
      </dd>
    </div>
  );
}

function Kernel({ kernel, longest }: { readonly kernel: KernelView; readonly longest: number }) {
  const { case: c, dispatches, ms, share, parts, mayBeCached } = kernel;
  const format = formatText(c);
  return (
    <tr>
      <th scope="row">
        <span class="kernel">{shown(c.kernel)}</span>
        {format && <span class="chip">{shown(format)}</span>}
        <span class="about">{shown(shapeText(c))}</span>
      </th>
      <td class="number" data-label="Dispatches">
        {integerText(dispatches)}
      </td>
      <FigureCell label="Time in a step" text={msFigureText(ms)} />
      <td class="number main" data-label="Share">
        <span class="value">{percent(share.value)}</span>
        {mayBeCached && <small class="doubtful">may be cached</small>}
      </td>
      <td class="bar-cell">
        <Bar parts={parts} width={Math.max(0, ms.value) / longest} />
        {share.value >= WORTH_SHOWING && <small>{partsText(parts, ms.value)}</small>}
      </td>
    </tr>
  );
}

/** The parts as a bar, as wide as a share of its place. A part below zero is noise, and has no width. */
function Bar({ parts, width = 1 }: { readonly parts: PartsView; readonly width?: number }) {
  return (
    <div class="bar" style={{ width: `${100 * width}%` }} aria-hidden="true">
      {PARTS.map((id, i) => (
        <span key={id} data-series={i + 1} style={{ flexGrow: Math.max(0, parts[id]?.value ?? 0) }} />
      ))}
    </div>
  );
}

/** The parts of a kernel that takes less than this share of a step are mostly noise, and are not put into words. */
const WORTH_SHOWING = 0.01;

/** Parts below this share have no word. */
const WORTH_SAYING = 0.1;

/** `bytes 62 %, tail 21 %`: the parts that matter, as shares of the kernel’s time. */
const partsText = (parts: PartsView, ms: number): string =>
  PARTS.flatMap((id) => {
    const share = (parts[id]?.value ?? 0) / ms;
    return share >= WORTH_SAYING ? [`${id} ${percent(share)}`] : [];
  }).join(', ');

const percent = (share: number): string => `${significant(100 * share, 2)} %`;
