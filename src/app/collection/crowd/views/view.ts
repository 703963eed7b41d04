/** What a page shows of the runs that match: dots, choices, the law. Pure. */

import { isCounted, type Part } from '../../../../crowd/row.ts';
import { kindOf, quartilesOf } from '../../../../crowd/summary.ts';
import type { Choice, CrowdView, Middle, PartFigures, Step, StepChoice } from '../api.ts';
import { type LoadedRun, stepWith } from '../loaded.ts';
import type { CrowdQuery } from '../query.ts';
import { lawOf } from './law-view.ts';

/** A year, in ms. */
const YEAR_MS = 365.25 * 24 * 3_600_000;

type Filter = Pick<CrowdQuery, 'gpu' | 'program' | 'system' | 'when' | 'adapters'>;

/** Whether a run matches, with one filter left out. */
function matches({ row, name, claimedMs }: LoadedRun, query: Filter, nowMs: number, but?: keyof Filter): boolean {
  return (
    row.software === (query.adapters === 'software') &&
    (but === 'gpu' || query.gpu === '' || name === query.gpu) &&
    (but === 'program' || query.program === '' || row.program === query.program) &&
    (but === 'system' || query.system === '' || row.system === query.system) &&
    (query.when === 'all' || claimedMs >= nowMs - YEAR_MS)
  );
}

/** The runs that match, in the order that is asked for. @param nowMs ms since 1970 */
export function matching(runs: readonly LoadedRun[], query: CrowdQuery, nowMs: number): readonly LoadedRun[] {
  return runs.filter((run) => matches(run, query, nowMs));
}

/** In the order that is asked for; runs without the figure last. */
export function inOrder(runs: readonly LoadedRun[], order: CrowdQuery['order'], step: string): readonly LoadedRun[] {
  const value = (run: LoadedRun): number => {
    if (order === 'newest') return run.claimedMs;
    const figure = order === 'memory' ? run.row.gbps : stepWith(run, step)?.tokensPerSecond;
    return figure ?? Number.NEGATIVE_INFINITY;
  };
  return runs
    .map((run) => ({ run, value: value(run) }))
    .sort((a, b) => (a.value === b.value ? 0 : a.value < b.value ? 1 : -1))
    .map(({ run }) => run);
}

export function viewOf(
  runs: readonly LoadedRun[],
  query: CrowdQuery,
  nowMs: number,
  of: 'rows' | 'newest' = 'rows',
): CrowdView {
  const matched = matching(runs, query, nowMs);
  const counted = matched.filter(({ row }) => isCounted(row.status));
  const steps = stepsOf(counted);
  const step = steps.find(({ key }) => key === query.step) ?? (query.step === '' ? steps[0] : undefined) ?? null;
  const parts = partsOf(counted, step?.key);
  const choices = (field: 'gpu' | 'program' | 'system', textOf: (run: LoadedRun) => string): Choice[] =>
    countsOf(runs.filter((run) => matches(run, query, nowMs, field)).map(textOf));
  return {
    runs: matched.length,
    counted: counted.length,
    unnamed: counted.reduce((n, { part }) => (part === '' ? n + 1 : n), 0),
    ...{ parts, step, steps },
    gpus: choices('gpu', ({ name }) => name),
    programs: choices('program', ({ row }) => row.program),
    systems: choices('system', ({ row }) => row.system),
    law: step && lawOf(parts, step.step),
    of,
  };
}

/** The steps that were timed, the one of most parts first. */
function stepsOf(runs: readonly LoadedRun[]): StepChoice[] {
  const found = new Map<string, { step: Step; parts: Set<string>; runs: number }>();
  for (const { row, steps, part } of runs) {
    for (const [i, key] of steps.entries()) {
      const step = row.steps[i];
      if (!step) continue;
      const one = found.get(key) ?? { step, parts: new Set(), runs: 0 };
      found.set(key, one);
      one.runs++;
      if (part !== '') one.parts.add(part);
    }
  }
  return [...found]
    .map(([key, { step, parts, runs: n }]) => ({ key, step: kindOf(step), parts: parts.size, runs: n }))
    .sort(mostParts);
}

export const mostParts = (a: StepChoice, b: StepChoice): number =>
  b.parts - a.parts || b.runs - a.runs || (a.key < b.key ? -1 : 1);

function partsOf(runs: readonly LoadedRun[], step: string | undefined): PartFigures[] {
  const found = new Map<string, { name: string; part: Part; gbps: number[]; tokens: number[] }>();
  for (const run of runs) {
    const { row, part: key, name } = run;
    if (key === '') continue;
    const one = found.get(key) ?? { name, part: row.part, gbps: [], tokens: [] };
    found.set(key, one);
    if (row.gbps !== null) one.gbps.push(row.gbps);
    const timed = step === undefined ? undefined : stepWith(run, step);
    if (timed) one.tokens.push(timed.tokensPerSecond);
  }
  return [...found]
    .map(([key, { name, part, gbps, tokens }]) => ({
      ...{ key, name, part },
      ...{ gbps: middleOf(gbps), tokens: middleOf(tokens) },
    }))
    .sort(fastestFirst);
}

/** Null: there are none. */
export function middleOf(values: readonly number[]): Middle | null {
  if (values.length === 0) return null;
  const [lower, median, upper] = quartilesOf(values);
  return { n: values.length, median, quartiles: [lower, upper] };
}

const medianOf = (middle: Middle | null): number => middle?.median ?? 0;

export const fastestFirst = (a: PartFigures, b: PartFigures): number =>
  medianOf(b.gbps) - medianOf(a.gbps) || medianOf(b.tokens) - medianOf(a.tokens);

/** How often each value is there, the commonest first. */
function countsOf(values: readonly string[]): Choice[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, runs]) => ({ value, runs }))
    .sort((a, b) => b.runs - a.runs || (a.value < b.value ? -1 : 1));
}
