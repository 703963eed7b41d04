/** `hbmark fit RECORD…`: the law of a machine out of what a run measured of it, and what more bandwidth or memory would buy. */

import { integerText, significant } from '../../../results/figures.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { lawOfRecord } from '../../model/law/of-record.ts';
import { type BoundVerdict, boundOf } from '../../model/law/verdict.ts';
import { machineOfRecord, memoryGBOf } from '../../model/machines.ts';
import { DEFAULT_MODEL, MODELS } from '../../model/models/index.ts';
import { type Full, gainOfTwiceBandwidth, type Point, predict, RANGES, type Served } from '../../model/predict.ts';
import { allIn, tensorsIn } from '../../model/tensors.ts';
import { type ClaimDocument, claimLines, claimsDocument } from '../claims-table.ts';
import { UsageError } from '../errors.ts';
import { number } from '../flags.ts';
import { type LawDocument, lawDocument, lawLines } from '../law.ts';
import { recordIn } from './check.ts';

interface FitFlags {
  readonly records: readonly { readonly file: string; readonly record: RunRecord }[];
  readonly memoryGB: number | undefined;
  readonly json: boolean;
}

/** What more of the machine would buy a step that it ran, or one of the default model. */
interface Buys extends Point {
  readonly model: string;
  readonly weights: string;
  readonly kv: string;
  /** Its speed with twice the bandwidth, over its speed. */
  readonly twiceBandwidth: number;
  /** With the memory full of such requests; null where nobody knows how much there is, or not one fits. */
  readonly full: Full | null;
}

interface FitDocument extends LawDocument {
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
    const memory = memoryGB ?? memoryGBOf(record);
    const document: FitDocument = {
      ...{ file, record: record.id },
      ...lawDocument(found),
      bound: boundOf(record, found),
      buys: buysOf(record, memory),
      claims: claimsDocument(record),
    };
    const strangers = strangersIn(record);
    const lines = [
      `record   ${file}`,
      ...(strangers.length > 0
        ? [`left out decode steps of ${strangers.join(', ')}: their shapes are no preset’s`]
        : []),
      ...lawLines(found),
      `verdict  ${document.bound.verdict}: ${document.bound.evidence}`,
      ...document.buys.flatMap(buysLines),
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

/** Models that a record names and nobody here knows: those of files. */
function strangersIn({ decode = [] }: RunRecord): string[] {
  const named = decode.filter((m) => m.status === 'measured' && !m.case.experiment).map((m) => m.case.model);
  return [...new Set(named)].filter((id) => !MODELS.some((model) => model.id === id));
}

/** Of each model that somebody ran, its largest step; of none, the default model at batch 1. */
function buysOf(record: RunRecord, memoryGB: number | undefined): Buys[] {
  const cases = (record.decode ?? [])
    .filter(({ status }) => status === 'measured')
    .map((m) => m.case)
    .filter(({ experiment }) => !experiment);
  const size = ({ batch, context }: Point): number => batch * context;
  const largest = cases.filter(
    (one) =>
      !cases.some((other) => other.model === one.model && other.weights === one.weights && size(other) > size(one)),
  );
  const asked =
    largest.length > 0 ? largest : [{ model: DEFAULT_MODEL.id, weights: 'f16', kv: 'f16', batch: 1, context: 4096 }];
  return asked.flatMap(({ model: id, weights, kv, batch, context }) => {
    const model = MODELS.find((one) => one.id === id);
    // How much memory there is does not matter to one step.
    const machine = model && machineOfRecord(record, model, weights, { memoryGB: memoryGB ?? RANGES.memory.most });
    if (!machine) return [];
    const served: Served = { model, tensors: tensorsIn(model, allIn(weights)), weights, kv };
    const full = memoryGB === undefined ? null : predict(served, machine, { batch, context }).full;
    const twiceBandwidth = gainOfTwiceBandwidth(served, machine, { batch, context });
    return [{ model: id, weights, kv, batch, context, twiceBandwidth, full }];
  });
}

const times = (n: number): string => `${significant(n)} times`;

function buysLines({ model, weights, batch, context, twiceBandwidth, full }: Buys): string[] {
  const at = `${model} in ${weights}, context ${integerText(context)}`;
  return [
    `buys     twice the bandwidth buys ${times(twiceBandwidth)} the tokens/s: ${at}, batch ${integerText(batch)}`,
    ...(full
      ? [
          `         twice the memory buys ${times(full.twiceMemory)}, and twice the bandwidth ${times(full.twiceBandwidth)}, with the memory full: ${at}`,
        ]
      : []),
  ];
}
