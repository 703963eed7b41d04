/** The key of a run in an address. */

import type { Param } from '../../../session/param.ts';

export const runKeyParam: Param<string> = {
  rule: 'the key of a run, which this browser keeps or the collection has',
  parse: (text) => text || undefined,
};
