/** What makes a contributed file wrong, for whoever adds one: in the tests, and so before it is merged. */

import type { Breach } from '../../results/record/breach.ts';
import { checkRecordText } from '../../results/record/record-text.ts';
import { judge } from './checks/index.ts';
import { contributedPath } from './contribution.ts';

/**
 * What is wrong with a contributed file: with its record, its place, or what the rules say of it. Each says what to do.
 *
 * @param path from the repository's root, with `/`
 * @param nowMs the time by which dates are judged, in ms since 1970
 */
export function breachesOf(path: string, text: string, nowMs: number): Breach[] {
  const checked = checkRecordText(text);
  if (!checked.ok) {
    const repair = 'Contribute the file as the page or "run --out" wrote it';
    return checked.problems.map(({ path: place, rule }) => ({ path: place, rule: `${rule}. ${repair}` }));
  }
  const { record } = checked;
  const place = contributedPath(record);
  const { status, reasons } = judge(record, nowMs);
  return [
    ...(path === place ? [] : [{ path: '', rule: `must lie at ${place}, named by year and id: move it there` }]),
    ...(record.reported.note === undefined
      ? []
      : [{ path: 'reported.note', rule: 'must not be in a public file: "hbmark submit --as-file" leaves it out' }]),
    ...(status === 'rejected'
      ? reasons.map(({ rule, text: why }) => ({ path: '', rule: `must be possible (${rule}): ${why}` }))
      : []),
  ];
}
