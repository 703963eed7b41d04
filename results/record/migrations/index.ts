/**
 * Reads records of every version as records of today. A record's own id is the hash of the content that it was written
 * with: the hash is verified first (`check.ts`), and the id never changes.
 */

import { z } from 'zod';
import { takesAsIs } from '../as-is.ts';
import { MAX_NAME } from '../bounds.ts';
import { IN_WORDS } from '../fields.ts';
import { type RecordBody, type RunRecord, recordBodySchema, recordSchema } from '../schema.ts';
import { withCurrentKernels } from './kernels.ts';
import { bodySchema1, fromVersion1 } from './version-1.ts';

const recordSchema1 = bodySchema1.extend({ id: recordSchema.shape.id });

/** The rule of a record's version, for a value that has none of these versions. */
function noVersion({ input }: { readonly input?: unknown }): string {
  const schema = (input as { readonly schema?: unknown } | null)?.schema;
  const newest = recordSchema.shape.schema.value;
  if (typeof schema === 'number' && schema > newest) {
    return `must be at most ${newest}; got ${schema}: a newer HBMark wrote this record, and can read it`;
  }
  const got = schema === undefined ? 'nothing' : JSON.stringify(schema)?.slice(0, MAX_NAME);
  return `must be 1 or ${newest}; got ${got}: this is no record of HBMark`;
}

/** A record of any version, as it was written. */
export const anyRecordSchema = z.discriminatedUnion('schema', [recordSchema, recordSchema1], {
  error: (issue) => (issue.code === 'invalid_union' ? noVersion(issue) : undefined),
});

export type AnyRecord = z.infer<typeof anyRecordSchema>;

/** Whether a value out of JSON is a record of any version as it is, by a quick look. */
export const isRecordAsIs = takesAsIs(anyRecordSchema);

/** A record of any version out of JSON. What is wrong is in words. */
export const readAny = (value: unknown): z.ZodSafeParseResult<AnyRecord> => anyRecordSchema.safeParse(value, IN_WORDS);

/** A record of any version as one of today. It keeps its id, which is not the hash of what it is now. */
export function migrated(record: AnyRecord): RunRecord {
  if (record.schema !== 1) return withCurrentKernels(record);
  const { id, ...body } = record;
  return { ...withCurrentKernels(fromVersion1(body)), id };
}

/**
 * Parses the body of a run that was kept without an id, to be shown or resumed. A record, which has one, is read by
 * `checkRecord` or `readRecord`.
 */
export const keptBodySchema = z
  .discriminatedUnion('schema', [recordBodySchema, bodySchema1])
  .transform((body): RecordBody => withCurrentKernels(body.schema === 1 ? fromVersion1(body) : body));
