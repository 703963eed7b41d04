/** The forms of what the API answers, for its description. */

import { z } from 'zod';
import { STATUSES } from '../../crowd/row.ts';

const figure = z.number();
const interval = z.tuple([figure, figure]).nullable();
const part = z.object({ name: z.string(), memoryGB: figure.nullable(), count: z.int() });

const status = z.enum(STATUSES);

const step = z.object({
  ...{ model: z.string(), weights: z.string(), kv: z.string() },
  ...{ context: z.int(), batch: z.int(), bytes: figure },
});

const rowSchema = z.object({
  id: z.string(),
  status,
  /** Each with the rule's id and one sentence. */
  reasons: z.array(z.object({ rule: z.string(), text: z.string() })),
  /** When the service received the run, by its own clock. */
  received: z.iso.datetime(),
  /** When the run began, as its record claims. */
  claimed: z.iso.datetime(),
  part,
  software: z.boolean(),
  ...{ vendor: z.string(), architecture: z.string(), program: z.string(), system: z.string(), profile: z.string() },
  gbps: figure.nullable(),
  gbpsInterval: interval,
  steps: z.array(step.extend({ tokensPerSecond: figure, interval })),
});

export const runSchema = rowSchema.extend({
  /** The record; a text that a person may have chosen is null in it. */
  record: z.record(z.string(), z.unknown()),
  withheld: z.array(z.string()),
});

export const runsSchema = z.object({ runs: z.array(rowSchema), next: z.string().nullable() });

export const summarySchema = z.object({
  groups: z.array(
    z.object({
      part,
      software: z.boolean(),
      /** Null: the read ceiling in GB/s. Else a step in tokens/s. */
      step: step.nullable(),
      ...{ n: z.int(), median: figure, quartiles: z.tuple([figure, figure]) },
    }),
  ),
});

export const addedSchema = z.object({ id: z.string(), token: z.string(), status: z.literal('quarantined') });
export const knownSchema = z.object({ id: z.string() });
