/** The runs that match: a table of any length, of which only the rows are drawn that are seen. */

import './runs.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Figure } from '../../../../results/text/figures.ts';
import { countText, figureText, integerText } from '../../../../results/text/figures.ts';
import { shown } from '../../../../results/text/shown.ts';
import { choiceParam } from '../../../session/param.ts';
import type { CrowdView, RunLine } from '../../collection/crowd/api.ts';
import { resultUrl } from '../../shelf/links.ts';
import { MAX_HEIGHT_PX } from '../../shell/long-list/span.ts';
import { useSpan } from '../../shell/long-list/use-span.ts';
import { dayText } from '../../text/date-text.ts';
import type { CrowdState } from './state.ts';

/** As crowd.css has it, in px. */
const ROW_PX = 56;

const ORDERS = [
  { value: 'newest', text: 'The newest first' },
  { value: 'memory', text: 'The fastest memory first' },
  { value: 'tokens', text: 'The most tokens/s first' },
] as const;

const orderParam = choiceParam(ORDERS.map(({ value }) => value));

interface RunsProps {
  readonly state: CrowdState;
  readonly view: CrowdView;
}

export function Runs({ state, view }: RunsProps) {
  /** The run whose reasons are shown. */
  const why = useSignal<RunLine | undefined>(undefined);
  const rows = Math.min(view.runs, Math.floor(MAX_HEIGHT_PX / ROW_PX));
  const { frame, span } = useSpan(state.hasLines.value ? rows : 0, ROW_PX);
  useEffect(() => state.see(span.from, span.to));
  // Another question has other runs: they are read from the first on.
  const { query } = state;
  useEffect(() => {
    frame.current?.scrollTo({ top: 0 });
    why.value = undefined;
  }, [query.value, frame, why]);
  return (
    <section class="card runs-of-crowd" aria-labelledby="crowd-runs-title">
      <div class="head">
        <h2 id="crowd-runs-title">{countText(view.runs, 'run')}</h2>
        <label>
          <span>Order</span>
          <select
            name="order"
            value={query.value.order}
            onChange={({ currentTarget: { value } }) => void state.ask({ order: orderParam.parse(value) ?? 'newest' })}
          >
            {ORDERS.map(({ value, text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
      </div>
      {state.hasLines.value ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        <section class="scrolls" ref={frame} tabIndex={0} aria-label="Table: runs">
          <table aria-rowcount={view.runs + 1}>
            <thead>
              <tr aria-rowindex={1}>
                <th scope="col">GPU</th>
                <th scope="col" class="number">
                  Memory, GB/s
                </th>
                <th scope="col" class="number">
                  Writes, tokens/s
                </th>
                <th scope="col">Began</th>
                <th scope="col">Status</th>
              </tr>
            </thead>
            <tbody>
              <Space rows={span.from} />
              {Array.from({ length: span.to - span.from }, (_, i) => span.from + i).map((index) => (
                <Row key={index} index={index} line={state.line(index)} onWhy={(line) => (why.value = line)} />
              ))}
              <Space rows={rows - span.to} />
            </tbody>
          </table>
        </section>
      ) : (
        <p class="lead">
          {state.reading.value ? 'Reading the runs…' : 'There are too many runs to list them all: choose a GPU.'}
        </p>
      )}
      <p class="why" role="status">
        {why.value &&
          `${why.value.name}, ${why.value.status}: ${why.value.reasons.map(({ text }) => shown(text)).join(' ')}`}
      </p>
      {rows < view.runs && (
        <p class="note">The list ends after {integerText(rows)} runs: browsers draw none longer. The files have all.</p>
      )}
    </section>
  );
}

/** The height of rows that are not drawn. */
function Space({ rows }: { readonly rows: number }) {
  return rows > 0 ? (
    <tr class="space" style={{ height: `${rows * ROW_PX}px` }}>
      <td colSpan={5} />
    </tr>
  ) : null;
}

interface RowProps {
  readonly index: number;
  /** Undefined: it is being read. */
  readonly line: RunLine | undefined;
  readonly onWhy: (line: RunLine) => void;
}

function Row({ index, line, onWhy }: RowProps) {
  if (!line) {
    return (
      <tr aria-rowindex={index + 2} aria-busy="true">
        <th scope="row">…</th>
        <td colSpan={4} />
      </tr>
    );
  }
  const { id, name, place, gbps, tokens, claimed, status, reasons, source } = line;
  return (
    <tr aria-rowindex={index + 2} data-crowd-run={id} data-status={status}>
      <th scope="row">
        {source === 'collector' ? <a href={resultUrl(id)}>{shown(name)}</a> : shown(name)}
        <small>{shown(place)}</small>
      </th>
      <FigureCell figure={gbps} />
      <FigureCell figure={tokens} />
      <td>{dayText(claimed)}</td>
      <td>
        {reasons.length > 0 ? (
          <button
            type="button"
            class="link"
            aria-label={`Why ${statusText(line)}: ${name}, ${dayText(claimed)}`}
            onClick={() => onWhy(line)}
          >
            {statusText(line)}
          </button>
        ) : (
          statusText(line)
        )}
      </td>
    </tr>
  );
}

function FigureCell({ figure }: { readonly figure: Figure | null }) {
  if (!figure) return <td class="number" />;
  const { value, interval } = figureText(figure, '');
  return (
    <td class="number">
      {value}
      {interval && <small>{interval}</small>}
    </td>
  );
}

function statusText({ status, reasons }: RunLine): string {
  if (status === 'quarantined') return reasons.length > 0 ? 'doubted' : 'not looked at yet';
  return status;
}
