import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { asList, type Seen, takesAsIs } from './as-is.ts';
import { list } from './fields.ts';
import { anyRecordSchema } from './migrations/index.ts';
import { recordSchema } from './schema.ts';

const SCHEMA = z.strictObject({
  whole: z.int().min(1).max(5),
  open: z.number().gt(-1).lt(10),
  refined: z.number().refine((value) => value !== 3, { error: 'must not be 3' }),
  maybe: z.number().min(0).nullable(),
  absent: z.string().max(3).optional(),
  kind: z.enum(['a', 'b']),
  byName: z.record(z.string().max(4), z.union([z.number(), z.string().regex(/^x/)])),
  pairs: list(z.tuple([z.boolean(), z.literal(7)]), 3, 1),
  one: z.discriminatedUnion('is', [
    z.strictObject({ is: z.literal('number'), value: z.number() }),
    z.strictObject({ is: z.literal('date'), value: z.iso.datetime({ precision: 3 }) }),
  ]),
});

const RIGHT: z.infer<typeof SCHEMA> = {
  ...{ whole: 1, open: 2.5, refined: 4, maybe: null, absent: 'abc', kind: 'a' },
  ...{ byName: { a: 1, b: 'xy' }, pairs: [[true, 7]], one: { is: 'date', value: '2026-11-30T00:00:00.000Z' } },
};

/** A look at a value, whatever is seen of it. */
const quick = (schema: z.core.$ZodType) => {
  const isRight = takesAsIs(schema);
  return isRight && ((value: unknown) => isRight(value, { values: 0, isInOrder: true }));
};

const isQuick = quick(SCHEMA);

/** Any value in the place of any of the right ones, or a key more or less. */
const changed = fc
  .tuple(
    fc.constantFrom(...Object.keys(RIGHT), 'other', 'byName.a', 'one.is', 'one.value', 'pairs.0'),
    fc.oneof(
      fc.constantFrom<unknown>(null, undefined, -1, -0, 0, 1.5, 3, 5, 6, 10, 2 ** 53, Number.NaN, '1', 'x', true),
      fc.constantFrom<unknown>('number', 'date', 'b', 'abcd', {}, [], [[false, 7]], [true, 7], { longer: 1 }, ['a']),
      fc.anything(),
    ),
    fc.boolean(),
  )
  .map(([place, value, isLeftOut]) => {
    const copy: Record<string, unknown> = structuredClone(RIGHT);
    const keys = place.split('.');
    const last = keys.pop() ?? '';
    const within = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy);
    if (isLeftOut) delete within[last];
    else within[last] = value;
    return copy;
  });

test('it takes nothing that the schema does not take, and what it takes stays as it is', () => {
  let [taken, left] = [0, 0];
  fc.assert(
    fc.property(fc.oneof({ arbitrary: changed, weight: 9 }, fc.anything()), (value) => {
      const parsed = SCHEMA.safeParse(value);
      if (isQuick?.(value)) {
        taken++;
        expect(parsed.data).toEqual(value);
        // With the same keys, those without a value included.
        expect(Object.keys(parsed.data ?? {}).sort()).toEqual(Object.keys(value as object).sort());
      } else if (parsed.success) left++;
    }),
    { numRuns: 3000, seed: 1 },
  );
  expect(isQuick?.(RIGHT)).toBe(true);
  expect(taken).toBeGreaterThan(100);
  // An optional key that is there without a value is left to zod.
  expect(left).toBeLessThan(100);
  expect(isQuick?.(Object.create(RIGHT))).toBe(false);
});

/** The values in a value, without itself. */
function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + 1 + valuesIn(one), 0);
}

/** The same value with the keys of its objects in another order. */
const turned = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(turned)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, one]) => [key, turned(one)]),
        )
      : value;

test('a look counts the values, and sees whether the keys are in order', () => {
  const seenIn = (value: unknown): Seen => {
    const seen: Seen = { values: 0, isInOrder: true };
    expect(takesAsIs(SCHEMA)?.(value, seen)).toBe(true);
    return seen;
  };
  const canonical = JSON.parse(canonicalize(RIGHT) ?? '');
  const values = valuesIn(RIGHT);
  expect(seenIn(canonical)).toEqual({ values, isInOrder: true });
  const { absent: _, ...without } = canonical;
  expect(seenIn(without)).toEqual({ values: values - 1, isInOrder: true });
  for (const key of Object.keys(canonical)) {
    const { [key]: moved, ...others } = canonical;
    const isLast = key === Object.keys(canonical).at(-1);
    expect(seenIn({ ...others, [key]: moved }), key).toEqual({ values, isInOrder: isLast });
  }
  for (const key of ['byName', 'one']) {
    expect(seenIn({ ...canonical, [key]: turned(canonical[key]) }), key).toEqual({ values, isInOrder: false });
  }
});

test('a text with a character that no record has is left to those who name it', () => {
  const isText = quick(z.strictObject({ a: z.string().regex(/^x/), b: z.record(z.string(), z.number()) }));
  expect(isText?.({ a: 'xy', b: { ö: 1 } })).toBe(true);
  expect(isText?.({ a: 'x\u202e', b: {} })).toBe(false);
  expect(isText?.({ a: 'xy', b: { '\0': 1 } })).toBe(false);
});

test('a number is finite, and within its bounds', () => {
  const cases: [z.ZodNumber, readonly number[], readonly unknown[]][] = [
    [z.number(), [0, -1.5, Number.MAX_VALUE], [Number.POSITIVE_INFINITY, Number.NaN, '1', null]],
    [z.number().min(1), [1, 2], [0.9, Number.POSITIVE_INFINITY]],
    [z.number().gt(1).lte(3), [1.1, 3], [1, 3.1]],
    [z.int(), [-(2 ** 53) + 1, 2 ** 53 - 1], [2 ** 53, -(2 ** 53), 0.5, '1', [1]]],
    [z.int().min(0).max(9).min(2), [2, 9], [1, 10, 2.5]],
  ];
  for (const [schema, taken, left] of cases) {
    for (const value of [...taken, ...left]) {
      expect([value, quick(schema)?.(value)]).toEqual([value, taken.includes(value as number)]);
      expect(schema.safeParse(value).success).toBe(taken.includes(value as number));
    }
  }
});

test('a schema that changes values, or has a rule that is not known here, is left to zod', () => {
  const others = {
    'an object that takes any key': z.looseObject({ a: z.number() }),
    'an object that drops keys': z.object({ a: z.number() }),
    'a number with a rule that is not known here': z.strictObject({ a: z.number().multipleOf(3) }),
    'a number that is changed': z.strictObject({ a: z.number().transform((value) => value + 1) }),
    'a text that is changed': z.string().trim(),
    'a text with a rule of its own': z.email(),
    'a rule that says itself what is wrong': z.number().superRefine(() => {}),
    'a default': z.strictObject({ a: z.number().default(1) }),
    'a list that is none of ours': z.array(z.number()),
    'a list of what is not known here': asList(z.array(z.email()), { item: z.email(), min: 0, max: 9 }),
    'a union with such a member': z.union([z.number(), z.string().trim()]),
  };
  for (const [name, schema] of Object.entries(others)) expect(takesAsIs(schema), name).toBeUndefined();
});

test('records of every version are taken at a look', () => {
  for (const name of ['2026-11-20-lavapipe-quick', '2026-11-27-lavapipe-smollm2']) {
    const record = JSON.parse(readFileSync(new URL(`../data/${name}.json`, import.meta.url), 'utf8'));
    expect(quick(anyRecordSchema)?.(record), name).toBe(true);
    expect(quick(anyRecordSchema)?.({ ...record, schema: 3 }), name).toBe(false);
  }
  expect(takesAsIs(recordSchema)).toBeDefined();
});
