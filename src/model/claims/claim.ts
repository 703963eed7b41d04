/**
 * The Claim contract: something that the thesis of bandwidth-bound decoding says, as a test on one machine. What is
 * measured for it, what is computed from that and what it must be are written down before anything is measured; a
 * verdict is a matter of intervals, never of taste.
 */

import { figureText } from '../../../results/figures.ts';
import type { DecodeCase } from '../../../results/schema.ts';
import type { Estimate } from '../../../results/statistics.ts';
import type { Chart } from './chart.ts';
import type { Evidence } from './evidence.ts';

export type Verdict = 'holds' | 'fails' | 'undecided';

/** Where a statistic must lie for the claim to hold. */
export interface Threshold {
  /** Default: any. */
  readonly min?: number;
  /** Default: any. */
  readonly max?: number;
  /** Why here and not elsewhere. */
  readonly why: string;
}

/** A number without unit, computed from what was measured. */
export interface Statistic {
  /** What it is, as the subject of a sentence: `weights pass at ? of the read ceiling`, with the number for `?`. */
  readonly what: string;
  readonly threshold: Threshold;
  /** Or what is missing for it. */
  of(evidence: Evidence): Estimate | string;
}

export interface Claim {
  readonly id: string;
  /** What the thesis says. */
  readonly statement: string;
  /** Decode steps that are measured for it; they enter the plan of `full` by themselves. */
  readonly steps: readonly DecodeCase[];
  /** Of all kernels that a run measures, those that it needs. */
  readonly kernels: readonly string[];
  /** It holds where all of these do, and fails where one does. */
  readonly statistics: readonly Statistic[];
  /** What else a reader should know of these numbers, as the end of a sentence. */
  remark?(evidence: Evidence): string | undefined;
  chart(evidence: Evidence): Chart;
}

export interface Judgement {
  readonly id: string;
  readonly statement: string;
  readonly verdict: Verdict;
  /** In one sentence, with the numbers. */
  readonly reason: string;
  readonly statistics: readonly {
    readonly what: string;
    readonly verdict: Verdict;
    /** Null where something is missing. */
    readonly figure: { readonly value: number; readonly ci95: readonly [number, number] | null } | null;
  }[];
  readonly chart: Chart;
}

/** Holds or fails by the whole interval of a statistic, or nobody knows. */
export function verdictOn({ ci95 }: Pick<Estimate, 'ci95'>, { min, max }: Omit<Threshold, 'why'>): Verdict {
  if (!ci95) return 'undecided';
  const [low, high] = ci95;
  const [from, to] = [min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY];
  if (low >= from && high <= to) return 'holds';
  return high < from || low > to ? 'fails' : 'undecided';
}

/** What becomes of a claim on the machine that left this evidence. */
export function judge(claim: Claim, evidence: Evidence): Judgement {
  const tested = claim.statistics.map((statistic) => {
    const found = statistic.of(evidence);
    return typeof found === 'string'
      ? { what: statistic.what, verdict: 'undecided' as const, figure: null, text: found }
      : {
          what: statistic.what,
          verdict: verdictOn(found, statistic.threshold),
          figure: { value: found.value, ci95: found.ci95 },
          text: sentence(statistic, found),
        };
  });
  const verdicts = tested.map(({ verdict }) => verdict);
  const verdict = verdicts.includes('fails')
    ? 'fails'
    : verdicts.every((one) => one === 'holds')
      ? 'holds'
      : 'undecided';
  // What decides comes first; what is missing twice is said once.
  const decisive = tested.filter((one) => one.verdict === verdict);
  const others = verdict === 'fails' ? [] : tested.filter((one) => one.verdict !== verdict);
  const remark = decisive.some(({ figure }) => figure) ? claim.remark?.(evidence) : undefined;
  const reason = [...new Set([...decisive, ...others].map(({ text }) => text)), ...(remark ? [remark] : [])].join('; ');
  return {
    ...{ id: claim.id, statement: claim.statement, verdict, reason },
    statistics: tested.map(({ what, verdict: of, figure }) => ({ what, verdict: of, figure })),
    chart: claim.chart(evidence),
  };
}

/** `weights pass at 0.93 (0.92 – 0.94) of the read ceiling, where at least 0.7 is due` */
function sentence({ what, threshold }: Statistic, found: Estimate): string {
  const { value, interval } = figureText(found, '');
  return `${what.replace('?', `${value} (${interval ?? 'too few rounds for an interval'})`)}, where ${dueText(threshold)} is due`;
}

/** `at least 0.7`, `0.8 – 1.25` */
export function dueText({ min, max }: Threshold): string {
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `${min} – ${max}`;
}
