/** What the summaries of sources say before any run is read. Pure. */

import { partKey } from '../../../../crowd/part.ts';
import type { SummaryRow } from '../../../../crowd/summary.ts';
import type { CrowdView, Middle, PartFigures, StepChoice } from '../api.ts';
import { stepParam } from '../loaded.ts';
import { type CrowdQuery, DEFAULT_QUERY } from '../query.ts';
import { lawOf } from './law-view.ts';
import { fastestFirst, mostParts } from './view.ts';

/**
 * The view of one source's summary. Undefined where it cannot say: it knows neither browsers nor systems, and of software
 * adapters no names.
 *
 * @param summary groups of one source: medians of two cannot be joined
 */
export function summaryView(summary: readonly SummaryRow[], query: CrowdQuery): CrowdView | undefined {
  if (query.program !== '' || query.system !== '' || query.adapters !== DEFAULT_QUERY.adapters) return undefined;
  const rows = summary.filter(({ software, part }) => !software && (query.gpu === '' || part.name === query.gpu));
  const named = rows.filter(({ part }) => part.name !== '');
  const steps = stepsOf(named);
  const step = steps.find(({ key }) => key === query.step) ?? (query.step === '' ? steps[0] : undefined) ?? null;
  const parts = partsOf(named, step?.key);
  const runsOf = (all: readonly SummaryRow[]): number => all.reduce((n, row) => (row.step ? n : n + row.n), 0);
  return {
    runs: runsOf(rows),
    counted: runsOf(rows),
    unnamed: runsOf(rows) - runsOf(named),
    ...{ parts, step, steps },
    gpus: parts.map(({ name, gbps }) => ({ value: name, runs: gbps?.n ?? 0 })),
    ...{ programs: [], systems: [] },
    law: step && lawOf(parts, step.step),
    of: 'summary',
  };
}

function stepsOf(rows: readonly SummaryRow[]): StepChoice[] {
  const found = new Map<string, StepChoice>();
  for (const { step, n } of rows) {
    if (!step) continue;
    const key = stepParam(step);
    const { parts = 0, runs = 0 } = found.get(key) ?? {};
    found.set(key, { key, step, parts: parts + 1, runs: runs + n });
  }
  return [...found.values()].sort(mostParts);
}

function partsOf(rows: readonly SummaryRow[], step: string | undefined): PartFigures[] {
  const found = new Map<string, PartFigures>();
  for (const { part, step: of, n, median, quartiles } of rows) {
    const key = partKey(part);
    const one = found.get(key) ?? { key, name: nameOf(part), part, gbps: null, tokens: null };
    const middle: Middle = { n, median, quartiles };
    found.set(key, {
      ...one,
      ...(of === null && { gbps: middle }),
      ...(of !== null && stepParam(of) === step && { tokens: middle }),
    });
  }
  return [...found.values()].sort(fastestFirst);
}

const nameOf = ({ name, count }: SummaryRow['part']): string => (count > 1 ? `${count} × ${name}` : name);
