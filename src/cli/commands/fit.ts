/**
 * `hbmark fit RECORD…`: fits the law to what a run measured of its machine, and says what more bandwidth or memory
 * would buy.
 */

import type { RunRecord } from '../../../results/record/schema.ts';
import { shown } from '../../../results/text/shown.ts';
import { lawOfRecord, strangersIn } from '../../model/law/of-record.ts';
import { type LawSummary, lawSummary } from '../../model/law/summary.ts';
import { type BoundVerdict, boundOf } from '../../model/law/verdict.ts';
import { buysTexts } from '../../model/predict/buys-text.ts';
import { memoryGBOf } from '../../model/predict/machines.ts';
import { ASKED_BY_DEFAULT, type Buys, buysOf, largestSteps } from '../../model/predict/what-more-buys.ts';
import { EXIT } from '../errors.ts';
import { recordIn, requireFiles } from '../files/record-files.ts';
import { isOn, readValue } from '../flags.ts';
import { JSON_OUTPUT, MACHINE_MEMORY } from '../options.ts';
import { lawLines } from '../text/law-text.ts';
import { print, printJson } from '../text/print.ts';
import { type ClaimDocument, claimLines, claimsDocument } from '../text/tables/claims-table.ts';
import type { Command } from './command.ts';

interface RecordFile {
  readonly file: string;
  readonly record: RunRecord;
}

interface FitInput {
  readonly records: readonly RecordFile[];
  readonly memoryGB: number | undefined;
  readonly json: boolean;
}

/** One record in the document of `hbmark fit --json`. */
interface FitDocument extends LawSummary {
  readonly file: string;
  /** The record's id. */
  readonly record: string;
  readonly bound: BoundVerdict;
  readonly buys: readonly Buys[];
  readonly claims: readonly ClaimDocument[];
}

export const fit = {
  name: 'fit',
  args: '[...records]',
  help: 'Fit the law of step times to records; say what more bandwidth or memory would buy',
  options: [{ ...MACHINE_MEMORY, help: 'Memory for weights and KV caches (default: as the record says)' }, JSON_OUTPUT],

  parse(files, flags) {
    return {
      records: requireFiles('fit', files).map((file) => ({ file, record: recordIn('fit', file) })),
      memoryGB: readValue(MACHINE_MEMORY, flags),
      json: isOn(JSON_OUTPUT, flags),
    };
  },

  run({ records, memoryGB, json }) {
    const fitted = records.map((one) => fittedOf(one, memoryGB));
    if (json) {
      const documents = fitted.map(({ document }) => document);
      printJson(documents);
    } else print(fitted.map(({ lines }) => lines.join('\n')).join('\n\n'));
    return EXIT.done;
  },
} satisfies Command<FitInput>;

/** Returns the law of a record, as data and as lines. */
function fittedOf({ file, record }: RecordFile, memoryGB = memoryGBOf(record)) {
  const found = lawOfRecord(record);
  const law = lawSummary(found);
  const steps = largestSteps(record);
  const document: FitDocument = {
    ...{ file, record: record.id },
    ...law,
    bound: boundOf(record, found),
    buys: buysOf(record, found, memoryGB, steps.length > 0 ? steps : [ASKED_BY_DEFAULT]),
    claims: claimsDocument(record),
  };
  const strangers = strangersIn(record);
  const lines = [
    `record   ${shown(file)}`,
    ...(strangers.length > 0
      ? [`left out decode steps of ${shown(strangers.join(', '))}: their shapes are no preset’s`]
      : []),
    ...lawLines(law),
    `verdict  ${document.bound.verdict}: ${document.bound.evidence}`,
    ...document.buys.flatMap((buys) =>
      buysTexts(buys).map((text, i) => `${(i === 0 ? 'buys' : '').padEnd(8)} ${text}`),
    ),
    ...(document.buys.length === 0 && document.bound.verdict === 'not bandwidth-bound'
      ? [
          'buys     not said: this run did not wait for memory, so that it does not tell what more bandwidth would bring',
        ]
      : []),
    ...(memoryGB === undefined ? ['memory   unknown: --memory GB says what twice as much would buy'] : []),
    ...claimLines(record),
  ];
  return { document, lines };
}
