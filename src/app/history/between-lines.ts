/** What the kept runs say together, as lines for a person: one to each group of comparable runs. Pure. */

import { type BetweenRuns, betweenRuns, MIN_RUNS } from '../../../results/between-runs.ts';
import { gbpsText, significant } from '../../../results/figures.ts';
import { differencesOf, isSameAdapter } from '../../../results/repeated.ts';
import type { AdapterInfo } from '../../../results/schema.ts';
import { groupBy } from '../../../results/statistics.ts';
import type { Headline } from '../engine/headlines.ts';

export interface BetweenLine {
  /** The runs of the group, and the interval between them if there is one. */
  readonly title: string;
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
    return lineOf(runs, group.length, betweenRuns(group.map(({ gbps }) => gbps)));
  });
}

function lineOf(runs: string, count: number, { mean, betweenOverWithin, agree }: BetweenRuns): BetweenLine {
  const { value, interval, unit } = gbpsText(mean);
  if (!interval) {
    const more = MIN_RUNS - count;
    const need = `${more} more like ${count === 1 ? 'it' : 'them'} will show how much runs differ.`;
    return { title: `${runs}: ${unbroken(`${value} ${unit}`)}${count === 1 ? '' : ' on average'}`, note: need };
  }
  const what = `95\u00a0% interval of their mean streaming bandwidth, ${unbroken(`${value} ${unit}`)}.`;
  return {
    title: `${runs}: ${unbroken(`${interval} ${unit}`)} between runs`,
    note: `${what} ${verdict(betweenOverWithin, agree)}`,
  };
}

function verdict(ratio: BetweenRuns['betweenOverWithin'], agree: boolean | null): string {
  if (!ratio || agree === null) return 'A run without an interval of its own is among them.';
  return agree
    ? 'They differ no more than their own intervals say.'
    : `They differ ${significant(ratio.value, 2)} times as much as their own intervals say: what one run shows as its interval is too narrow to tell what the next will find.`;
}

/** Returns a figure that stays on one line. */
const unbroken = (figure: string): string => figure.replaceAll(' ', '\u00a0');

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const nameOf = ({ vendor, architecture, device, description, renderer }: AdapterInfo): string =>
  renderer || description || device || [vendor, architecture].filter(Boolean).join(' ') || 'an adapter without a name';
