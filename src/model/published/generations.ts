/**
 * Generations of GPUs in published tests, and which law their growth prefers. A test that two generations share joins
 * them: ln X = test + GPU, by least squares. Weights and KV caches are in the formats of each result, since newer ones
 * often have narrower ones.
 */

import { mean } from 'simple-statistics';
import { groupBy } from '../../../results/lists.ts';
import type { ThroughputRow, ThroughputTable } from '../../../results/reference/published.ts';
import { parameters } from '../models/accounting.ts';
import { GENERATIONS, type Generation, type Growth } from '../theory/generations.ts';
import { fullMemoryThroughput } from '../theory/laws.ts';
import type { ServedCosts } from '../theory/served.ts';
import { domainOf, fitServed, heldOn, type ServedRow, serve, servedRows } from './served.ts';

export interface MeasuredGrowth extends Omit<Growth, 'generation' | 'perWeight'> {
  readonly test: string;
  readonly model: string;
  readonly from: { readonly gpu: string; readonly weights: string };
  readonly to: { readonly gpu: string; readonly weights: string };
  /** Tokens/s per GPU, over those of `from`. */
  readonly measured: number;
}

/** The name of a row's test without its batch and its division, which each GPU may choose. */
const testOf = ({ test, model }: ThroughputRow): string =>
  `${test.replace(/, (batch \d+|(TP|DEP)\d+)/g, '')}, ${model}`;

/** The engine and the model of a row. Its tests differ only in lengths, and count as one. */
const kindOf = ({ test, model }: ThroughputRow): string => `${test.split(/,| v5/)[0]} ${model}`;

/** Tests without a limit on the time of a token that several GPUs share, each GPU with its best result. */
function sharedTests(table: ThroughputTable): ServedRow[][] {
  const free = servedRows(table).filter(({ question }) => question.limit === undefined);
  return [...groupBy(free, ({ row }) => testOf(row)).values()]
    .map((ofTest) =>
      [...groupBy(ofTest, ({ row }) => row.gpu).values()].flatMap(
        (ofGpu) => [...ofGpu].sort((a, b) => b.row.tokensPerSecondPerGpu - a.row.tokensPerSecondPerGpu)[0] ?? [],
      ),
    )
    .filter((ofTest) => ofTest.length > 1);
}

/** The laws that claim to say how throughput grows. `of` is in proportion to X of one GPU in the same test. */
interface GrowthLaw {
  readonly name: string;
  of(row: ServedRow, costs: ServedCosts): number;
  /** Number of costs that were fitted to the same rows. */
  readonly fitted: number;
}

/** Bytes that a weight takes, its share of scales included. */
const bytesPerWeight = ({ question }: ServedRow): number => heldOn(question) / parameters(question.model);

const derived = ({ question }: ServedRow): number => {
  const { gpu, sizes } = question;
  const domain = domainOf(question);
  const serving = {
    ...{ memoryBytes: domain * gpu.memoryGB * 1e9, bytesPerSecond: domain * gpu.gbps * 1e9 },
    ...{ weightBytes: heldOn(question), cacheBytes: sizes.cacheHeld },
  };
  return fullMemoryThroughput(serving) / domain;
};

export const GROWTH_LAWS: readonly GrowthLaw[] = [
  { name: 'M·BW', fitted: 0, of: ({ question: { gpu } }) => gpu.memoryGB * gpu.gbps },
  { name: 'BW', fitted: 0, of: ({ question: { gpu } }) => gpu.gbps },
  { name: 'BW ÷ bytes of a weight', fitted: 0, of: (row) => row.question.gpu.gbps / bytesPerWeight(row) },
  { name: 'derived law, (BW/c)(1 − φ)', fitted: 0, of: derived },
  { name: 'operations/s of the format', fitted: 0, of: ({ question }) => question.flops.weights },
  { name: 'served-throughput law', fitted: 6, of: ({ question }, costs) => serve(question, costs).perGpu },
];

/** How well a law follows the tests. */
export interface GrowthScore {
  readonly name: string;
  /** Mean error of a row that its test's level has not seen, as a factor less one: 0.2 is 20 %. */
  readonly error: number;
  /**
   * Akaike's information criterion, less that of the best law with nothing fitted: −2 ln of the odds against it. The
   * levels of tests are left out, since every law has as many.
   */
  readonly aic: number;
}

/** A GPU as joined by the tests that it shares with others. */
export interface JoinedGeneration {
  readonly gpu: string;
  /** Throughput over that of the first GPU. */
  readonly growth: number;
  /** Its interval of two standard errors, by leaving out each kind of test. */
  readonly ci95: readonly [number, number];
  readonly tests: number;
}

export interface GenerationResult {
  readonly tests: number;
  readonly rows: number;
  /** Kinds of tests: those that differ only in lengths count as one. */
  readonly kinds: number;
  readonly joined: readonly JoinedGeneration[];
  readonly scores: readonly GrowthScore[];
}

interface Weighted {
  readonly one: ServedRow;
  readonly test: number;
  readonly weight: number;
  readonly kind: string;
}

/** Which law the tests prefer, and the growth that they join. */
export function generationResult(table: ThroughputTable): GenerationResult {
  const tests = sharedTests(table);
  const perKind = groupBy(tests, ([first]) => (first ? kindOf(first.row) : ''));
  const rows = tests.flatMap((ofTest, test): Weighted[] =>
    ofTest.map((one) => {
      const kind = kindOf(one.row);
      return { one, test, kind, weight: 1 / (perKind.get(kind)?.length ?? 1) };
    }),
  );
  const costs = fitServed(servedRows(table));
  const scores = GROWTH_LAWS.map((law) => scoreOf(law, rows, costs));
  const best = Math.min(...scores.filter((_, i) => GROWTH_LAWS[i]?.fitted === 0).map(({ aic }) => aic));
  return {
    ...{ tests: tests.length, rows: rows.length, kinds: perKind.size },
    joined: joinedOf(rows, tests.length, [...perKind.keys()]),
    scores: scores.map((score) => ({ ...score, aic: score.aic - best })),
  };
}

/** The error and the likelihood of ln X = ln law + level of the test + normal noise. Each kind of test weighs as one. */
function scoreOf({ name, of, fitted }: GrowthLaw, rows: readonly Weighted[], costs: ServedCosts): GrowthScore {
  const logs = rows.map(({ one }) => Math.log(one.row.tokensPerSecondPerGpu / of(one, costs)));
  const off = rows.map(({ test }, i) => {
    const level = mean(logs.filter((_, j) => rows[j]?.test === test));
    return (logs[i] as number) - level;
  });
  const sizes = rows.map(({ test }) => rows.filter((other) => other.test === test).length);
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const weighted = (values: readonly number[]): number =>
    values.reduce((sum, value, i) => sum + value * (rows[i]?.weight ?? 0), 0) / total;
  const unseen = off.map((error, i) => (Math.abs(error) * (sizes[i] as number)) / ((sizes[i] as number) - 1));
  return {
    name,
    error: Math.expm1(weighted(unseen)),
    aic: total * Math.log(weighted(off.map((error) => error ** 2))) + 2 * fitted,
  };
}

/** Number of passes after which least squares by turns has settled to many digits. */
const PASSES = 200;

/** ln of each GPU's level, the first GPU's being 0: least squares by turns over tests and GPUs. */
function levels(rows: readonly Weighted[], tests: number, gpus: readonly string[]): number[] {
  const gpuOf = rows.map(({ one }) => gpus.indexOf(one.row.gpu));
  const logs = rows.map(({ one }) => Math.log(one.row.tokensPerSecondPerGpu));
  const ofGpu = gpus.map(() => 0);
  for (let pass = 0; pass < PASSES; pass++) {
    const ofTest = weightedMeans(
      rows.map(({ test, weight }, i) => [test, (logs[i] as number) - (ofGpu[gpuOf[i] as number] as number), weight]),
      tests,
    );
    const next = weightedMeans(
      rows.map(({ test, weight }, i) => [gpuOf[i] as number, (logs[i] as number) - (ofTest[test] as number), weight]),
      gpus.length,
    );
    for (const [i, value] of next.entries()) ofGpu[i] = value;
  }
  return ofGpu.map((value) => value - (ofGpu[0] as number));
}

/** The weighted mean of each of `count` groups, of entries [group, value, weight]; 0 for a group without any. */
function weightedMeans(entries: readonly (readonly [number, number, number])[], count: number): number[] {
  const sums = Array.from({ length: count }, () => ({ value: 0, weight: 0 }));
  for (const [group, value, weight] of entries) {
    const sum = sums[group];
    if (!sum) continue;
    sum.value += value * weight;
    sum.weight += weight;
  }
  return sums.map(({ value, weight }) => (weight > 0 ? value / weight : 0));
}

function joinedOf(rows: readonly Weighted[], tests: number, kinds: readonly string[]): JoinedGeneration[] {
  const known = GENERATIONS.map(({ gpu }) => gpu).filter((gpu) => rows.some(({ one }) => one.row.gpu === gpu));
  const others = [...new Set(rows.map(({ one }) => one.row.gpu))].filter((gpu) => !known.includes(gpu));
  const gpus = [...known, ...others];
  const all = levels(rows, tests, gpus);
  const without = kinds.map((kind) =>
    levels(
      rows.filter((row) => row.kind !== kind),
      tests,
      gpus,
    ),
  );
  return known.map((gpu, i) => {
    const middle = mean(without.map((each) => each[i] as number));
    const spread = without.reduce((sum, each) => sum + ((each[i] as number) - middle) ** 2, 0);
    const error = Math.sqrt(((kinds.length - 1) / kinds.length) * spread);
    const level = all[i] as number;
    return {
      ...{ gpu, growth: Math.exp(level), ci95: [Math.exp(level - 2 * error), Math.exp(level + 2 * error)] },
      tests: rows.filter(({ one }) => one.row.gpu === gpu).length,
    };
  });
}

/** The growth in each test: every later generation over the first one in the test. */
export const measuredGrowth = (table: ThroughputTable): MeasuredGrowth[] =>
  sharedTests(table).flatMap((ofTest) => {
    const ofGenerations = GENERATIONS.flatMap((generation) => {
      const one = ofTest.find(({ row }) => row.gpu === generation.gpu);
      return one ? [{ generation, one }] : [];
    });
    const [first, ...later] = ofGenerations;
    return first ? later.map((one) => growthBetween(first, one)) : [];
  });

type OfGeneration = { readonly generation: Generation; readonly one: ServedRow };

function growthBetween(from: OfGeneration, to: OfGeneration): MeasuredGrowth {
  const [before, after] = [from.one, to.one];
  const bandwidth = to.generation.gbps / from.generation.gbps;
  return {
    ...{ test: testOf(after.row), model: after.row.model },
    from: { gpu: before.row.gpu, weights: before.row.weights },
    to: { gpu: after.row.gpu, weights: after.row.weights },
    measured: after.row.tokensPerSecondPerGpu / before.row.tokensPerSecondPerGpu,
    bandwidth,
    product: (bandwidth * to.generation.memoryGB) / from.generation.memoryGB,
    derived: derived(after) / derived(before),
  };
}
