/** What counts as a fault in what a reader shows. */

import { MAX_SHOWN_LENGTH, UNSEEN } from '../../results/text/shown.ts';

/** What a reader made of an input. */
export interface Reading {
  /** Whether the input was taken for what it says it is. */
  readonly accepted: boolean;
  /** All text that a person gets to see, and all that a chart draws as `number`. */
  readonly shown: readonly string[];
  /** The lines that say why an input was refused. */
  readonly messages: readonly string[];
}

export const FAULTS = ['crash', 'hang', 'memory', 'not finite', 'raw text', 'long message', 'no answer'] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** What was met, in one line. */
  readonly met: string;
}

/** Words that stand where a number or a text should: programs write them, and no person. */
const NOT_FINITE = /-?Infinity|\bNaN\b|\bundefined\b|\[object \w+\]/g;

/** Line breaks part the lines of a text. All else that is not seen as itself has no place in it. */
const isRaw = (text: string): boolean => text.split('\n').some((line) => line.search(UNSEEN) >= 0);

/** The beginning of what lies around a place of a text, fit to be shown in a report. */
const around = (text: string, at: number): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));

/**
 * The faults of what was shown.
 *
 * @param input all text of the input: a word that stands in it is not of our making
 */
export function faultsOf({ accepted, shown, messages }: Reading, input: string): Fault[] {
  const faults: Fault[] = [];
  for (const text of [...shown, ...messages]) {
    for (const { 0: word, index } of text.matchAll(NOT_FINITE)) {
      if (!input.includes(word)) faults.push({ kind: 'not finite', met: around(text, index) });
    }
    if (isRaw(text)) faults.push({ kind: 'raw text', met: around(text, Math.max(0, text.search(RAW))) });
  }
  for (const text of messages) {
    if (text.length <= MAX_SHOWN_LENGTH) continue;
    faults.push({ kind: 'long message', met: `${text.length} characters: ${around(text, 60)}` });
  }
  if (!accepted && messages.every((text) => text.trim() === '')) {
    faults.push({ kind: 'no answer', met: 'it was refused without a word' });
  }
  return faults;
}

const RAW = new RegExp(`(?!\\n)${UNSEEN.source}`, 'u');
