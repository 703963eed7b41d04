/**
 * The Pareto frontier of serving, measured and predicted: the speed of a request against tokens/s of a GPU, and against
 * tokens/s of a megawatt.
 */

import type { ThroughputRow, ThroughputTable } from '../../../results/reference/published.ts';
import { GENERATIONS } from '../theory/generations.ts';
import { SERVED_BY_MEMORY, type ServedCosts } from '../theory/served.ts';
import { fitServed, questionOf, type ServedAnswer, servedFrontier, servedRows } from './served.ts';

export interface FrontierPoint {
  /** Tokens/s of each request. */
  readonly speed: number;
  readonly throughput: number;
}

export interface Frontier {
  readonly gpu: string;
  readonly weights: string;
  /**
   * The best published results, each at the speed that its test demands of the slowest requests. Null: it demands none.
   */
  readonly measured: readonly { readonly speed: number | null; readonly throughput: number; readonly test: string }[];
  /** By the served-throughput law, whose costs have not seen results at a speed. */
  readonly predicted: readonly FrontierPoint[];
  /** By memory alone, at its peak. */
  readonly byMemory: readonly FrontierPoint[];
}

/** The test of MLPerf that most GPUs have at three speeds. */
const TEST = 'llama2-70b-99';

/** The frontiers of GPUs that have a result at a speed, in the same test. */
export function perGpuFrontiers(table: ThroughputTable): Frontier[] {
  const costs = fitServed(servedRows(table));
  const rows = table.rows.filter(({ test }) => test.split(' ').includes(TEST));
  const gpus = [...new Set(rows.filter(({ test }) => test.endsWith('Interactive')).map(({ gpu }) => gpu))];
  return gpus.flatMap((gpu) => {
    const own = rows.filter((row) => row.gpu === gpu);
    const tests = [...new Set(own.map(({ test }) => test))];
    const measured = tests.map((test) => {
      const results = own.filter((row) => row.test === test).map((row) => row.tokensPerSecondPerGpu);
      const asked = questionOf({ ...(own[0] as ThroughputRow), test }, table)?.limit;
      return { test, speed: asked === undefined ? null : 1 / asked, throughput: Math.max(...results) };
    });
    const [first] = own;
    const question = first && questionOf({ ...first, gpus: 8 }, table);
    return first && question ? [{ gpu, weights: first.weights, measured, ...lines(question, costs, 1) }] : [];
  });
}

/** The frontiers of a megawatt, of machines whose power is published. Measured sites pay for networks and cooling too. */
export function perMegawattFrontiers(table: ThroughputTable): Frontier[] {
  const costs = fitServed(servedRows(table));
  const { model, input, output, speed, rows } = table.perMegawatt;
  return rows.map(({ gpu, tokensPerSecond }) => {
    const machine = GENERATIONS.find((one) => one.gpu === gpu);
    const row = { gpu, gpus: 8, model, weights: 'fp4', test: 'InferenceX', by: '', input, output };
    const { domain: _, ...question } = questionOf({ ...row, tokensPerSecondPerGpu: 1 }, table) ?? {};
    const perMegawatt = machine?.kilowatts === undefined ? undefined : (1000 * machine.gpus) / machine.kilowatts;
    return {
      ...{ gpu, weights: 'mxfp4', measured: [{ test: 'InferenceX', speed, throughput: tokensPerSecond }] },
      ...(perMegawatt === undefined || !('model' in question)
        ? { predicted: [], byMemory: [] }
        : lines(question as Parameters<typeof servedFrontier>[0], costs, perMegawatt)),
    };
  });
}

function lines(
  question: Parameters<typeof servedFrontier>[0],
  costs: ServedCosts,
  scale: number,
): Pick<Frontier, 'predicted' | 'byMemory'> {
  const pointsOf = (answers: readonly ServedAnswer[]): FrontierPoint[] =>
    answers.map(({ speed, perGpu }) => ({ speed, throughput: scale * perGpu }));
  return {
    predicted: pointsOf(servedFrontier(question, costs)),
    byMemory: pointsOf(servedFrontier(question, SERVED_BY_MEMORY)),
  };
}
