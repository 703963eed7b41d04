/**
 * `npm run validate:published`: compares the laws with published figures. Each figure is predicted without having been
 * seen.
 */

import { messageOf } from '../../../harness/errors.ts';
import { BATCH_1, BATCHED, THROUGHPUT } from '../../../results/published.ts';
import { shown } from '../../../results/shown.ts';
import { formName } from '../../model/law/form.ts';
import { type BatchedResult, batchedResults } from '../../model/published/batched.ts';
import { deviceResults, type VendorResult } from '../../model/published/devices.ts';
import { perGpuFrontiers, perMegawattFrontiers } from '../../model/published/frontier.ts';
import { generationResult, measuredGrowth } from '../../model/published/generations.ts';
import { pairResults } from '../../model/published/pairs.ts';
import { servedBrought, servedResult } from '../../model/published/served.ts';
import { choiceParam } from '../../session/param.ts';
import { EXIT, UsageError } from '../errors.ts';
import { readRows } from '../files/rows-file.ts';
import { writeWhole } from '../files/write-file.ts';
import { anyNumber, anyText, isOn, readValue } from '../flags.ts';
import { JSON_OUTPUT } from '../options.ts';
import { frontierChart } from '../text/frontier-chart.ts';
import { generationsChart } from '../text/generations-chart.ts';
import { frontierLines, generationLines } from '../text/generations-table.ts';
import { lawChart } from '../text/law-chart.ts';
import { partialReads, partialReadsChart, partialReadsLines } from '../text/partial-reads-chart.ts';
import { print, printJson } from '../text/print.ts';
import { batchedLines, deviceLines, type Judged, pairLines } from '../text/published-tables.ts';
import { broughtLines, servedLines, servedMet } from '../text/served-table.ts';
import type { Command } from './command.ts';

/** The relative errors that the laws are to stay below. They were set before the tables were first printed. */
const TARGETS = {
  /** Mean absolute error of held-out steps. */
  batched: { dense: 0.03, experts: 0.08 },
  /** Median absolute error of devices that were left out. Other vendors have too few devices for a target. */
  devices: { Apple: 0.08, NVIDIA: 0.12 } as Readonly<Record<string, number>>,
};

const DEFAULT_SEEDS = 20;

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
  readonly isMissed: boolean;
}

/** All parts, in the order in which they are printed. */
const PARTS: Readonly<Record<string, (seeds: number) => Part>> = {
  law(seeds) {
    const batched = batchedResults(BATCHED, seeds).map((result) =>
      judged(result, batchedTarget(result), result.heldOutMape),
    );
    const devices = deviceResults(BATCH_1).map((result) => judged(result, deviceTarget(result), result.medianError));
    const pairs = pairResults(THROUGHPUT.rows);
    return {
      document: { batched: batched.map(batchedDocument), devices: resultsOf(devices), pairs },
      tables: [batchedLines(batched, seeds), deviceLines(devices), pairLines(pairs)],
      chart: () => lawChart(resultsOf(devices), resultsOf(batched), BATCHED.device),
      isMissed: [...batched, ...devices].some(({ met }) => met === false),
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
  readonly json: boolean;
}

export const validate = {
  name: 'validate',
  help: 'Compare the laws with published figures, each predicted without having been seen',
  options: [ONLY, ROWS, SEEDS, CHART, JSON_OUTPUT],

  parse(_, flags) {
    const only = readValue(ONLY, flags);
    const chart = readValue(CHART, flags);
    if (chart !== undefined && only === 'served')
      throw new UsageError('--chart draws law, generations, frontier or partial-reads; served has no chart');
    const rows = readValue(ROWS, flags);
    if (rows !== undefined && (only !== undefined || chart !== undefined)) {
      throw new UsageError('--rows goes without --only and --chart: it predicts your rows, and nothing else');
    }
    return { only, rows, seeds: readValue(SEEDS, flags) ?? DEFAULT_SEEDS, chart, json: isOn(JSON_OUTPUT, flags) };
  },

  run({ only, rows, seeds, chart, json }) {
    if (rows !== undefined) return predictRows(rows, json);
    const parts = Object.entries(PARTS)
      .filter(([name]) => only === undefined || name === only)
      .map(([, part]) => part(seeds));
    if (chart !== undefined) writeChart(chart, parts[0]?.chart?.() ?? '');
    if (json) printJson(Object.assign({}, ...parts.map(({ document }) => document)));
    else print(parts.flatMap(({ tables }) => tables.map((lines) => lines.join('\n'))).join('\n\n'));
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

function writeChart(path: string, svg: string): void {
  try {
    writeWhole(path, svg);
  } catch (error) {
    throw new UsageError(`--chart must be a file that can be written; ${shown(path)} cannot (${messageOf(error)})`);
  }
}

const batchedTarget = ({ experts }: BatchedResult): number => TARGETS.batched[experts ? 'experts' : 'dense'];

const deviceTarget = ({ vendor }: VendorResult): number | undefined => TARGETS.devices[vendor];

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
