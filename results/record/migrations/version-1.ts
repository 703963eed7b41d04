/**
 * The run record, version 1 (until November 2026), and its migration to version 2. Version 1 knew nothing of the
 * granularity of completion, of pre-rolls, raced layouts and steps of memory: a migrated record says that they are not
 * known, or that there were none.
 */

import { z } from 'zod';
import { MAX_CASES, MAX_DECODE_STEPS } from '../bounds.ts';
import { list } from '../fields.ts';
import {
  adapterSchema,
  caseSchema,
  clockSchema,
  decodeMeasuredSchema,
  measuredSchema,
  planSchema,
  type RecordBody,
  recordBodySchema,
  SCHEMA_VERSION,
  untimedDecodeSchemas,
  untimedSchemas,
} from '../schema.ts';

const caseSchema1 = caseSchema.omit({ withinBytes: true });
const [wrong, skipped, failed] = untimedSchemas;
const withCase1 = { case: caseSchema1 };

export const bodySchema1 = recordBodySchema.extend({
  schema: z.literal(1),
  adapter: adapterSchema.omit({ renderer: true }),
  clock: clockSchema.omit({ completionMs: true, preRoll: true }),
  plan: planSchema.omit({ layouts: true, memory: true }).extend({ cases: list(caseSchema1, MAX_CASES) }),
  measurements: list(
    z.discriminatedUnion('status', [
      measuredSchema.omit({ preRollDispatches: true }).extend(withCase1),
      wrong.extend(withCase1),
      skipped.extend(withCase1),
      failed.extend(withCase1),
    ]),
    MAX_CASES,
  ),
  decode: list(
    z.discriminatedUnion('status', [decodeMeasuredSchema.omit({ preRollSteps: true }), ...untimedDecodeSchemas]),
    MAX_DECODE_STEPS,
  ).optional(),
});

export type Body1 = z.infer<typeof bodySchema1>;

/** A record of version 1 as one of version 2. */
export function fromVersion1({ decode, ...body }: Body1): RecordBody {
  return {
    ...body,
    schema: SCHEMA_VERSION,
    adapter: { ...body.adapter, renderer: null },
    clock: { ...body.clock, completionMs: null, preRoll: null },
    plan: { ...body.plan, layouts: [], memory: null },
    measurements: body.measurements.map((m) => (m.status === 'measured' ? { ...m, preRollDispatches: 0 } : m)),
    ...(decode && { decode: decode.map((m) => (m.status === 'measured' ? { ...m, preRollSteps: 0 } : m)) }),
  };
}
