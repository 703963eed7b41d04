/**
 * The figures of figures.json: what compilers made of each case when `npm run bench:isa` last wrote it. Its compilers'
 * figures may not become worse. Another version of a compiler makes other code, and is held to budgets alone.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { CodeFigures } from './figures.ts';

const FILE = fileURLToPath(new URL('figures.json', import.meta.url));
const AGAIN = 'run npm run bench:isa, which writes figures.json anew';

const count = z.int().nonnegative();
/** Instructions for each byte (null: it streams nothing), loads in flight, registers, spills. */
const figuresSchema = z.tuple([z.number().nullable(), count, count, count]);
const committedSchema = z.object({
  /** The drivers, with their versions, by the ids of GPUs. */
  drivers: z.record(z.string(), z.string()),
  /** The figures by the names of cases, then by the ids of GPUs. */
  cases: z.record(z.string(), z.record(z.string(), figuresSchema)),
});

type Figures = z.infer<typeof figuresSchema>;
export type Committed = z.infer<typeof committedSchema>;

/** The share by which instructions for each byte may grow before the file must be written anew. */
const MAX_GROWTH = 0.03;

const DIGITS = 4;

export const readCommitted = (): Committed => committedSchema.parse(JSON.parse(readFileSync(FILE, 'utf8')));

/** Writes the file, with a line for each case. */
export function writeCommitted({ drivers, cases }: Committed): void {
  const lines = Object.entries(cases).map(
    ([name, figures]) => `    ${JSON.stringify(name)}: ${JSON.stringify(figures)}`,
  );
  const head = `{\n  "drivers": ${JSON.stringify(drivers)},\n  "cases": {\n`;
  writeFileSync(FILE, `${head}${lines.join(',\n')}\n  }\n}\n`);
}

export const compact = ({ instructionsPerByte, loadsInFlight, registers, spills }: CodeFigures): Figures => [
  instructionsPerByte === undefined ? null : Number(instructionsPerByte.toPrecision(DIGITS)),
  loadsInFlight,
  registers,
  spills,
];

/** Returns what is worse than in the file: the figure of the file and the one met. */
export function regressions(
  { instructionsPerByte = 0, loadsInFlight, spills }: CodeFigures,
  known: Figures | undefined,
): string[] {
  if (known === undefined) return [`figures.json has none of its figures: ${AGAIN}`];
  const [instructions, loads, , spilled] = known;
  return [
    ...(instructionsPerByte > (instructions ?? 0) * (1 + MAX_GROWTH)
      ? [`it took ${instructions} instructions for each byte; it takes ${instructionsPerByte.toPrecision(DIGITS)}`]
      : []),
    ...(loadsInFlight < loads
      ? [`${loads} loads were in flight before the first wait; there are ${loadsInFlight}`]
      : []),
    ...(spills > spilled ? [`it spilled ${spilled} registers; it spills ${spills}`] : []),
  ].map((worse) => `${worse}. If the code had to become dearer, ${AGAIN}`);
}

/** Returns what is wrong with the names of the file: cases that it lacks, and names of no case. */
export function misnamed({ cases }: Committed, names: readonly string[]): string[] {
  const all = new Set(names);
  return [
    ...names.filter((name) => cases[name] === undefined).map((name) => `${name}: it is missing; ${AGAIN}`),
    ...Object.keys(cases)
      .filter((name) => !all.has(name))
      .map((name) => `${name}: there is no such case; ${AGAIN}`),
  ];
}
