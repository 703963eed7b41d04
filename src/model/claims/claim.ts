/**
 * The Claim contract: a statement of the thesis of bandwidth-bound decoding, as a test on one machine. Its steps, its
 * statistics and their thresholds are fixed before anything is measured, and intervals alone decide the verdict.
 */

import type { DecodeCase } from '../../../results/record/schema.ts';
import type { Estimate } from '../../../results/statistics.ts';
import { figureText, percentText } from '../../../results/text/figures.ts';
import type { Chart } from './chart.ts';
import type { Evidence } from './evidence.ts';

export type Verdict = 'holds' | 'fails' | 'undecided';

/** The range in which a statistic must lie for the claim to hold. */
export interface Threshold {
  /** Minimum. Default: none. */
  readonly min?: number;
  /** Maximum. Default: none. */
  readonly max?: number;
  /** The reason for this threshold. */
  readonly why: string;
}

/** A number computed from what was measured: a share of something, which is shown in %, or a ratio. */
export interface Statistic {
  /** A sentence with `?` for the number: `a product uses ? of the memory’s speed`. */
  readonly what: string;
  readonly shownAs: 'percent' | 'ratio';
  readonly threshold: Threshold;
  /** Returns the number, or what is missing for it as text. */
  of(evidence: Evidence): Estimate | string;
}

export interface Claim {
  readonly id: string;
  /** The claim as a sentence. */
  readonly statement: string;
  /** Decode steps that the claim needs. The plan of `full` includes them automatically. */
  readonly steps: readonly DecodeCase[];
  /** Ids of the measured kernels that the claim needs. */
  readonly kernels: readonly string[];
  /** The claim holds where all statistics do, and fails where one does. */
  readonly statistics: readonly Statistic[];
  /** Returns what else a reader should know of the numbers, as the end of a sentence. */
  remark?(evidence: Evidence): string | undefined;
  chart(evidence: Evidence): Chart;
}

export interface Judgement {
  readonly id: string;
  readonly statement: string;
  readonly verdict: Verdict;
  /** The reason of the verdict in one sentence, with the numbers. */
  readonly reason: string;
  readonly statistics: readonly {
    readonly what: string;
    readonly verdict: Verdict;
    /** The number; null where something is missing for it. */
    readonly figure: { readonly value: number; readonly ci95: readonly [number, number] | null } | null;
  }[];
  readonly chart: Chart;
}

/** Judges a statistic by its whole interval: `undecided` where a bound lies within, or where there is no interval. */
export function verdictOn({ ci95 }: Pick<Estimate, 'ci95'>, { min, max }: Omit<Threshold, 'why'>): Verdict {
  if (!ci95) return 'undecided';
  const [low, high] = ci95;
  const [from, to] = [min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY];
  if (low >= from && high <= to) return 'holds';
  return high < from || low > to ? 'fails' : 'undecided';
}

/** Judges a claim by the evidence of one machine. */
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
  // Decisive statistics come first. A text that several share is given once.
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

/** `a product uses 93.0 % (92.1 – 94.0 %) of the memory’s speed, and the claim needs at least 70 %` */
function sentence(statistic: Statistic, found: Estimate): string {
  return `${statistic.what.replace('?', foundText(statistic, found))}, and the claim needs ${needText(statistic)}`;
}

/** A statistic with its interval: `93.0 % (92.1 – 94.0 %)`, or `0.930 (0.921 – 0.940)`. */
function foundText({ shownAs }: Statistic, found: Estimate): string {
  const { value, interval } = figureText(found, '');
  const text = shownAs === 'percent' ? percentText(found) : `${value}${interval ? ` (${interval})` : ''}`;
  return found.ci95 ? text : `${text} (too few rounds for an interval)`;
}

/** The threshold of a statistic: `at least 70 %`, `0.8 – 1.25`. */
export function needText({ shownAs, threshold: { min, max } }: Statistic): string {
  const [scale, unit] = shownAs === 'percent' ? [100, ' %'] : [1, ''];
  if (min === undefined) return `at most ${scale * (max ?? Number.POSITIVE_INFINITY)}${unit}`;
  return max === undefined ? `at least ${scale * min}${unit}` : `${scale * min} – ${scale * max}${unit}`;
}
