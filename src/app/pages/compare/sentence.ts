/** What a comparison says in a sentence for each pair. Pure. */

import { isTold } from '../../../../results/derived/ratio.ts';
import { figureText } from '../../../../results/text/figures.ts';
import { LETTERS } from './address.ts';
import type { ComparedCase } from './comparison.ts';

export interface Sentence {
  readonly text: string;
  /** Whether the ratio is told from 1. Null: it has no interval. */
  readonly told: boolean | null;
}

/** `A is 1.42× B (1.39 – 1.45).`, for each run but the first. */
export function sentencesOf({ ratios }: Pick<ComparedCase, 'ratios'>): Sentence[] {
  return ratios.map((ratio, i) => {
    const other = LETTERS[i + 1] ?? '';
    const { value, interval } = figureText(ratio, '×');
    const told = isTold(ratio);
    // An interval stays in one line.
    const figure = `${value}× ${other}${interval ? ` (${interval.replaceAll(' ', '\u00a0')})` : ''}`;
    if (told === null) return { told, text: `A is ${figure}; how surely cannot be said.` };
    return { told, text: told ? `A is ${figure}.` : `A and ${other} cannot be told apart: A is ${figure}.` };
  });
}
