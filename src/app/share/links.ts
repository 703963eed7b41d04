/** The two links of a result: a short one with its figures, and a long one with all of its record. */

import type { RunRecord } from '../../../results/record/schema.ts';
import type { RunView } from '../analysis/view.ts';
import { fragmentOf, MAX_FRAGMENT } from './fragment.ts';
import { type Summary, summaryOf, summaryText } from './summary.ts';

/** The maximum length of a short link, in characters, its address included. */
export const MAX_SUMMARY_LINK = 1500;

export interface SummaryLink {
  readonly url: string;
  /** The number of cases in the link, and of all. */
  readonly shownCases: number;
  readonly cases: number;
}

/**
 * A link with as many cases as fit, the first first.
 * @param page the address of the page that shows results, without query and fragment
 * @throws RangeError if not even the machine fits beside the address
 */
export async function summaryLink(page: string, record: RunRecord, view: RunView): Promise<SummaryLink> {
  const summary = summaryOf(record, view);
  const { cases } = summary;
  // Compression makes the length known only once it is done, so the most that fit are searched by halves.
  let [fits, tooMany] = [-1, cases + 1];
  let url = '';
  while (tooMany - fits > 1) {
    const count = Math.floor((fits + tooMany) / 2);
    const candidate = await linkWith(page, summary, count);
    if (candidate.length <= MAX_SUMMARY_LINK) [fits, url] = [count, candidate];
    else tooMany = count;
  }
  if (fits < 0)
    throw new RangeError(`a link may have ${MAX_SUMMARY_LINK} characters; this page’s address leaves no room`);
  return { url, shownCases: fits, cases };
}

const linkWith = async (page: string, summary: Summary, count: number): Promise<string> =>
  `${page}#${await fragmentOf('summary', summaryText(summary, count))}`;

export interface CompleteLink {
  /** Undefined: browsers do not take one that long. */
  readonly url: string | undefined;
  readonly length: number;
  /** The maximum of characters behind the `#`. */
  readonly maxLength: number;
}

/** @param recordText the record's JSON, as it was written */
export async function completeLink(page: string, recordText: string): Promise<CompleteLink> {
  const fragment = await fragmentOf('record', recordText);
  const url = `${page}#${fragment}`;
  return { url: fragment.length <= MAX_FRAGMENT ? url : undefined, length: url.length, maxLength: MAX_FRAGMENT };
}
