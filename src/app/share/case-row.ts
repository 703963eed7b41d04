/** A case of a run in a line: its name, and its figure or why it has none. Pure. */

import {
  type Figure,
  type FigureText,
  gbpsText,
  msFigureText,
  tokensPerSecondText,
} from '../../../results/text/figures.ts';

/** What a figure says: the rate of memory, the tokens of one reader, or the time of a dispatch. */
export const UNITS = ['GB/s', 'tokens/s', 'ms'] as const;

export type Unit = (typeof UNITS)[number];

/** Why a case has no figure. `untimed`: it was measured, but its samples give no time. */
export const STATUSES = ['wrong', 'failed', 'skipped', 'untimed'] as const;

export interface CaseRow {
  readonly name: string;
  readonly outcome: { readonly unit: Unit; readonly figure: Figure } | { readonly status: (typeof STATUSES)[number] };
}

/** The figure of a row as text. */
export function textOf({ unit, figure }: { readonly unit: Unit; readonly figure: Figure }): FigureText {
  if (unit === 'ms') return msFigureText(figure);
  return unit === 'GB/s' ? gbpsText(figure) : tokensPerSecondText(figure);
}

/** Why a row has no figure, in words. */
export const STATUS_TEXT: Readonly<Record<(typeof STATUSES)[number], string>> = {
  wrong: 'wrong result, so no speed',
  failed: 'failed',
  skipped: 'skipped',
  untimed: 'no time',
};
