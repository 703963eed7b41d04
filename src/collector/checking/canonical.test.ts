import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digest } from '../../../results/record/digest.ts';
import { canonicalForm } from './canonical.ts';

const sameAsLibrary = (record: Record<string, unknown>): void => {
  const { id: _, ...body } = record;
  expect(canonicalForm(record)).toEqual({ text: canonicalize(record), id: digest(body) });
};

test('a committed record has its own id, and the form that the library gives it', () => {
  const file = new URL('../../../results/data/2026-11-27-lavapipe-smollm2.json', import.meta.url);
  const record = JSON.parse(readFileSync(file, 'utf8'));
  sameAsLibrary(record);
  expect(canonicalForm(record).id).toBe(record.id);
  // Once more out of its own form, whose keys are in order.
  expect(canonicalForm(JSON.parse(canonicalForm(record).text))).toEqual(canonicalForm(record));
});

test('any JSON has the form that the library gives it', () => {
  const key = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('10', '9', '1e3', '__proto__', 'é', 'id'),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      ...[fc.string({ unit: 'binary' }), fc.double({ noNaN: true, noDefaultInfinity: true })],
      ...[fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 4 })],
      fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(key, value), (made) => {
      const record: Record<string, unknown> = JSON.parse(JSON.stringify(made));
      sameAsLibrary(record);
    }),
    { numRuns: 60 },
  );
});
