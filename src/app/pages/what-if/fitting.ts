/** What would fit in place of a question that does not: single changes, each with its words. */

import { givenText, integerText } from '../../../../results/text/figures.ts';
import { RANGES } from '../../../model/predict/predict.ts';
import type { Answer } from './answer.ts';
import type { Question } from './question.ts';
import { formatName, readersText } from './words.ts';

export interface Change {
  readonly text: string;
  readonly changes: Partial<Question>;
}

/** The formats that are offered, at most. */
const MAX_FORMATS = 3;

/** The changes that would each make the question fit. Empty where it fits. */
export function changesThatFit({ prediction, question, served }: Answer): Change[] {
  const { wouldFit } = prediction;
  if (!wouldFit) return [];
  const { batch, context, memoryBytes } = wouldFit;
  // Rounded up to a tenth, so that it still fits.
  const memoryGB = Math.ceil(memoryBytes / 1e8) / 10;
  const formats = wouldFit.weights.filter((id) => id !== served.weights).slice(0, MAX_FORMATS);
  return [
    ...(batch > 0
      ? [{ text: `${readersText(batch)} in place of ${integerText(question.batch)}`, changes: { batch } }]
      : []),
    ...(context > 0 ? [{ text: `a context of ${integerText(context)}`, changes: { context } }] : []),
    ...formats.map((weights) => ({ text: `weights in ${formatName(weights)}`, changes: { weights } })),
    ...(memoryGB <= RANGES.memory.max ? [{ text: `${givenText(memoryGB)} GB of memory`, changes: { memoryGB } }] : []),
  ];
}
