/** What the collection says, in a sentence. Pure. */

import { maxOf } from '../../../../results/lists.ts';
import { countText, type Figure, figureText, integerText, significant } from '../../../../results/text/figures.ts';
import type { CrowdView, SourceView } from '../../collection/crowd/api.ts';
import type { CrowdQuery } from '../../collection/crowd/query.ts';

/**
 * `1,204 runs of 86 GPUs; tokens/s follow bandwidth to within 9 %.`
 * @param isFiltered whether the question leaves runs out that are not old
 */
export function sentenceOf(
  { runs, parts, law, step }: CrowdView,
  adapters: CrowdQuery['adapters'],
  isFiltered: boolean,
): string {
  if (runs === 0) return isFiltered ? 'No runs match.' : 'Nobody has added the run of a GPU in the last twelve months.';
  const thing = adapters === 'software' ? 'software adapter' : 'GPU';
  const of = parts.length === 0 ? 'none of a GPU that it names' : `of ${countText(parts.length, thing)}`;
  const first = `${countText(runs, 'run')}${parts.length === 0 ? ', ' : ' '}${of}`;
  if (law) return `${first}; tokens/s follow bandwidth to within ${percent(law.scatter)}.`;
  if (!step) return `${first}; none of them timed a whole model.`;
  return `${first}: too few to say whether tokens/s follow bandwidth.`;
}

/** What the sentence’s figure means, and whom it leaves out. */
export function underSentence(view: CrowdView, isReading: boolean): string {
  const { law, counted, runs, unnamed, of } = view;
  return [
    law &&
      `Twice the bandwidth gives ${timesText(law.exponent)} the tokens/s; memory alone would give 2×. Two in three GPUs lie within ${percent(law.scatter)} of that line${
        law.outliers.length > 0 ? `, and ${countText(law.outliers.length, 'GPU')} far off it` : ''
      }.`,
    runs > counted &&
      `${countText(runs - counted, 'run')} that a rule doubts ${runs - counted === 1 ? 'is' : 'are'} in the list, and in no figure.`,
    unnamed > 0 &&
      `${countText(unnamed, 'run')} ${unnamed === 1 ? 'does' : 'do'} not name one known GPU, and ${unnamed === 1 ? 'is' : 'are'} in no dot.`,
    of === 'summary' &&
      (isReading
        ? 'Of all years, until the runs are read.'
        : 'Of all years: there are too many runs to read them all here.'),
    of === 'newest' &&
      `Of the newest ${integerText(runs)} runs: there are too many to read them all here. Choose a GPU to see all of its runs.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Where the runs come from. */
export const sourcesText = (sources: readonly SourceView[]): string =>
  sources
    .map(({ id, made = '' }) =>
      id === 'files' ? `the collection by file, as of ${made}` : 'the collector of this site',
    )
    .join('; ');

/** What doubling the bandwidth does to the speed, with its 95 % interval: `1.94× (1.90 – 1.98×)`. */
function timesText({ value, ci95 }: Figure): string {
  const twice = { value: 2 ** value, ci95: ci95 && ([2 ** ci95[0], 2 ** ci95[1]] as const) };
  const { value: times, interval } = figureText(twice, '');
  return `${times}×${interval ? ` (95 % interval ${interval}×)` : ''}`;
}

/** A share in %: with two digits, and no more than one after the point. */
const percent = (share: number): string => `${significant(100 * maxOf([share, 0.001]), 100 * share < 1 ? 1 : 2)} %`;
