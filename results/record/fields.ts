/** The fields that a record is made of, each with its bounds (`bounds.ts`). */

import { z } from 'zod';
import { asList, type Seen, takesAsIs } from './as-is.ts';
import { FORMAT_IDS, MAX_ENTRIES, MAX_MS, MAX_NAME, MAX_TEXT, MAX_TIMESTAMP_NS, MIN_MS } from './bounds.ts';

/** A whole number from 0 to `max`; by default the largest that JavaScript counts to, for bytes and operations. */
export const countTo = (max = Number.MAX_SAFE_INTEGER) => z.int().min(0).max(max);

/** A whole number from 1 to `max`. */
export const positiveTo = (max = Number.MAX_SAFE_INTEGER) => z.int().min(1).max(max);

export const text = z.string().max(MAX_TEXT);
export const name = z.string().max(MAX_NAME);

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

/** A duration in ms that is the result of a calculation. */
export const durationMs = z.number().min(0).max(MAX_MS);

/** The rule for a time that a clock showed. */
const shown = (ms: number): boolean => ms === 0 || Math.abs(ms) >= MIN_MS;
const SHOWN = { error: `must be 0, or at least ${MIN_MS} ms: no clock shows less` };

/** A duration in ms by the wall clock. */
export const wallMs = durationMs.refine(shown, SHOWN);

/** A difference of timestamps, in ms. Those of a broken counter may lie either way. */
const MAX_DIFFERENCE_MS = MAX_TIMESTAMP_NS / 1e6;
export const timestampMs = z.number().min(-MAX_DIFFERENCE_MS).max(MAX_DIFFERENCE_MS).refine(shown, SHOWN);

/** A slope of times in ms. Noise may make it negative. */
export const slopeMs = z.number().min(-MAX_DIFFERENCE_MS).max(MAX_DIFFERENCE_MS);

/** The types as messages name them. */
const TYPES: Readonly<Record<string, string>> = {
  ...{ string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false' },
  ...{ object: 'an object', record: 'an object', array: 'a list', tuple: 'a list', null: 'null' },
};

function typeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number that is not finite';
  const type = Array.isArray(value) ? 'array' : typeof value;
  return TYPES[type] ?? type;
}

/** A value as a message quotes it. */
const quoted = (value: unknown): string =>
  typeof value === 'object' || value === undefined ? typeOf(value) : JSON.stringify(value).slice(0, MAX_NAME);

/** An option of zod's `safeParse`: `must be a number; got nothing`, where zod would say `received undefined`. */
export const IN_WORDS = {
  error: ({ code, input, ...issue }: z.core.$ZodRawIssue): string | undefined => {
    switch (code) {
      case 'invalid_type':
        return `must be ${TYPES[String(issue.expected)] ?? String(issue.expected)}; got ${typeOf(input)}`;
      case 'invalid_value':
        return Array.isArray(issue.values) ? `must be ${issue.values.join(' or ')}; got ${quoted(input)}` : undefined;
      default:
        return undefined;
    }
  },
};

/** The number of broken items after which a list is read no further: more would say no more. */
const MAX_BROKEN = 10;

/** A list of `min` to `max` items. It is measured before an item is read, and not read on once too many are broken. */
export function list<T>(item: z.ZodType<T>, max: number, min = 0) {
  const isRight = takesAsIs(item);
  const schema = z
    .array(z.unknown())
    .min(min)
    .max(max)
    .transform((items, context): T[] => {
      const seen: Seen = { values: 0, isInOrder: true };
      const read: T[] = [];
      let broken = 0;
      for (const [index, value] of items.entries()) {
        if (isRight?.(value, seen)) {
          read.push(value as T);
          continue;
        }
        // Without the words first: they make a parse take four times as long, and hardly any item needs them.
        const right = item.safeParse(value);
        const parsed = right.success ? right : item.safeParse(value, IN_WORDS);
        if (parsed.success) {
          read.push(parsed.data);
          continue;
        }
        for (const { path, message } of parsed.error.issues.slice(0, MAX_BROKEN)) {
          context.addIssue({ code: 'custom', path: [index, ...path], message });
        }
        if (++broken === MAX_BROKEN) break;
      }
      return read;
    });
  return asList(schema, { item, min, max });
}

/** Values by name, at most `MAX_ENTRIES`. */
const byName = <T>(value: z.ZodType<T>) =>
  z.record(name, value).refine((entries) => Object.keys(entries).length <= MAX_ENTRIES, {
    error: `must have at most ${MAX_ENTRIES} entries`,
  });

/** A number of any size that JavaScript counts exactly. */
const number = z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);

export const tuning = byName(number);

const isFormat = (id: unknown): boolean => FORMAT_IDS.some((known) => known === id);

/** The parameters of a kernel. Its `format`, which readers look up, is a format that there is. */
export const params = byName(z.union([number, text])).refine(
  (entries) => !Object.hasOwn(entries, 'format') || isFormat(entries.format),
  { error: `must be one of ${FORMAT_IDS.join(', ')}`, path: ['format'] },
);

export const limitsTo = (max: number) => byName(z.number().min(0).max(max));
