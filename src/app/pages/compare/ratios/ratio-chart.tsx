/**
 * The ratios of all cases on one logarithmic axis: a row for each case, a mark for each run that the first is set
 * against. Arrow keys step through the rows, and say each.
 */

import './ratio-chart.css';
import { useSignal } from '@preact/signals';
import { isTold } from '../../../../../results/derived/ratio.ts';
import { figureText, integerText } from '../../../../../results/text/figures.ts';
import { Swatch } from '../../../charts/signs/swatch.tsx';
import { LETTERS } from '../address.ts';
import type { ComparedCase, Comparison } from '../comparison.ts';
import { sentencesOf } from '../sentence.ts';
import { stepTo } from '../step-keys.ts';
import { type RatioAxis, ratioAxis } from './ratio-axis.ts';
import { Marks } from './ratio-marks.tsx';

/** The number of cases that are shown at first. */
const FEW = 12;

export function RatioChart({ comparison: { runs, cases } }: { comparison: Comparison }) {
  const all = useSignal(false);
  const current = useSignal<number | undefined>(undefined);
  const shown = all.value ? cases : cases.slice(0, FEW);
  const axis = ratioAxis(shown.flatMap(({ ratios }) => ratios));
  const now = current.value === undefined ? undefined : shown[current.value];
  const step = (event: KeyboardEvent) => {
    const to = stepTo(event.key, current.value, shown.length);
    if (to === undefined) return;
    event.preventDefault();
    current.value = to;
  };
  return (
    <figure class="ratio-chart">
      {runs.length > 2 && <Legend runs={runs.length} />}
      <div
        role="slider"
        class="ratio-rows"
        tabIndex={0}
        aria-label={LABEL}
        aria-orientation="vertical"
        aria-valuemin={1}
        aria-valuemax={shown.length}
        aria-valuenow={(current.value ?? 0) + 1}
        aria-valuetext={spoken(now)}
        onKeyDown={step}
        onBlur={() => {
          current.value = undefined;
        }}
      >
        {shown.map((one, i) => (
          <Row key={one.title} one={one} axis={axis} isCurrent={i === current.value} />
        ))}
        <Ticks axis={axis} />
      </div>
      {cases.length > FEW && (
        <button
          type="button"
          class="secondary"
          aria-expanded={all.value}
          onClick={() => {
            all.value = !all.value;
          }}
        >
          {all.value ? 'Show fewer' : `Show all ${integerText(cases.length)} cases`}
        </button>
      )}
    </figure>
  );
}

const LABEL = 'Chart of how many times as fast A is, case by case, on a logarithmic axis';

/** What a screen reader says of a row. */
const spoken = (row: ComparedCase | undefined): string =>
  row
    ? `${row.title}: ${sentencesOf(row)
        .map(({ text }) => text)
        .join(' ')}`
    : 'Arrow keys step through the cases.';

function Legend({ runs }: { runs: number }) {
  return (
    <ul class="pairs">
      {LETTERS.slice(1, runs).map((letter, i) => (
        <li key={letter} data-series={i + 1}>
          <Swatch of={i} />A against {letter}
        </li>
      ))}
    </ul>
  );
}

interface RowProps {
  readonly one: ComparedCase;
  readonly axis: RatioAxis;
  readonly isCurrent: boolean;
}

function Row({ one: { title, ratios }, axis, isCurrent }: RowProps) {
  return (
    <div class="row" data-current={isCurrent || undefined} data-case>
      <span class="title">{title}</span>
      <Marks ratios={ratios} axis={axis} />
      <span class="texts">
        {ratios.map((ratio, i) => {
          const { value, interval } = figureText(ratio, '×');
          return (
            <span key={LETTERS[i + 1]} data-told={isTold(ratio)}>
              <strong>{value}×</strong>
              {interval && <small> {interval}</small>}
            </span>
          );
        })}
      </span>
    </div>
  );
}

function Ticks({ axis }: { axis: RatioAxis }) {
  return (
    <div class="row axis" aria-hidden="true">
      <span class="title">A ÷ other, log scale</span>
      <span class="ticks">
        {axis.ticks.map((tick) => (
          <span key={tick} style={{ left: `${100 * axis.at(tick)}%` }}>
            {tick}×
          </span>
        ))}
      </span>
      <span class="texts" />
    </div>
  );
}
