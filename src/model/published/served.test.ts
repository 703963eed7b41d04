import { beforeAll, describe, expect, test } from 'vitest';
import { THROUGHPUT } from '../../../results/reference/published.ts';
import { fitServed, type ServedResult, serve, servedAt, servedResult, servedRows } from './served.ts';

describe('the served-throughput law', () => {
  let result: ServedResult;
  beforeAll(() => {
    result = servedResult(THROUGHPUT);
  });

  test('predicts rows that it has not seen within 2 times in four of five, and within 1.3 times in half', () => {
    for (const { name, within, rows } of result.heldOut) {
      expect(rows, name).toBe(result.rows);
      expect(within[0], name).toBeGreaterThanOrEqual(0.5);
      expect(within[1], name).toBeGreaterThanOrEqual(0.8);
    }
  });

  test('is far better than memory alone, which the thesis has, and than peaks', () => {
    for (const { within } of result.unfitted) expect(within[1]).toBeLessThan(0.5);
    expect(result.waits.memory).toBeLessThan(0.5);
    expect(Object.values(result.waits).reduce((sum, one) => sum + one)).toBeCloseTo(1, 9);
  });

  test('has costs that software can have', () => {
    const { stepSeconds, memory, dense, experts, requestSeconds, hopSeconds } = result.costs;
    for (const inverse of [memory, dense, experts]) expect(inverse).toBeGreaterThan(0.9);
    expect(stepSeconds).toBeLessThan(0.03);
    for (const cost of [requestSeconds, hopSeconds]) expect(cost).toBeLessThan(1e-4);
  });

  test('keeps a limit on the time of a token, with fewer requests', () => {
    for (const { row, question } of servedRows(THROUGHPUT)) {
      if (question.limit === undefined) continue;
      const answer = serve(question, result.costs);
      expect(answer.speed, row.test).toBeGreaterThanOrEqual(0.999 / question.limit);
      const { limit: _, ...free } = question;
      expect(serve(free, result.costs).batch).toBeGreaterThanOrEqual(answer.batch / answer.domain / 1.001);
    }
  });
});

test('costs are found where rows follow the law exactly, whatever the speed of rows with a limit', () => {
  const rows = servedRows(THROUGHPUT);
  const truth = {
    ...{ stepSeconds: 8e-3, requestSeconds: 1e-5, memory: 1.3, dense: 2, experts: 3 },
    hopSeconds: 2e-5,
  };
  const made = rows.map(({ row, question }) => ({
    row: {
      ...row,
      tokensPerSecondPerGpu: question.limit === undefined ? serve(question, truth).perGpu : 1,
    },
    question,
  }));
  const found = fitServed(made);
  for (const [key, value] of Object.entries(truth)) expect(found[key as keyof typeof truth] / value).toBeCloseTo(1, 3);
});

test('more requests are slower each, and make more together', () => {
  const [{ question } = { question: undefined }] = servedRows(THROUGHPUT);
  if (!question) throw new Error('no rows');
  const costs = fitServed(servedRows(THROUGHPUT));
  const [few, many] = [8, 256].map((batch) => servedAt(question, costs, batch));
  expect(many?.speed).toBeLessThan(few?.speed ?? 0);
  expect(many?.perGpu).toBeGreaterThan(few?.perGpu ?? 0);
});
