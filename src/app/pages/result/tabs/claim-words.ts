/** A claim's verdict and numbers as a person reads them. Pure. */

import { figureText, percentText } from '../../../../../results/text/figures.ts';
import type { ClaimView, StatisticView } from '../../../analysis/view.ts';
import type { Table } from '../../../charts/table/table.ts';

type Verdict = ClaimView['verdict'];

export const SIGNS: Readonly<Record<Verdict, string>> = { holds: '✓', fails: '✕', undecided: '?' };

/** How many claims hold, fail and are undecided, in a sentence. */
export function countedText(claims: readonly Pick<ClaimView, 'verdict'>[]): string {
  const of = (verdict: Verdict): number => claims.filter((claim) => claim.verdict === verdict).length;
  const [holds, fails, undecided] = [of('holds'), of('fails'), of('undecided')];
  return `Of ${claims.length} claims on how GPUs decode, ${holds} ${holds === 1 ? 'holds' : 'hold'} on this machine, ${fails} ${fails === 1 ? 'fails' : 'fail'}, and ${undecided} ${undecided === 1 ? 'is' : 'are'} undecided.`;
}

/** `93.0 % (92.1 – 94.0 %)`, or `0.930 (0.921 – 0.940)` */
function measuredText({ shownAs, figure }: Pick<StatisticView, 'shownAs' | 'figure'>): string {
  if (!figure) return 'not measured';
  if (shownAs === 'percent') return percentText(figure);
  const { value, interval } = figureText(figure, '');
  return `${value}${interval ? ` (${interval})` : ''}`;
}

/** `at least 70 %`, `at most 0.5`, `from 0.8 to 1.25` */
function neededText({ shownAs, min, max }: Pick<StatisticView, 'shownAs' | 'min' | 'max'>): string {
  const text = (n: number): string => (shownAs === 'percent' ? `${Math.round(1000 * n) / 10} %` : String(n));
  if (min === null) return max === null ? 'anything' : `at most ${text(max)}`;
  return max === null ? `at least ${text(min)}` : `from ${text(min)} to ${text(max)}`;
}

/** What was found, in one plain sentence: `A product uses 7 % of the memory’s speed; the claim needs at least 70 %.` */
export function statisticText(statistic: StatisticView): string {
  const { what, figure, verdict } = statistic;
  const unsure = verdict === 'undecided' ? ' These measurements cannot tell it apart.' : '';
  if (!figure) return `Not measured here: ${what.replace('?', 'how much')}.`;
  const said = what.replace('?', measuredText(statistic));
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}; the claim needs ${neededText(statistic)}.${unsure}`;
}

export const tableOf = (claims: readonly ClaimView[]): Table => ({
  head: ['claim', 'verdict', 'number', 'measured (95 % interval)', 'needed'],
  rows: claims.flatMap(({ statement, verdict, statistics }) =>
    statistics.map((one) => [statement, verdict, one.what.replace('?', '…'), measuredText(one), neededText(one)]),
  ),
});

/** A statistic on its track, in parts of its length. */
export interface Track {
  /** The part of the track on which the claim holds. */
  readonly needed: readonly [from: number, to: number];
  readonly at: number;
  readonly interval: readonly [number, number] | null;
  /** The value at the track’s end. */
  readonly end: number;
}

/** The room beyond the largest value. */
const HEADROOM = 1.15;

/** Undefined: the statistic has no number, or one that no track has. */
export function trackOf({ figure, min, max }: StatisticView): Track | undefined {
  if (!figure || !Number.isFinite(figure.value)) return undefined;
  const known = [figure.value, min, max, ...(figure.ci95 ?? [])].flatMap((n) =>
    n !== null && Number.isFinite(n) ? [n] : [],
  );
  const end = HEADROOM * Math.max(...known, Number.MIN_VALUE);
  const part = (n: number): number => Math.min(1, Math.max(0, n / end));
  return {
    needed: [min === null ? 0 : part(min), max === null ? 1 : part(max)],
    at: part(figure.value),
    interval: figure.ci95 && [part(figure.ci95[0]), part(figure.ci95[1])],
    end,
  };
}
