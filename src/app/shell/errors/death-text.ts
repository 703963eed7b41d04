/** What happened to a run that ended with its page, in words. Pure. */

import { bytesText } from '../../../../results/text/figures.ts';
import type { Death } from '../../engine/api.ts';
import { dateText } from '../../text/date-text.ts';

export function deathText({ at, bytes, grownBytes, limitBytes }: Death): string {
  const from = grownBytes > 0 ? `from ${bytesText(grownBytes)} to ${bytesText(bytes)}` : `to ${bytesText(bytes)}`;
  return `On ${dateText(at)}, the page ended while the memory of a run grew ${from}. A browser ends a page that takes too much memory without a warning, above all on phones and tablets. What earlier runs measured is kept. Runs here now use at most ${bytesText(limitBytes)}.`;
}
