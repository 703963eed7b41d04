/** Reads the text of a summary. It cannot be checked against samples, but it cannot hold anything else either. */

import { z } from 'zod';
import { MAX_CASES, MAX_DECODE_STEPS } from '../../../../results/record/bounds.ts';
import { pathText } from '../../../../results/record/breach.ts';
import { recordBodySchema, recordSchema } from '../../../../results/record/schema.ts';
import { UNSEEN } from '../../../../results/text/shown.ts';
import { type CaseRow, STATUSES, UNITS } from '../case-row.ts';
import { brokenSummary } from '../problems.ts';
import { MAX_SUMMARY_TEXT, type Summary } from '../summary.ts';
import type { Read } from './api.ts';

const MAX_ROWS = 1 + MAX_CASES + MAX_DECODE_STEPS;

const text = z
  .string()
  .max(MAX_SUMMARY_TEXT)
  .refine((given) => given.search(UNSEEN) < 0, 'must have only characters that are seen');
const count = z.number().int().min(0).max(MAX_ROWS);
/** JSON has no infinity, which a rate and the upper end of its interval may be. */
const number = z
  .number()
  .nullable()
  .transform((n) => n ?? Number.POSITIVE_INFINITY);
const place = (list: readonly unknown[]) =>
  z
    .number()
    .int()
    .min(0)
    .max(list.length - 1);

const rowSchema = z.union([
  z.tuple([text, place(STATUSES)]),
  z.tuple([text, place(UNITS), number]),
  z
    .tuple([text, place(UNITS), number, number, number])
    .refine(([, , , low, high]) => low <= high, 'must have the lower end of an interval first'),
]);

const summarySchema = z
  .tuple([
    recordSchema.shape.id,
    recordBodySchema.shape.created,
    recordBodySchema.shape.profile,
    text,
    text,
    z.union([z.literal(0), z.literal(1)]),
    count,
    count,
    z.array(rowSchema).max(MAX_ROWS),
  ])
  .refine(([, , , , , , , cases, rows]) => rows.length <= cases, 'must not have more cases than it counts');

export function readSummaryText(json: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { kind: 'refusal', refusal: brokenSummary('it must be JSON') };
  }
  const { success, data, error } = summarySchema.safeParse(value);
  if (success) return { kind: 'summary', summary: summaryFrom(data) };
  const [issue] = error.issues;
  const rule = issue ? `${pathText(issue.path) || 'the summary'}: ${issue.message}` : 'it breaks its schema';
  return { kind: 'refusal', refusal: brokenSummary(rule) };
}

function summaryFrom(data: z.infer<typeof summarySchema>): Summary {
  const [id, created, profile, machine, host, software, labels, cases, rows] = data;
  return { id, created, profile, machine, host, software: software === 1, labels, cases, rows: rows.flatMap(rowFrom) };
}

function rowFrom([name, at, value, low, high]: z.infer<typeof rowSchema>): CaseRow[] {
  if (value === undefined) {
    const status = STATUSES[at];
    return status ? [{ name, outcome: { status } }] : [];
  }
  const unit = UNITS[at];
  const ci95 = low === undefined || high === undefined ? null : ([low, high] as const);
  return unit ? [{ name, outcome: { unit, figure: { value, ci95 } } }] : [];
}
