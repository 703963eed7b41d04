/** The card of the fitted law: its terms, and what more bandwidth or memory would buy by it. */

import './law.css';
import { figureText, msFigureText } from '../../../../results/text/figures.ts';
import {
  comparedTexts,
  formText,
  heldOutText,
  LAW_FORMULA,
  type LawSummary,
  lackOfFitText,
} from '../../../model/law/summary.ts';
import { meaningOf, symbolOf } from '../../../model/law/terms.ts';
import { buysTexts } from '../../../model/predict/buys-text.ts';
import type { LawOutlook } from '../../analysis/law-view.ts';
import { sourceLine } from '../../charts/source-line.ts';
import { SaveButtons } from '../../charts/table/save-buttons.tsx';
import type { Store } from '../../state/state.ts';
import { termsTable } from './terms-table.ts';

const TITLE = 'The law of this machine';

export function LawCard({ store }: { store: Store }) {
  const view = store.law.value;
  if (!view) return null;
  const { law, strangers, outlook } = view;
  const misfit = lackOfFitText(law);
  return (
    <section class="card law-card" aria-labelledby="law-title">
      <h2 id="law-title">{TITLE}</h2>
      <p class="lead">
        The time of a decode step, as the sum of what its parts cost on this machine, fitted to{' '}
        {outlook ? 'this run' : 'this run so far'}:{' '}
        <span class="formula">
          <Symbols text={LAW_FORMULA} />
        </span>
      </p>
      {outlook && <Outlook outlook={outlook} />}
      <Terms law={law} />
      <SaveButtons title={TITLE} source={sourceLine(store)} table={() => termsTable(law)} />
      <dl>
        <div>
          <dt>Form</dt>
          <dd>{formText(law)}</dd>
        </div>
        <div>
          <dt>Held out</dt>
          <dd>{heldOutText(law)}</dd>
        </div>
        {misfit && (
          <div>
            <dt>Lack of fit</dt>
            <dd>{misfit}</dd>
          </div>
        )}
        {strangers.length > 0 && (
          <div>
            <dt>Left out</dt>
            <dd>decode steps of {strangers.join(', ')}, whose shapes are not those of a preset</dd>
          </div>
        )}
      </dl>
      <Compared law={law} />
    </section>
  );
}

function Outlook({ outlook: { bound, buys, memoryGB } }: { outlook: LawOutlook }) {
  return (
    <ul class="outlook">
      <li data-bound={bound.verdict}>
        <strong>{bound.verdict}</strong>: {bound.evidence}
      </li>
      {buys.flatMap(buysTexts).map((text) => (
        <li key={text} data-buys>
          {text}
        </li>
      ))}
      {buys.length > 0 && memoryGB === undefined && (
        <li>what twice the memory would buy is not known; name the GPU on the page of this run’s result</li>
      )}
    </ul>
  );
}

function Terms({ law: { terms } }: { law: LawSummary }) {
  return (
    <table class="terms">
      <caption class="visually-hidden">The terms of the law, with 95&nbsp;% intervals within this run</caption>
      <thead>
        <tr>
          <th scope="col">Term</th>
          <th scope="col">Paid for</th>
          <th scope="col">Cost</th>
        </tr>
      </thead>
      <tbody>
        {terms.map(({ id, unit, figure, unidentified }) => {
          const text = figure && (unit === 'ms' ? msFigureText(figure) : figureText(figure, unit));
          return (
            <tr key={id} data-term={id}>
              <th scope="row">
                <Symbols text={symbolOf(id)} />
              </th>
              <td>{meaningOf(id)}</td>
              {text ? (
                <td>
                  <strong>
                    {text.value} {text.unit}
                  </strong>{' '}
                  {text.interval && <span class="interval">({text.interval})</span>}
                </td>
              ) : (
                <td class="unidentified">not known: {unidentified}</td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Compared({ law }: { law: LawSummary }) {
  const tried = comparedTexts(law);
  if (tried.length === 0) return null;
  return (
    <details>
      <summary>Forms that were tried</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Form</th>
            <th scope="col">Error, %</th>
          </tr>
        </thead>
        <tbody>
          {tried.map(([form, error]) => (
            <tr key={form}>
              <th scope="row">{form}</th>
              <td>{error}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** A formula with its subscripts: `t_d` with the d below the line. */
function Symbols({ text }: { text: string }) {
  return <>{text.split(/_(\w+)/).map((part, i) => (i % 2 === 0 ? part : <sub key={`${i}${part}`}>{part}</sub>))}</>;
}
