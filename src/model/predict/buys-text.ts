/** What more bandwidth or memory buys, in sentences. */

import { integerText, significant } from '../../../results/text/figures.ts';
import type { Buys } from './what-more-buys.ts';

const times = (n: number): string => `${significant(n)} times`;

/** A sentence on the step, and one on a memory full of such requests where that is known. */
export function buysTexts({ model, weights, batch, context, twiceBandwidth, interval, full }: Buys): string[] {
  const within = interval ? ` (95 % within this run: ${significant(interval[0])} to ${significant(interval[1])})` : '';
  const at = `${model} in ${weights}, context ${integerText(context)}`;
  return [
    `twice the bandwidth buys ${times(twiceBandwidth)} the tokens/s${within}: ${at}, batch ${integerText(batch)}`,
    ...(full
      ? [
          `twice the memory buys ${times(full.twiceMemory)}, and twice the bandwidth ${times(full.twiceBandwidth)}, with the memory full: ${at}`,
        ]
      : []),
  ];
}
