import { describe, expect, test } from 'vitest';
import vectors from '../../../tests/support/models/model-test-vectors.json';
import { expertsTouched, kvBytesPerPosition } from '../models/accounting.ts';
import type { Attention } from '../models/model.ts';
import { fullMemoryElasticities, fullMemoryThroughput, throughputAtSpeed } from './laws.ts';
import { atPeak, stepTime } from './step-time.ts';

// Worked examples from public texts, each with its source. The texts round to 1 %.

const within1Percent = (actual: number, expected: number) =>
  expect(Math.abs(actual / expected - 1)).toBeLessThanOrEqual(0.01);

test.each(vectors.step_time)('step time: $desc', (v) => {
  const work = {
    batch: v.B,
    weightBytes: v.weights_B,
    weightFlops: 2 * v.B * (v.params ?? 0),
    kvBytes: v.B * v.kv_per_seq_B,
    kvFlops: 0,
  };
  const { seconds } = stepTime(work, atPeak(v.bw_Bps, v.flops));
  // The texts print few digits: 2.5 and 21 ms.
  expect(Math.abs(1000 * seconds - v.expect_ms)).toBeLessThan(v.expect_ms < 10 ? 0.1 : 0.5);
});

test.each(vectors.moe_coverage)('experts touched: $k of $E picked by each of $B', ({ E, k, B, expect: touched }) => {
  within1Percent(expertsTouched(E, k, B), touched);
});

test.each(vectors.kv_bytes_per_token)('KV bytes of a token: $model', (v) => {
  const attention: Attention =
    v.kv_lora === undefined
      ? { kind: 'grouped', queryHeads: v.Hkv ?? 0, kvHeads: v.Hkv ?? 0, headDim: v.d ?? 0 }
      : {
          ...{ kind: 'latent', heads: 128, kvRank: v.kv_lora, nopeDim: 128, ropeDim: v.rope ?? 0, valueDim: 128 },
        };
  within1Percent((v.L * kvBytesPerPosition(attention, 'f16') * v.bytes) / 2, v.expect);
});

describe('the laws', () => {
  const [half, rubin] = vectors.law as [(typeof vectors.law)[0], (typeof vectors.law)[0]];
  const servingOf = ({ M, W, BW, c }: typeof half) => ({
    ...{ memoryBytes: M, weightBytes: W, bytesPerSecond: BW, cacheBytes: c },
  });

  test(`memory full: ${half.note}`, () => {
    within1Percent(fullMemoryThroughput(servingOf(half)), half.expect_X_full ?? Number.NaN);
    within1Percent(fullMemoryElasticities(servingOf(half)).memory, half.eps_M ?? Number.NaN);
  });

  test(`at a speed: ${rubin.note}`, () => {
    const { perSecond, branches, bound } = throughputAtSpeed(servingOf(rubin), rubin.v ?? Number.NaN);
    expect(bound).toBe('bandwidth');
    within1Percent(perSecond, rubin.expect_X_slo ?? Number.NaN);
    within1Percent(branches.capacity, rubin.capacity_branch ?? Number.NaN);
    within1Percent(branches.bandwidth, rubin.bandwidth_branch ?? Number.NaN);
  });
});
