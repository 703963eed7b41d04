import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  decodeMeasuredSchema,
  eventSchema,
  measuredSchema,
  recordSchema,
  untimedDecodeSchemas,
  untimedSchemas,
} from '../../../../results/record/schema.ts';
import { CONSENT, CONSENT_VERSION, FIELDS_SHOWN_IF_KNOWN, WITHHELD_FIELDS } from '../../../crowd/consent.ts';
import { FIELD_GROUPS } from './fields.ts';

/** The items of the record's own lists, which the list's schema does not show. */
const ITEMS: Readonly<Record<string, readonly z.core.$ZodType[]>> = {
  events: [eventSchema],
  measurements: [measuredSchema, ...untimedSchemas],
  decode: [decodeMeasuredSchema, ...untimedDecodeSchemas],
};

/** The paths of all fields of a schema, to a depth of two keys. */
function pathsOf(schema: z.core.$ZodType, path: readonly string[] = []): string[] {
  if (schema instanceof z.ZodObject && path.length < 2) {
    return Object.entries<z.core.$ZodType>(schema.shape).flatMap(([key, value]) => pathsOf(value, [...path, key]));
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return pathsOf(schema.unwrap(), path);
  const at = path.join('.');
  return ITEMS[at]?.flatMap((item) => pathsOf(item, path)) ?? [at];
}

const explained = FIELD_GROUPS.flatMap(({ fields }) => Object.keys(fields));

test('every field of the record’s schema is explained, and no other', () => {
  expect([...explained].sort()).toEqual([...new Set(pathsOf(recordSchema))].sort());
});

test('no field is explained twice, and each has words', () => {
  expect(new Set(explained).size).toBe(explained.length);
  for (const { fields } of FIELD_GROUPS) for (const words of Object.values(fields)) expect(words).toMatch(/\w{2,}/);
});

test('a field that the schema gets is missed', () => {
  const grown = recordSchema.extend({ harness: z.strictObject({ version: z.string(), locale: z.string() }) });
  expect(pathsOf(grown).filter((path) => !explained.includes(path))).toEqual(['harness.locale']);
});

test('the consent speaks of fields that there are, each in one way', () => {
  const special = [...WITHHELD_FIELDS, ...FIELDS_SHOWN_IF_KNOWN];
  expect(special.filter((path) => !explained.includes(path))).toEqual([]);
  expect(new Set(special).size).toBe(special.length);
  expect(CONSENT_VERSION).toMatch(/^\d+$/);
  expect(new Set(CONSENT.map(({ title }) => title)).size).toBe(CONSENT.length);
});
