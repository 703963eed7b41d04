/** The result of a short link: the figures that it has, and that nobody can check them. */

import '../../shell/styles/rows.css';
import { integerText } from '../../../../results/text/figures.ts';
import { WhatIsTimed } from '../../cards/measurements/what-is-timed.tsx';
import { SaveButtons } from '../../charts/table/save-buttons.tsx';
import type { Table } from '../../charts/table/table.ts';
import { type CaseRow, STATUS_TEXT, textOf } from '../../share/case-row.ts';
import type { Summary } from '../../share/summary.ts';
import { dateText } from '../../text/date-text.ts';

export function SummaryView({ summary }: { readonly summary: Summary }) {
  const { id, created, profile, machine, host, software, labels, cases, rows } = summary;
  return (
    <>
      <div class="masthead">
        <h1>{sentenceOf(summary)}</h1>
        <p class="origin">
          {machine} · {host} · {dateText(created)} · profile {profile} · out of a short link
        </p>
      </div>
      <section class="card" aria-labelledby="unchecked-title">
        <h2 id="unchecked-title">
          <span class="doubt">Read with care</span> <span class="what">A summary, without its samples</span>
        </h2>
        <p class="lead">
          These are the figures that the link has. Without samples nobody can check them, and whoever wrote the link may
          have written anything. Ask for the complete link or the record to see for yourself.
        </p>
        <ul class="care">
          {software && <li>It is of a software adapter, not a GPU: a program that imitates one on the CPU.</li>}
          {labels > 0 && (
            <li>
              The run has {labels} {labels === 1 ? 'thing' : 'things'} to know before believing its figures. The
              complete record says which.
            </li>
          )}
          {rows.length < cases && (
            <li>
              It has {integerText(rows.length)} of {integerText(cases)} figures: the others did not fit into the link.
            </li>
          )}
        </ul>
        <p class="note">
          Record <code>{id.slice(0, 12)}</code>
        </p>
      </section>
      <section class="card rows" aria-labelledby="figures-title">
        <h2 id="figures-title">Figures</h2>
        <WhatIsTimed />
        <table>
          <caption class="visually-hidden">Each case with its figure and 95&nbsp;% interval within the run</caption>
          <thead>
            <tr>
              <th scope="col">Case</th>
              <th scope="col" class="number">
                Measured
              </th>
              <th scope="col" class="number">
                95&nbsp;% interval
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // Names may be the same, and rows never move.
              <Row key={`${index} ${row.name}`} row={row} />
            ))}
          </tbody>
        </table>
        <SaveButtons
          title="Figures"
          source={`${machine} · ${host} · ${dateText(created)} · record ${id.slice(0, 12)}, a summary out of a link`}
          table={() => summaryTable(rows)}
        />
      </section>
    </>
  );
}

/** What the summary says first: how fast a model writes, or else how fast memory is. */
function sentenceOf({ machine, rows }: Summary): string {
  const known = rows.flatMap(({ name, outcome }) => ('status' in outcome ? [] : [{ name, outcome }]));
  const first = known.find(({ outcome }) => outcome.unit === 'tokens/s') ?? known[0];
  if (!first) return `A run on ${machine}, without a figure.`;
  const { value, unit } = textOf(first.outcome);
  return `${first.name}: ${value}\u00a0${unit} on ${machine}.`;
}

const summaryTable = (rows: Summary['rows']): Table => ({
  head: ['case', 'measured', 'unit', 'status'],
  rows: rows.map(({ name, outcome }) =>
    'status' in outcome
      ? [name, undefined, undefined, STATUS_TEXT[outcome.status]]
      : [name, outcome.figure, outcome.unit, 'measured'],
  ),
});

function Row({ row: { name, outcome } }: { readonly row: CaseRow }) {
  if ('status' in outcome) {
    return (
      <tr data-tone={outcome.status === 'wrong' || outcome.status === 'failed' ? 'bad' : undefined}>
        <th scope="row">{name}</th>
        <td class="why" colSpan={2}>
          {STATUS_TEXT[outcome.status]}
        </td>
      </tr>
    );
  }
  const { value, interval, unit } = textOf(outcome);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number main" data-label="Measured">
        <span class="value">
          {value} {unit}
        </span>
      </td>
      <td class="number" data-label="95 % interval">
        {interval ? `${interval} ${unit}` : 'too few rounds'}
      </td>
    </tr>
  );
}
