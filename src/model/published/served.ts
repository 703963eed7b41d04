/**
 * The served-throughput law against published servers. Its six costs are fitted to tests that only count tokens. Tests
 * with a limit on the time of a token are never fitted. Every row is also predicted by fits that have not seen it, nor
 * others of its kind.
 */

import { mean, median } from 'simple-statistics';
import { groupBy } from '../../../results/lists.ts';
import type { ThroughputRow, ThroughputTable } from '../../../results/reference/published.ts';
import { nearest } from '../law/robust-fit.ts';
import {
  attentionFlopsPerToken,
  expertsTouched,
  kvBytesRead,
  weightBytesHeld,
  weightBytesRead,
  weightFlopsPerToken,
} from '../models/accounting.ts';
import type { Model } from '../models/model.ts';
import { modelById } from '../models/predicted.ts';
import { isMultiplied, type SizedTensor, type Tensor, weightsIn } from '../models/tensors.ts';
import { paretoFrontier, sweepBatches } from '../theory/frontier.ts';
import {
  SERVED_AT_PEAK,
  SERVED_BY_MEMORY,
  type ServedCosts,
  type ServedStep,
  servedSeconds,
  servedSlopes,
  servedWaits,
  type Wait,
} from '../theory/served.ts';
import { flopsIn, type ServedGpu, servedGpu } from './served-gpus.ts';
import { cachedValueBytes, isGptOss, publishedTensors } from './weights.ts';

/** What steps of a model read and compute, by what they do it with. Bytes are those of weights. */
export interface Sizes {
  /** Bytes of all experts, how many there are in a layer, and how many a token picks. */
  readonly experts: { readonly bytes: number; readonly count: number; readonly picked: number };
  /** Bytes of all else that is kept, and of all else that a step reads. */
  readonly others: number;
  readonly othersRead: number;
  /** Operations of a token with the experts that it picks, and with all other weights. */
  readonly expertFlops: number;
  readonly otherFlops: number;
  /** Bytes of a request's KV cache, with room for all of its positions, and as read at the mean of its steps. */
  readonly cacheHeld: number;
  readonly cacheRead: number;
  /** Operations of attention for a token, those of its share of the prefill included. */
  readonly attentionFlops: number;
}

/** What a published row asks for. */
export interface ServedQuestion {
  readonly model: Model;
  readonly sizes: Sizes;
  readonly gpu: ServedGpu;
  /** Number of all GPUs. */
  readonly gpus: number;
  /** GPUs that hold the weights once between them, where the test says so. */
  readonly domain?: number;
  readonly dataParallel?: boolean;
  /** Mean positions that a request comes with, and that are made of it. */
  readonly input: number;
  readonly output: number;
  /** Requests at a time. Default: as many as fit. */
  readonly batch?: number;
  /** The most seconds to a token. */
  readonly limit?: number;
  /** Bytes of a cached value. */
  readonly cachedBytes: number;
  /** Operations per second with weights, and in attention. */
  readonly flops: { readonly weights: number; readonly attention: number };
}

/** Part of a GPU's memory that engines fill: the default of vLLM and of TensorRT-LLM. */
const FILLED = 0.9;

/** Maximum number of requests that one scheduler has in a step: the default of TensorRT-LLM. */
const MAX_BATCH = 2048;

/** Maximum number of GPUs that hold the weights once between them: those of a board. */
const MAX_DOMAIN = 8;

/** The scenario of MLPerf's tests, by the last word of their names. */
type Scenario = 'Offline' | 'Server' | 'Interactive';

/** The question of a row; undefined where the lengths of its requests are not known. */
export function questionOf(
  row: ThroughputRow,
  { requests }: Pick<ThroughputTable, 'requests'>,
): ServedQuestion | undefined {
  const ofTest = requests.find(({ test }) => row.test.split(' ').includes(test));
  const input = row.input ?? ofTest?.input;
  const output = row.output ?? ofTest?.output;
  if (input === undefined || output === undefined) return undefined;
  const scenario = row.test.split(' ').at(-1) as Scenario;
  const limit = scenario === 'Offline' ? undefined : ofTest?.limits[scenario];
  const gpu = servedGpu(row.gpu);
  const model = modelById(row.model);
  const cachedBytes = cachedValueBytes(row);
  return {
    ...{ model, sizes: sizesOf(model, publishedTensors(row), { input, output, cachedBytes }) },
    ...{ gpu, gpus: row.gpus, input, output, cachedBytes },
    ...(!ofTest && { domain: row.gpus, dataParallel: row.dataParallel === true }),
    ...(row.batch !== undefined && { batch: row.batch }),
    ...(limit !== undefined && { limit }),
    flops: { weights: flopsIn(gpu, multipliedIn(row, gpu)), attention: flopsIn(gpu, 'f16') },
  };
}

/** The format that weights are multiplied in: MXFP4 by activations in fp8 where a GPU has fp4, else in f16. */
function multipliedIn(row: ThroughputRow, gpu: ServedGpu): 'f16' | 'fp8' | 'fp4' {
  if (isGptOss(row)) return gpu.fp4 === undefined ? 'f16' : 'fp8';
  return row.weights === 'fp8' || row.weights === 'fp4' ? row.weights : 'f16';
}

/** Operations of a prompt position's attention, at the mean of `input` positions. MLA is not absorbed in a prefill. */
function prefillFlops(model: Model, input: number): number {
  const latent = model.layers.map(({ attention: a }) =>
    a.kind === 'latent' ? 2 * a.heads * (a.nopeDim + a.ropeDim + a.valueDim) * (input / 2) : 0,
  );
  const all = latent.reduce((sum, one) => sum + one, 0);
  return all > 0 ? all : attentionFlopsPerToken(model, input / 2);
}

const pickedOf = ({ reads }: Tensor): number => (typeof reads === 'object' ? reads.picked : 0);

function sizesOf(
  model: Model,
  tensors: readonly SizedTensor[],
  { input, output, cachedBytes }: Pick<ServedQuestion, 'input' | 'output' | 'cachedBytes'>,
): Sizes {
  const experts = tensors.filter((tensor) => pickedOf(tensor) > 0);
  const expertFlops = experts
    .filter(isMultiplied)
    .reduce((sum, tensor) => sum + (2 * weightsIn(tensor) * pickedOf(tensor)) / tensor.count, 0);
  const bytes = weightBytesHeld(experts);
  const context = input + output / 2;
  const cacheBytes = (positions: number): number => (kvBytesRead(model, positions, 'f16') * cachedBytes) / 2;
  return {
    experts: { bytes, count: experts[0]?.count ?? 1, picked: experts[0] ? pickedOf(experts[0]) : 0 },
    others: weightBytesHeld(tensors) - bytes,
    othersRead: weightBytesRead(
      tensors.filter((tensor) => tensor.reads === 'all'),
      1,
    ),
    ...{ expertFlops, otherFlops: weightFlopsPerToken(model) - expertFlops },
    ...{ cacheHeld: cacheBytes(input + output), cacheRead: cacheBytes(context) },
    attentionFlops: (input / output) * prefillFlops(model, input) + attentionFlopsPerToken(model, context),
  };
}

/** How a domain of GPUs divides a model. */
interface Division {
  readonly domain: number;
  readonly dataParallel: boolean;
  /** Times that a KV cache is kept: heads are not cut, and a latent is one head. */
  readonly copies: number;
  /** Bytes of weights on each GPU. */
  readonly weightBytes: number;
}

function divisionOf({ model, sizes, dataParallel }: ServedQuestion, domain: number): Division {
  const { others } = sizes;
  const experts = sizes.experts.bytes;
  const ownAttention = domain > 1 && (dataParallel ?? experts > 0);
  const attention = model.layers[0]?.attention;
  const heads = attention?.kind === 'grouped' ? attention.kvHeads : 1;
  return {
    ...{ domain, dataParallel: ownAttention },
    copies: ownAttention ? 1 : Math.max(1, domain / heads),
    weightBytes: ownAttention ? experts / domain + others : (experts + others) / domain,
  };
}

/** Requests that fit, each with room for all of its positions; less than 1 where the weights do not. */
function roomIn(q: ServedQuestion, { domain, dataParallel, copies, weightBytes }: Division): number {
  const free = FILLED * q.gpu.memoryGB * 1e9 - weightBytes;
  const each = copies * q.sizes.cacheHeld;
  return Math.min((Math.max(0, free) * domain) / each, MAX_BATCH * (dataParallel ? domain : 1));
}

/** The step of `batch` requests on a domain. */
function stepAt(q: ServedQuestion, { domain, dataParallel, copies }: Division, batch: number): ServedStep {
  const { model, sizes, input, output } = q;
  const { experts, othersRead, expertFlops, otherFlops, attentionFlops } = sizes;
  const touched = (experts.bytes * expertsTouched(experts.count, experts.picked, batch)) / experts.count;
  const weights = touched / domain + othersRead / (dataParallel ? 1 : domain);
  const bytes = weights + (batch * copies * sizes.cacheRead) / domain;
  // Each token carries its share of its request's prefill.
  const share = input / output;
  const own = batch / domain;
  return {
    requests: dataParallel ? own : batch,
    memorySeconds: bytes / (q.gpu.gbps * 1e9),
    denseSeconds: own * (((1 + share) * otherFlops) / q.flops.weights + attentionFlops / q.flops.attention),
    expertSeconds: (own * (1 + share) * expertFlops) / q.flops.weights,
    hops: 2 * model.layers.length * Math.log2(domain),
  };
}

/** Maximum part of a memory that a server gives to weights. */
const MAX_WEIGHT_SHARE = 0.8;

/** Bytes of all weights. */
export const heldOn = ({ sizes }: ServedQuestion): number => sizes.experts.bytes + sizes.others;

/** The number of GPUs that hold the weights once between them: as the test says, or the least power of two. */
export function domainOf(question: ServedQuestion): number {
  const { domain, gpus, gpu } = question;
  if (domain !== undefined) return domain;
  const weightBytes = heldOn(question);
  let least = 1;
  while (least < gpus && least * gpu.memoryGB * 1e9 * MAX_WEIGHT_SHARE < weightBytes) least *= 2;
  return least;
}

export interface ServedAnswer {
  /** X of one GPU, in tokens/s. 0 where no step meets the limit. */
  readonly perGpu: number;
  /** Speed of one request, in tokens/s. */
  readonly speed: number;
  readonly batch: number;
  readonly domain: number;
  /** Seconds of a step, by what it waits for. */
  readonly waits: Readonly<Record<Wait, number>>;
}

/** The throughput at one batch on one domain. */
export function servedAt(q: ServedQuestion, costs: ServedCosts, batch: number, domain = domainOf(q)): ServedAnswer {
  const step = stepAt(q, divisionOf(q, domain), batch);
  const seconds = servedSeconds(step, costs);
  return { perGpu: batch / domain / seconds, speed: 1 / seconds, batch, domain, waits: servedWaits(step, costs) };
}

/**
 * The throughput of a row: with as many requests as fit and, where there is a limit, as many as keep it, on the fewest
 * GPUs that can keep it at all.
 */
export function serve(q: ServedQuestion, costs: ServedCosts): ServedAnswer {
  for (let domain = domainOf(q); ; domain *= 2) {
    const room = q.batch ?? Math.max(1, roomIn(q, divisionOf(q, domain)));
    const answer = servedAt(q, costs, room, domain);
    if (q.limit === undefined || 1 / answer.speed <= q.limit) return answer;
    if (1 / servedAt(q, costs, 1, domain).speed <= q.limit)
      return servedAt(q, costs, batchAt(q, costs, room, domain), domain);
    if (2 * domain > Math.min(q.gpus, MAX_DOMAIN)) return { ...answer, perGpu: 0 };
  }
}

/** The batch, between 1 and `room`, whose steps take as long as the limit: bisected in logarithms. */
function batchAt(q: ServedQuestion, costs: ServedCosts, room: number, domain: number): number {
  let [low, high] = [1, room];
  for (let i = 0; i < 40; i++) {
    const middle = Math.sqrt(low * high);
    if (1 / servedAt(q, costs, middle, domain).speed <= (q.limit ?? 0)) low = middle;
    else high = middle;
  }
  return low;
}

/** The operating points that no other beats, over batches and over domains of up to a board's GPUs. */
export function servedFrontier(q: ServedQuestion, costs: ServedCosts): ServedAnswer[] {
  const points: ServedAnswer[] = [];
  for (let domain = 1; domain <= Math.min(q.gpus, MAX_DOMAIN); domain *= 2) {
    const room = Math.floor(roomIn(q, divisionOf(q, domain)));
    points.push(...sweepBatches(() => 1, room).map(({ batch }) => servedAt(q, costs, batch, domain)));
  }
  return paretoFrontier(points.map((point) => ({ ...point, throughput: point.perGpu })));
}

/** A row with its question. */
export interface ServedRow {
  readonly row: ThroughputRow;
  readonly question: ServedQuestion;
}

/** The rows of a table whose requests are known. */
export const servedRows = (table: ThroughputTable): ServedRow[] =>
  table.rows.flatMap((row) => {
    const question = questionOf(row, table);
    return question ? [{ row, question }] : [];
  });

/** The costs that are nearest to the rows without a limit, errors being those of throughput. */
export function fitServed(rows: readonly ServedRow[]): ServedCosts {
  const points = rows.flatMap(({ row, question: q }) => {
    if (q.limit !== undefined) return [];
    const division = divisionOf(q, domainOf(q));
    const batch = q.batch ?? Math.max(1, roomIn(q, division));
    const slopes = servedSlopes(stepAt(q, division, batch));
    return [{ slopes, seconds: batch / division.domain / row.tokensPerSecondPerGpu }];
  });
  const timeOf = (costs: readonly number[], slopes: readonly number[]): number =>
    slopes.reduce((sum, slope, i) => sum + slope * (costs[i] as number), 0);
  let errors: number[] = points.map(() => ERROR);
  let costs = STARTS[0] as number[];
  for (let round = 0; round < ROUNDS; round++) {
    costs = nearest(
      {
        points: points.map(({ slopes }) => (x) => ({ ms: timeOf(x, slopes), slopes })),
        ...{ times: points.map(({ seconds }) => seconds), errors, linear: true },
      },
      STARTS,
    );
    // A time that is twice too long is as wrong as one that is half as long: errors are of logarithms.
    errors = points.map(({ slopes, seconds }) => {
      const ratio = Math.max(0.05, timeOf(costs, slopes) / seconds);
      return ERROR * (Math.abs(ratio - 1) < 1e-6 ? 1 : Math.sqrt(Math.abs((ratio - 1) / Math.log(ratio))));
    });
  }
  const [stepSeconds = 0, requestSeconds = 0, memory = 0, dense = 0, experts = 0, hopSeconds = 0] = costs;
  return { stepSeconds, requestSeconds, memory, dense, experts, hopSeconds };
}

/** The relative error that is expected of a published row. */
const ERROR = 0.2;
const ROUNDS = 12;
const STARTS: readonly number[][] = [[5e-3, 5e-6, 1.2, 2, 3, 3e-5]];

/** A row as predicted: the throughput of one GPU over that measured. */
export interface ServedPrediction {
  readonly row: ThroughputRow;
  readonly predicted: number;
  /** ln(predicted/measured). */
  readonly logError: number;
}

const predictionsOf = (rows: readonly ServedRow[], costs: ServedCosts): ServedPrediction[] =>
  rows.map(({ row, question }) => {
    const { perGpu } = serve(question, costs);
    return { row, predicted: perGpu, logError: Math.log(perGpu / row.tokensPerSecondPerGpu) };
  });

/** The shares of predictions within 1.3, 2 and 5 times of what was measured, either way. */
export const FACTORS = [1.3, 2, 5] as const;

export interface Falsification {
  readonly name: string;
  readonly rows: number;
  /** Share of rows within each of `FACTORS`. */
  readonly within: readonly number[];
  /** Median of predicted over measured. */
  readonly middle: number;
}

const falsification = (name: string, predictions: readonly ServedPrediction[]): Falsification => ({
  name,
  rows: predictions.length,
  within: FACTORS.map((factor) =>
    mean(predictions.map(({ logError }) => (Math.abs(logError) <= Math.log(factor) ? 1 : 0))),
  ),
  middle: Math.exp(median(predictions.map(({ logError }) => logError))),
});

/** The engine, and what it was asked for: `TensorRT-LLM`, `MLPerf Offline`. */
export const kindOf = ({ test }: ThroughputRow): string =>
  test.startsWith('MLPerf') ? `MLPerf ${test.split(' ').at(-1)}` : (test.split(',')[0] ?? test);

/** Predicts each group of rows by a fit of all others. */
function leavingOut(
  rows: readonly ServedRow[],
  groupOf: (row: ThroughputRow, index: number) => string,
): ServedPrediction[] {
  const groups = groupBy(
    rows.map((one, index) => ({ one, group: groupOf(one.row, index) })),
    ({ group }) => group,
  );
  return [...groups.keys()].flatMap((group) => {
    const isOut = (row: ServedRow): boolean => groups.get(group)?.some(({ one }) => one === row) === true;
    const costs = fitServed(rows.filter((row) => !isOut(row)));
    return predictionsOf(rows.filter(isOut), costs);
  });
}

export interface ServedResult {
  /** The costs, fitted to all rows without a limit. */
  readonly costs: ServedCosts;
  /** Rows that were left out for a GPU or lengths that are not known. */
  readonly rows: number;
  /** Predictions that no fit has seen, the strictest first; then in-sample; then laws with nothing fitted. */
  readonly heldOut: readonly Falsification[];
  /** Every second row, predicted from the others, by kind of test. */
  readonly byKind: readonly Falsification[];
  readonly inSample: readonly Falsification[];
  readonly unfitted: readonly Falsification[];
  /** Mean share of a step that is waited for each, over all rows. */
  readonly waits: Readonly<Record<Wait, number>>;
  /** Every second row, predicted from the others. */
  readonly predictions: readonly ServedPrediction[];
}

/** The law against all rows of a table. */
export function servedResult(table: ThroughputTable): ServedResult {
  const rows = servedRows(table);
  const costs = fitServed(rows);
  const halves = leavingOut(rows, (_, index) => String(index % 2));
  const kinds = groupBy(halves, ({ row }) => kindOf(row));
  const inSample = predictionsOf(rows, costs);
  const shares = rows.map(({ question }) => {
    const { waits } = serve(question, costs);
    const total = waits.overhead + waits.memory + waits.compute + waits.exchange;
    return { ...waits, total };
  });
  const shareOf = (wait: Wait): number => mean(shares.map((one) => one[wait] / one.total));
  return {
    ...{ costs, rows: rows.length, predictions: halves },
    heldOut: [
      falsification('each kind of test, from the other kinds', leavingOut(rows, kindOf)),
      falsification(
        'each model, from other models',
        leavingOut(rows, ({ model }) => model),
      ),
      falsification(
        'each GPU, from other GPUs',
        leavingOut(rows, ({ gpu }) => gpu),
      ),
      falsification('each half of the rows, from the other half', halves),
    ],
    byKind: [...kinds].map(([kind, of]) => falsification(kind, of)),
    inSample: [falsification('all rows, in-sample', inSample)],
    unfitted: [
      falsification('memory alone, at its peak: the thesis', predictionsOf(rows, SERVED_BY_MEMORY)),
      falsification('memory and compute at their peaks', predictionsOf(rows, SERVED_AT_PEAK)),
    ],
    waits: {
      overhead: shareOf('overhead'),
      memory: shareOf('memory'),
      compute: shareOf('compute'),
      exchange: shareOf('exchange'),
    },
  };
}

export interface BroughtResult {
  readonly predictions: readonly ServedPrediction[];
  readonly within: Falsification;
  /** Rows whose requests are not known: neither the row nor a test of the table says how long they are. */
  readonly unknown: number;
}

/**
 * Predicts rows that somebody brings, by costs that are fitted to the table.
 * @throws RangeError for a model, a format or a GPU that is not known, naming the row
 */
export function servedBrought(brought: readonly ThroughputRow[], table: ThroughputTable): BroughtResult | undefined {
  const rows = brought.flatMap((row, i) => {
    try {
      const question = questionOf(row, table);
      return question ? [{ row, question }] : [];
    } catch (error) {
      throw new RangeError(`row ${i + 1}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  if (rows.length === 0) return undefined;
  const predictions = predictionsOf(rows, fitServed(servedRows(table)));
  return { predictions, within: falsification('your rows', predictions), unknown: brought.length - rows.length };
}
