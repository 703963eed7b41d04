/** A comparison as files: a CSV with a line for each case, and a JSON document of all that the page shows. Pure. */

import { type Cell, csvText, ends } from '../../share/exports/csv-text.ts';
import { LETTERS } from './address.ts';
import type { Comparison } from './comparison.ts';

export function comparisonCsv({ runs, cases }: Comparison): string {
  const letters = LETTERS.slice(0, runs.length).map((letter) => letter.toLowerCase());
  const columns = (name: string): Cell[] => [name, `${name}_low`, `${name}_high`];
  const pairs = letters.slice(1).map((letter) => `a_over_${letter}`);
  return csvText([
    ['case', 'unit', ...[...letters, ...pairs].flatMap(columns)],
    ...cases.map(({ name, unit, figures, ratios }) => [name, unit, ...[...figures, ...ratios].flatMap(ends)]),
  ]);
}

export function comparisonJson({ runs, differences, cases }: Comparison): string {
  const inFile = {
    runs,
    differences: differences.map(({ name, written }) => ({ name, texts: written })),
    cases: cases.map(({ kind, name, unit, figures, ratios }) => ({ kind, title: name, unit, figures, ratios })),
  };
  return `${JSON.stringify(inFile, null, 2)}\n`;
}
