/** The title of the page's tab. */

import type { Shown } from './open.ts';

export function titleOf(shown: Shown): string {
  if (shown.kind === 'nothing') return 'Result · HBMark';
  return `${shown.kind === 'record' ? shown.machine : shown.summary.machine} · HBMark`;
}
