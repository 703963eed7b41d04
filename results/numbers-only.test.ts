import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { numbersOnly } from './numbers-only.ts';
import { clockSchema, eventSchema, measuredSchema } from './schema.ts';

const SCHEMA = z.strictObject({
  whole: z.int().min(1).max(5),
  open: z.number().gt(-1).lt(10),
  refined: z.number().refine((value) => value !== 3, { error: 'must not be 3' }),
  maybe: z.number().min(0).nullable(),
});

const isQuick = numbersOnly(SCHEMA);

test('it takes what the schema takes, and nothing else', () => {
  const odd = fc.constantFrom(
    null,
    undefined,
    -1,
    -0,
    0,
    1.5,
    3,
    6,
    10,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '1',
  );
  const value = fc.oneof(
    { arbitrary: fc.integer({ min: 1, max: 5 }), weight: 6 },
    { arbitrary: odd, weight: 1 },
    fc.double(),
  );
  const object = fc.record({ whole: value, open: value, refined: value, maybe: value });
  const larger = fc.record(
    { whole: value, open: value, refined: value, maybe: value, other: value },
    { requiredKeys: [] },
  );
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(object, larger, fc.anything()), (one) => {
      const { success } = SCHEMA.safeParse(one);
      expect(isQuick?.(one)).toBe(success);
      if (success) taken++;
    }),
    { numRuns: 2000, seed: 1 },
  );
  expect(taken).toBeGreaterThan(100);
  expect(isQuick?.(Object.create({ whole: 5, open: 9.5, refined: 4, maybe: null }))).toBe(false);
});

test('a schema with anything else in it is left to zod', () => {
  const others = {
    'a text': z.strictObject({ a: z.string() }),
    'an object that takes any key': z.looseObject({ a: z.number() }),
    'an object that drops keys': z.object({ a: z.number() }),
    'a number that may be absent': z.strictObject({ a: z.number().optional() }),
    'a number with a rule that is not known here': z.strictObject({ a: z.number().multipleOf(3) }),
    'a number that is changed': z.strictObject({ a: z.number().transform((value) => value + 1) }),
    'an event': eventSchema,
    'a measured case': measuredSchema,
    'a clock': clockSchema,
  };
  for (const [name, schema] of Object.entries(others)) expect(numbersOnly(schema), name).toBeUndefined();
});
