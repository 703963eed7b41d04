/**
 * Has numbers and dates written as the browser's user reads them. Every entry that writes for the page imports it first: the
 * pages, and the workers that put figures into words. The engine's worker does not: what it writes enters records.
 */

import { setLocales } from '../../../results/text/locale.ts';

setLocales(navigator.languages);
