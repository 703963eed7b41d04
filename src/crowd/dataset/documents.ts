/** The two small documents beside the dataset's table: what it holds, and the figures of the first chart. */

import { z } from 'zod';
import type { SummaryRow } from '../summary.ts';
import { DATASET_VERSION } from './columns.ts';

/** The names of the dataset's files, in its folder. */
export const FILES = { about: 'about.json', summary: 'summary.json', table: 'rows.parquet' } as const;

const count = z.number().int().min(0);
const figure = z.number();

const aboutSchema = z.object({
  /** The version of the dataset's form. */
  version: z.literal(DATASET_VERSION),
  /** The day on which it was made. */
  made: z.iso.date(),
  /** When the newest run began, as its record claims; null if there is no run. */
  newest: z.iso.datetime().nullable(),
  runs: count,
  /** Parts that have a name: software adapters have none. */
  parts: count,
  table: z.object({ bytes: count, footerBytes: count, lines: count }),
});

export type About = z.infer<typeof aboutSchema>;

const partSchema = z.object({ name: z.string(), memoryGB: figure.nullable(), count });

const summarySchema = z.array(
  z.object({
    part: partSchema,
    software: z.boolean(),
    step: z
      .object({ model: z.string(), weights: z.string(), kv: z.string(), context: count, batch: count, bytes: figure })
      .nullable(),
    n: count,
    median: figure,
    quartiles: z.tuple([figure, figure]),
  }),
);

/** @throws RangeError that names the field and the rule */
export const aboutIn = (value: unknown): About => parsed(FILES.about, aboutSchema, value);

/** @throws RangeError that names the field and the rule */
export const summaryIn = (value: unknown): SummaryRow[] => parsed(FILES.summary, summarySchema, value);

function parsed<T>(file: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new RangeError(`${file}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`);
}
