/** A record as it is handed in, to a collector or as a file. */

import canonicalize from 'canonicalize';
import { z } from 'zod';
import { recordId } from '../../results/record/digest.ts';
import type { RunRecord } from '../../results/record/schema.ts';
import { CONSENT_VERSION } from './consent.ts';

/** The JSON of a record of any version, as far as it is changed. */
const writtenSchema = z.looseObject({ id: z.string(), reported: z.looseObject({}) });

/**
 * A record without the note, which is nobody else's, and with the GPU's name that its owner gives. What a record says is
 * its id, so one that had a note, or another name, gets another. All else is handed in as it was written: what is read of
 * an older version has the form of today's.
 *
 * @param written the record's JSON as it was parsed
 * @param gpu the GPU's name, empty for none. Default: the record's own
 */
export function asHandedIn(
  { id, reported }: Pick<RunRecord, 'id' | 'reported'>,
  written: unknown,
  gpu = reported.gpu ?? '',
): { readonly id: string; readonly json: unknown } {
  if (reported.note === undefined && gpu === (reported.gpu ?? '')) return { id, json: written };
  const body = writtenSchema.parse(written);
  const { note: _, gpu: __, ...others } = body.reported;
  const record = { ...body, reported: { ...others, ...(gpu !== '' && { gpu }) } };
  const handedIn = { ...record, id: recordId(record) };
  return { id: handedIn.id, json: handedIn };
}

/**
 * The body by which a record is handed in to a collector: JSON in canonical form (RFC 8785), in which a collector keeps
 * it, so that it need not sort thousands of keys.
 */
export const submissionText = (record: unknown): string => canonicalize({ consent: CONSENT_VERSION, record }) ?? '';
