/**
 * A submission out of the bytes of a request: inflated, read, checked, and put in its canonical form. It runs in a worker
 * (`record-worker.ts`): a record may take seconds.
 */

import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { MAX_RECORD_BYTES, MAX_VALUES } from '../../../results/record/bounds.ts';
import { type Breach, pathText } from '../../../results/record/breach.ts';
import { checkRecord } from '../../../results/record/check.ts';
import { IN_WORDS } from '../../../results/record/fields.ts';
import { readJson } from '../../../results/record/record-text.ts';
import { quoted } from '../../../results/text/shown.ts';
import { CONSENT_VERSION } from '../../crowd/consent.ts';
import { spellingOf } from '../../crowd/public-record.ts';
import type { Row } from '../../crowd/row.ts';
import { rowOf } from '../../crowd/row-of.ts';
import { packed } from '../store/packing.ts';
import { canonicalForm } from './canonical.ts';

/** What a body has around its record, in bytes: the consent, and white space. */
const MAX_AROUND = 4096;

/** The maximum of a body, in bytes, inflated or never deflated. */
export const MAX_BODY_BYTES = MAX_RECORD_BYTES + MAX_AROUND;

/** The body of a submission. Its record is checked by itself. */
export const submissionSchema = z.strictObject({
  consent: z.literal(CONSENT_VERSION, {
    error: ({ input }) =>
      `must be "${CONSENT_VERSION}", the version of the consent that this collector asks for; got ${quoted(input)}`,
  }),
  record: z.unknown().refine((value) => value !== undefined, { error: 'must be a run record; got nothing' }),
});

export interface SubmissionInput {
  readonly bytes: Uint8Array;
  readonly isGzipped: boolean;
}

export type Submission =
  | {
      readonly ok: true;
      /** The record in its canonical form, packed. */
      readonly packed: Uint8Array;
      readonly row: Row;
      readonly consent: string;
      readonly typedName: string;
    }
  | { readonly ok: false; readonly status: number; readonly detail: string; readonly errors?: readonly Breach[] };

/** Reads a submission. Never throws. */
export function readSubmission({ bytes, isGzipped }: SubmissionInput): Submission {
  const inflated = isGzipped ? inflate(bytes) : bytes;
  if (!(inflated instanceof Uint8Array)) return inflated;
  if (valuesIn(inflated) > MAX_VALUES + AROUND_VALUES) {
    return refused(413, `the body must hold at most ${MAX_VALUES} values; this one holds more`);
  }
  const text = decode(inflated);
  if (text === undefined) return refused(400, 'the body must be UTF-8');
  const read = readJson(text);
  if (!read.ok) {
    const detail = 'the body must be JSON in which no object has a key twice';
    return { ok: false, status: 400, detail, errors: [read.problem] };
  }
  const parsed = submissionSchema.safeParse(read.value, IN_WORDS);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ path: pathText(path), rule: message }));
    return broken('the body must be {"consent", "record"}', errors);
  }
  return ofRecord(parsed.data, read.isCompact ? text : undefined);
}

/** @param compact what `JSON.stringify` makes of the body, where that came */
function ofRecord(
  { record: value, consent }: z.infer<typeof submissionSchema>,
  compact: string | undefined,
): Submission {
  let canonical = '';
  const checked = checkRecord(value, (record, isInOrder) => {
    const form = canonicalForm(record, compact && isInOrder ? recordText(compact, consent) : undefined);
    canonical = form.text;
    return form.id;
  });
  if (!checked.ok) {
    const errors = checked.problems.map(({ path, rule }) => ({ path: path ? `record.${path}` : 'record', rule }));
    return broken('the record must pass its check; "hbmark check FILE" says the same', errors);
  }
  const { record } = checked;
  const row = rowOf(record);
  return { ok: true, packed: packed(canonical), row, consent, typedName: spellingOf(record.reported.gpu ?? '') };
}

/** A record's JSON as it stands in a body; undefined where the body has another form. */
function recordText(body: string, consent: string): string | undefined {
  const before = JSON.stringify({ consent, record: null }).slice(0, -'null}'.length);
  return body.startsWith(before) ? body.slice(before.length, -1) : undefined;
}

/** Values that a body has around its record. */
const AROUND_VALUES = 8;

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b];

/**
 * At least as many values as JSON holds, by its bytes, where it could hold too many: `JSON.parse` would take some hundred
 * bytes of memory for each. Texts of a record hold few commas.
 */
function valuesIn(bytes: Uint8Array): number {
  // A value and what parts it from the next take two bytes.
  if (bytes.length < 2 * MAX_VALUES) return 0;
  let values = 1;
  for (const byte of bytes) if (byte === COMMA || byte === BRACKET || byte === BRACE) values++;
  return values;
}

const refused = (status: number, detail: string): Submission => ({ ok: false, status, detail });

const broken = (detail: string, errors: readonly Breach[]): Submission => ({ ok: false, status: 422, detail, errors });

/** The bytes that are inflated at a time: a record of the usual size at once. */
const INFLATED_CHUNK = 2 ** 17;

function inflate(bytes: Uint8Array): Uint8Array | Submission {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BODY_BYTES, chunkSize: INFLATED_CHUNK });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ERR_BUFFER_TOO_LARGE'
      ? refused(413, `the body must be at most ${MAX_BODY_BYTES} bytes once it is inflated; this one is larger`)
      : refused(400, 'the body must be gzip, as its content-encoding says; it cannot be inflated');
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
