/**
 * `npm run validate:published`: compares the laws with published figures. Each figure is predicted without having been
 * seen.
 */

import { mean } from 'simple-statistics';
import { messageOf } from '../../../harness/errors.ts';
import { maxOf, minOf } from '../../../results/lists.ts';
import { BATCHED, THROUGHPUT } from '../../../results/reference/published.ts';
import { shown } from '../../../results/text/shown.ts';
import { formName } from '../../model/law/form.ts';
import { type BatchedResult, batchedResults } from '../../model/published/batched.ts';
import {
  type EngineResult,
  engineFitsText,
  engineResults,
  engineTransfers,
  keptOut,
} from '../../model/published/engine-results.ts';
import { perGpuFrontiers, perMegawattFrontiers } from '../../model/published/frontier.ts';
import { generationResult, measuredGrowth } from '../../model/published/generations.ts';
import { machineLaw } from '../../model/published/machine-law.ts';
import { pairResults } from '../../model/published/pairs.ts';
import { servedBrought, servedResult } from '../../model/published/served.ts';
import { choiceParam } from '../../session/param.ts';
import { EXIT, UsageError } from '../errors.ts';
import { cannotWrite, requireWritable } from '../files/out-file.ts';
import { readRows } from '../files/rows-file.ts';
import { writeWhole } from '../files/write-file.ts';
import { anyNumber, anyText, isOn, readValue } from '../flags.ts';
import { JSON_OUTPUT } from '../options.ts';
import { frontierChart } from '../text/charts/frontier-chart.ts';
import { generationsChart } from '../text/charts/generations-chart.ts';
import { lawChart } from '../text/charts/law-chart.ts';
import { partialReads, partialReadsChart, partialReadsLines } from '../text/charts/partial-reads-chart.ts';
import { print, printJson } from '../text/print.ts';
import { frontierLines, generationLines } from '../text/tables/generations-table.ts';
import {
  batchedLines,
  type EngineJudged,
  type EngineTargets,
  engineErrors,
  engineLines,
  type Judged,
  type JudgedMachine,
  keptOutLines,
  machineLines,
  pairLines,
  promptLines,
  transferLines,
} from '../text/tables/published-tables.ts';
import { broughtLines, servedLines, servedMet } from '../text/tables/served-table.ts';
import { judgedSeveral, type SeveralTargets, severalLines } from '../text/tables/several-table.ts';
import type { Command } from './command.ts';

/** The relative errors that the laws are to stay below. They were set before the tables were first printed. */
const TARGETS = {
  /** Mean absolute error of held-out steps. */
  batched: { dense: 0.03, experts: 0.08 },
  /** Errors of models that were left out, and what the β_w of models with experts may differ by. */
  machine: { models: 0.1, ratio: 1.15 },
  /** Errors of GPUs that were left out. */
  engines: {
    'llama.cpp': { median: 0.06, p90: 0.25, within: [0.8, 0.99] },
    localscore: { median: 0.12, p90: null, within: null },
  } as Readonly<Record<string, EngineTargets>>,
  /** Errors of steps of several sequences of models that were left out: as large as those of a machine's law may be. */
  several: { median: 0.1, bias: 0.1, within: [0.9, 0.99] } as SeveralTargets,
};

/** The mean error over 20 choices has a standard error of a tenth of itself; over 200, of a thirtieth. */
const DEFAULT_SEEDS = 200;

const SEEDS = {
  name: 'seeds',
  value: 'N',
  help: `How many times to choose the steps that are held out (default: ${DEFAULT_SEEDS})`,
  param: anyNumber({ min: 1, max: 1000, whole: true }),
};

const CHART = {
  name: 'chart',
  value: 'file',
  help: 'Draw the chart of a part, without --only that of law, into this SVG (default: no chart)',
  param: anyText,
};

const ENGINE_COSTS = {
  name: 'engine-costs',
  value: 'file',
  help: 'Fit what engines reach of peaks, and write it into this file (default: it is not written)',
  param: anyText,
};

const ROWS = {
  name: 'rows',
  value: 'file',
  help: 'Predict the throughput of your own rows instead, from this JSON (default: none)',
  param: anyText,
};

/** A part of what is validated. */
interface Part {
  /** What `--json` says of it, by name. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly tables: readonly (readonly string[])[];
  /** Its chart, as SVG. Absent where it has none. */
  chart?(): string;
  /** The text of `results/data/reference/engine-costs.json`. Absent where none is fitted. */
  engineCosts?(): string;
  readonly isMissed: boolean;
}

/** All parts, in the order in which they are printed. */
const PARTS: Readonly<Record<string, (seeds: number) => Part>> = {
  law(seeds) {
    const batched = batchedResults(BATCHED, seeds).map((result) =>
      judged(result, batchedTarget(result), result.heldOutMape),
    );
    const engines = engineResults().map((result) => ({ ...result, judged: judgedEngine(result) }));
    const machine = judgedMachine();
    const transfers = engineTransfers();
    const [llamaCpp] = engines;
    const kept = llamaCpp && keptOut(llamaCpp);
    const several = engines.flatMap((one) =>
      one.several ? [{ ...one.several, judged: judgedSeveral(one.several, TARGETS.several) }] : [],
    );
    const pairs = pairResults(THROUGHPUT.rows);
    return {
      document: {
        transfers,
        engines: engines.map(engineDocument),
        keptOut: kept && {
          steps: engineErrors(kept.steps.predictions, kept.steps.reach),
          prompts: engineErrors(kept.prompts.predictions, kept.prompts.reach),
        },
        several: several.map((one) => one.judged),
        machine,
        batched: batched.map(batchedDocument),
        pairs,
      },
      tables: [
        transferLines(transfers, machine),
        ...(kept ? [keptOutLines(kept)] : []),
        ...[engineLines(engines), promptLines(engines)],
        ...several.map((one) => severalLines(one.judged, one)),
        machineLines(machine),
        ...[batchedLines(batched, seeds), pairLines(pairs)],
      ],
      chart: () => lawChart(engines[0]?.predictions ?? [], resultsOf(batched), BATCHED.device),
      engineCosts: () => engineFitsText(engines),
      isMissed: [...batched, machine, ...[...engines, ...several].map((one) => one.judged)].some(
        ({ met }) => met === false,
      ),
    };
  },
  served() {
    const served = servedResult(THROUGHPUT);
    return { document: { served }, tables: [servedLines(served)], isMissed: !servedMet(served) };
  },
  generations() {
    const laws = generationResult(THROUGHPUT);
    const generations = measuredGrowth(THROUGHPUT);
    return {
      document: { generations, generationLaws: laws },
      tables: [generationLines(laws, generations)],
      ...{ chart: () => generationsChart(laws), isMissed: false },
    };
  },
  frontier() {
    const perGpu = perGpuFrontiers(THROUGHPUT);
    const perMegawatt = perMegawattFrontiers(THROUGHPUT);
    return {
      document: { frontiers: { perGpu, perMegawatt } },
      tables: [frontierLines(perGpu, perMegawatt)],
      ...{ chart: () => frontierChart(perGpu, perMegawatt), isMissed: false },
    };
  },
  'partial-reads'() {
    const all = partialReads();
    return {
      ...{ document: { partialReads: all }, tables: [partialReadsLines(all)], isMissed: false },
      chart: partialReadsChart,
    };
  },
};

const ONLY = {
  name: 'only',
  value: 'part',
  help: `Validate one part: ${Object.keys(PARTS).join(', ')} (default: all)`,
  param: choiceParam(Object.keys(PARTS)),
};

interface ValidateInput {
  readonly only: string | undefined;
  readonly rows: string | undefined;
  readonly seeds: number;
  readonly chart: string | undefined;
  readonly engineCosts: string | undefined;
  readonly json: boolean;
}

export const validate = {
  name: 'validate',
  help: 'Compare the laws with published figures, each predicted without having been seen',
  options: [ONLY, ROWS, SEEDS, CHART, ENGINE_COSTS, JSON_OUTPUT],

  parse(_, flags) {
    const only = readValue(ONLY, flags);
    const chart = readValue(CHART, flags);
    if (chart !== undefined && only === 'served')
      throw new UsageError('--chart draws law, generations, frontier or partial-reads; served has no chart');
    const rows = readValue(ROWS, flags);
    if (rows !== undefined && (only !== undefined || chart !== undefined)) {
      throw new UsageError('--rows goes without --only and --chart: it predicts your rows, and nothing else');
    }
    const engineCosts = readValue(ENGINE_COSTS, flags);
    if (engineCosts !== undefined && (rows !== undefined || (only ?? 'law') !== 'law')) {
      throw new UsageError('--engine-costs goes with --only law or alone: no other part fits engines');
    }
    const seeds = readValue(SEEDS, flags) ?? DEFAULT_SEEDS;
    return { only, rows, seeds, chart, engineCosts, json: isOn(JSON_OUTPUT, flags) };
  },

  run({ only, rows, seeds, chart, engineCosts, json }) {
    if (rows !== undefined) return predictRows(rows, json);
    for (const [{ name }, path] of [
      [CHART, chart],
      [ENGINE_COSTS, engineCosts],
    ] as const) {
      if (path !== undefined) requireWritable(path, name);
    }
    const parts = Object.entries(PARTS)
      .filter(([name]) => only === undefined || name === only)
      .map(([, part]) => part(seeds));
    if (json) printJson(Object.assign({}, ...parts.map(({ document }) => document)));
    else print(parts.flatMap(({ tables }) => tables.map((lines) => lines.join('\n'))).join('\n\n'));
    // What was worked out is printed whatever becomes of the files.
    if (chart !== undefined) writeText(CHART.name, chart, parts[0]?.chart?.() ?? '');
    if (engineCosts !== undefined) writeText(ENGINE_COSTS.name, engineCosts, parts[0]?.engineCosts?.() ?? '');
    return parts.some(({ isMissed }) => isMissed) ? EXIT.wrong : EXIT.done;
  },
} satisfies Command<ValidateInput>;

function predictRows(path: string, json: boolean): typeof EXIT.done {
  const brought = readRows(path);
  let result: ReturnType<typeof servedBrought>;
  try {
    result = servedBrought(brought, THROUGHPUT);
  } catch (error) {
    throw new UsageError(`--rows must name models, formats and GPUs that are known; ${shown(messageOf(error))}`);
  }
  if (!result)
    throw new UsageError('--rows must have rows with the lengths of their requests, input and output; none has');
  if (json) printJson(result);
  else print(broughtLines(result).join('\n'));
  return EXIT.done;
}

function writeText(flag: string, path: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (error) {
    throw cannotWrite(flag, path, error);
  }
}

const batchedTarget = ({ experts }: BatchedResult): number => TARGETS.batched[experts ? 'experts' : 'dense'];

function judgedMachine(): JudgedMachine {
  const result = machineLaw(BATCHED);
  const rates = Object.values(result.expertGbps);
  const error = mean(result.models.map(({ mape }) => mape));
  const targets = TARGETS.machine;
  return { result, targets, met: error <= targets.models && maxOf(rates) / minOf(rates) <= targets.ratio };
}

function judgedEngine({ engine, predictions, reach }: EngineResult): EngineJudged {
  const targets = TARGETS.engines[engine] as EngineTargets;
  const { median, p90, within } = engineErrors(predictions, reach);
  const [least, most] = targets.within ?? [0, 1];
  const met =
    median <= targets.median && (targets.p90 === null || p90 <= targets.p90) && within >= least && within <= most;
  return { targets, met };
}

/** Returns an engine's part of the document of `hbmark validate --json`. */
const engineDocument = ({
  engine,
  predictions,
  reach,
  prompts,
  judged: { targets, met },
}: EngineResult & { judged: EngineJudged }) => ({
  ...{ engine, ...engineErrors(predictions, reach), targets, met },
  rows: predictions.map(({ row, predicted, error }) => ({
    ...{ device: row.device, backend: row.backend, model: row.model, quantisation: row.quantisation },
    ...{ tokensPerSecond: row.tokensPerSecond, predicted, error },
  })),
  prompts: engineErrors(prompts.predictions, prompts.reach),
});

/** Returns a result with its target, and whether its error meets it. */
const judged = <T>(result: T, target: number | undefined, error: number): Judged<T> => ({
  result,
  target,
  met: target === undefined ? undefined : error <= target,
});

const resultsOf = <T>(all: readonly Judged<T>[]): T[] => all.map(({ result }) => result);

/** Returns a model's part of the document of `hbmark validate --json`. */
function batchedDocument({ result, target }: Judged<BatchedResult>) {
  const { model, quantisation, experts, points, law, heldOutMape, worstMape } = result;
  return {
    ...{ model, quantisation, experts, points: points.length, target },
    ...{ form: formName(law.form), heldOutMape, worstMape },
    terms: law.terms.map(({ id, figure, unit, unidentified }) => ({
      id,
      value: figure?.value ?? null,
      unit,
      unidentified,
    })),
  };
}
