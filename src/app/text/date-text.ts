/** Dates as the page shows them, in the locale of the browser. */

import { dateFormat } from '../../../results/text/locale.ts';

/** A date and time: `28 Nov 2026, 14:03`. */
export const dateText = (iso: string): string =>
  kept(dateFormat('time', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso)));

/** A date: `28 Nov 2026`. */
export const dayText = (iso: string): string => kept(dateFormat('day', { dateStyle: 'medium' }).format(new Date(iso)));

/** Letters that run from right to left, and marks that have numbers do so. */
const RIGHT_TO_LEFT =
  /[\u061c\u200f\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** A date as one piece (an isolate of Unicode), where it would turn around the English words beside it. */
const kept = (text: string): string => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text);
