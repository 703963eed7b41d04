import { describe, expect, test } from 'vitest';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { fullMemoryThroughput } from '../theory/laws.ts';
import { frontierOf, servingOf } from './frontier.ts';
import { machineOfSpec } from './machine-of-spec.ts';
import { predict, type Served } from './predict.ts';

const served = (id: string, weights = 'int4-g32'): Served => {
  const model = modelById(id);
  return { model, tensors: tensorsIn(model, allIn(weights)), weights, kv: 'f16' };
};
const rtx4090 = machineOfSpec({ gbps: 1008, memoryGB: 24 });

describe('the frontier of a served model', () => {
  const it = served('llama-3.1-8b');
  const frontier = frontierOf(it, rtx4090, 8192);

  test('goes from one sequence to as many as fit, as predicted', () => {
    const ends = [frontier[0], frontier.at(-1)];
    expect(ends.map((point) => point?.batch)).toEqual([1, 18]);
    for (const point of frontier) {
      const { tokensPerSecond, tokensPerSecondPerUser } = predict(it, rtx4090, { context: 8192, batch: point.batch });
      expect(point.throughput).toBeCloseTo(tokensPerSecond ?? 0, 9);
      expect(point.speed).toBeCloseTo(tokensPerSecondPerUser ?? 0, 9);
    }
  });

  test('is empty where not even one sequence fits', () => {
    expect(frontierOf(served('llama-3.1-70b', 'f16'), rtx4090, 8192)).toEqual([]);
  });
});

test.each(['llama-3.1-8b', 'gemma-3-27b', 'gpt-oss-20b'])(
  'the laws say of %s what a full memory is predicted to make',
  (id) => {
    const it = served(id);
    // With many sequences, that only whole ones fit hardly counts.
    const machine = machineOfSpec({ gbps: 8000, memoryGB: 2000 });
    const { full } = predict(it, machine, { context: 4096, batch: 1 });
    const law = fullMemoryThroughput(servingOf(it, machine, 4096));
    expect(law / (full?.tokensPerSecond ?? 0)).toBeCloseTo(1, 2);
  },
);
