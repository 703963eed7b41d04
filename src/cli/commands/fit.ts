/** `hbmark fit RECORD…`: the law of a machine out of what a run measured of it, and what more bandwidth or memory would buy. */

import type { RunRecord } from '../../../results/schema.ts';
import { lawOfRecord, strangersIn } from '../../model/law/of-record.ts';
import { type LawSummary, lawSummary } from '../../model/law/summary.ts';
import { type BoundVerdict, boundOf } from '../../model/law/verdict.ts';
import { memoryGBOf } from '../../model/predict/machines.ts';
import { RANGES } from '../../model/predict/predict.ts';
import { ASKED_BY_DEFAULT, type Buys, buysOf, buysTexts, largestSteps } from '../../model/predict/what-more-buys.ts';
import { UsageError } from '../errors.ts';
import { number } from '../flags.ts';
import { type ClaimDocument, claimLines, claimsDocument } from '../text/claims-table.ts';
import { lawLines } from '../text/law-text.ts';
import { recordIn } from './check.ts';

interface FitFlags {
  readonly records: readonly { readonly file: string; readonly record: RunRecord }[];
  readonly memoryGB: number | undefined;
  readonly json: boolean;
}

interface FitDocument extends LawSummary {
  readonly file: string;
  readonly record: string;
  readonly bound: BoundVerdict;
  readonly buys: readonly Buys[];
  readonly claims: readonly ClaimDocument[];
}

export function parseFitFlags(files: readonly string[], flags: Readonly<Record<string, unknown>>): FitFlags {
  if (files.length === 0) throw new UsageError('name at least one record: hbmark fit RECORD.json');
  return {
    records: files.map((file) => ({ file, record: recordIn('fit', file) })),
    memoryGB: number('--memory', flags.memory, RANGES.memory),
    json: flags.json === true,
  };
}

export function fitRecords({ records, memoryGB, json }: FitFlags): void {
  const results = records.map(({ file, record }) => {
    const found = lawOfRecord(record);
    const law = lawSummary(found);
    const steps = largestSteps(record);
    const memory = memoryGB ?? memoryGBOf(record);
    const document: FitDocument = {
      ...{ file, record: record.id },
      ...law,
      bound: boundOf(record, found),
      buys: buysOf(record, found, memory, steps.length > 0 ? steps : [ASKED_BY_DEFAULT]),
      claims: claimsDocument(record),
    };
    const strangers = strangersIn(record);
    const lines = [
      `record   ${file}`,
      ...(strangers.length > 0
        ? [`left out decode steps of ${strangers.join(', ')}: their shapes are no preset’s`]
        : []),
      ...lawLines(law),
      `verdict  ${document.bound.verdict}: ${document.bound.evidence}`,
      ...document.buys.flatMap((buys) =>
        buysTexts(buys).map((text, i) => `${(i === 0 ? 'buys' : '').padEnd(8)} ${text}`),
      ),
      ...(memory === undefined ? ['memory   unknown: --memory GB says what twice as much would buy'] : []),
      ...claimLines(record),
    ];
    return { document, lines };
  });
  console.log(
    json
      ? JSON.stringify(
          results.map(({ document }) => document),
          null,
          2,
        )
      : results.map(({ lines }) => lines.join('\n')).join('\n\n'),
  );
}
