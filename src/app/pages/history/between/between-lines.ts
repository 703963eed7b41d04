/** What the kept runs say together, as lines for a person: one to each group of comparable runs. Pure. */

import { type BetweenRuns, betweenRuns, MIN_RUNS } from '../../../../../results/derived/between-runs.ts';
import { differencesOf, isSameAdapter } from '../../../../../results/derived/repeated.ts';
import { groupBy } from '../../../../../results/lists.ts';
import type { AdapterInfo } from '../../../../../results/record/schema.ts';
import { gbpsText, significant } from '../../../../../results/text/figures.ts';
import type { Headline } from '../../../engine/kept/headlines.ts';

export interface BetweenLine {
  /** The key of the newest of the runs. */
  readonly key: string;
  /** The runs of the group: `3 quick runs on this machine`. */
  readonly runs: string;
  /** Their streaming bandwidth: the interval between them, or the mean of too few. */
  readonly figure: string;
  /** What the figure is, in a word or two. Empty: the value of one run. */
  readonly kind: string;
  readonly note: string;
}

/** @param here the adapter that the page shows */
export function betweenLines(headlines: readonly Headline[], here: AdapterInfo | undefined): BetweenLine[] {
  const groups = [...groupBy(headlines, ({ conditions }) => JSON.stringify(conditions)).values()];
  return groups.flatMap((group) => {
    const [newest] = group;
    if (!newest) return [];
    const { adapter, profile } = newest;
    const place = here && isSameAdapter(adapter, here) ? 'this machine' : nameOf(adapter);
    // Another group of the same machine and profile would read the same without what sets the two apart.
    const like = headlines.find((other) => other.profile === profile && isSameAdapter(other.adapter, adapter));
    const differ = like ? differencesOf([like.conditions, newest.conditions]) : [];
    const apart = differ.length > 0 ? ` (other ${listed(differ)})` : '';
    const runs = `${group.length} ${profile} ${group.length === 1 ? 'run' : 'runs'} on ${place}${apart}`;
    return { key: newest.key, ...lineOf(runs, group.length, betweenRuns(group.map(({ gbps }) => gbps))) };
  });
}

function lineOf(
  runs: string,
  count: number,
  { mean, betweenOverWithin, agree }: BetweenRuns,
): Omit<BetweenLine, 'key'> {
  const { value, interval, unit } = gbpsText(mean);
  if (!interval) {
    const more = MIN_RUNS - count;
    const need = `${more} more like ${count === 1 ? 'it' : 'them'} will show how much runs differ.`;
    return { runs, figure: `${value} ${unit}`, kind: count === 1 ? '' : 'on average', note: need };
  }
  const what = `95\u00a0% interval of their mean streaming bandwidth, ${value}\u00a0${unit}.`;
  const note = `${what} ${verdict(betweenOverWithin, agree)}`;
  return { runs, figure: `${interval} ${unit}`, kind: 'between runs', note };
}

function verdict(ratio: BetweenRuns['betweenOverWithin'], agree: boolean | null): string {
  if (!ratio || agree === null) return 'A run without an interval of its own is among them.';
  return agree
    ? 'They differ no more than their own intervals say.'
    : `They differ ${significant(ratio.value, 2)} times as much as their own intervals say: what one run shows as its interval is too narrow to tell what the next will find.`;
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const nameOf = ({ vendor, architecture, device, description, renderer }: AdapterInfo): string =>
  renderer || description || device || [vendor, architecture].filter(Boolean).join(' ') || 'an adapter without a name';
