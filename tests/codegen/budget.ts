/** Holds figures of code to the budget that a kernel declares. */

import type { CodeBudget } from '../../shaders/kernel.ts';
import type { CodeFigures } from './figures.ts';

/** Returns what breaks the budget: the rule and the value met. Without a budget nothing may be spilled. */
export function breaches(
  { instructionsPerByte = 0, loadsInFlight, spills, registers }: CodeFigures,
  {
    instructionsPerByte: most = Number.POSITIVE_INFINITY,
    loadsInFlight: least = 0,
    spills: spilled = 0,
    registers: taken = Number.POSITIVE_INFINITY,
  }: CodeBudget = {},
): string[] {
  return [
    ...(instructionsPerByte > most
      ? [
          `it must take at most ${most.toPrecision(3)} instructions for each byte; it takes ${instructionsPerByte.toPrecision(3)}`,
        ]
      : []),
    ...(loadsInFlight < least
      ? [`at least ${least} loads must be in flight before the first wait; there are ${loadsInFlight}`]
      : []),
    ...(spills > spilled ? [`it must spill at most ${spilled} registers; it spills ${spills}`] : []),
    ...(registers > taken ? [`it must take at most ${taken} registers; it takes ${registers}`] : []),
  ];
}
