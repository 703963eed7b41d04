import { expect, test } from 'vitest';
import { dispatchesOf } from '../gemv-line/matrix-uses.ts';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { atPeak } from '../theory/step-time.ts';
import { bestBatch } from './best-batch.ts';
import { type Machine, maxSequences, stepOn } from './machine-step.ts';

const machine = (memoryGB: number, more: Partial<Machine> = {}): Machine => ({
  memoryBytes: memoryGB * 1e9,
  costs: atPeak(1e12, 1e14),
  ...more,
});

const link = { seconds: 1e-5, bytesPerSecond: 32e9 };

/** The best batch as it is found, and among all. */
function bothOf(id: string, on: Machine, context: number) {
  const model = modelById(id);
  const kept = { model, tensors: tensorsIn(model, allIn('int4-g32')), kv: 'f16' };
  const rateAt = (batch: number) => batch / stepOn(kept, on, { context, batch }, dispatchesOf(model)).seconds;
  const most = maxSequences(kept, on, context);
  const all = Array.from({ length: most }, (_, i) => i + 1);
  const best = all.reduce((top, batch) => (rateAt(batch) > rateAt(top) ? batch : top));
  return { found: bestBatch(kept, on, context, rateAt), best, most, rateAt };
}

test('all that fit one GPU', () => {
  for (const id of ['llama-3.1-8b', 'gpt-oss-20b']) {
    const { found, best, most } = bothOf(id, machine(24), 8192);
    expect([found, best]).toEqual([most, most]);
  }
});

test('as many as fit without pushing weights into the CPU’s memory', () => {
  const { found, best, most } = bothOf('llama-3.1-8b', machine(24, { offloadBytesPerSecond: 60e9 }), 8192);
  expect(found).toBe(best);
  expect(found).toBeLessThan(most);
  expect(found).toBe(bothOf('llama-3.1-8b', machine(24), 8192).most);
});

test.each([
  ['qwen3-30b-a3b', 24, 60e9, 4096],
  ['qwen3-30b-a3b', 12, 60e9, 4096],
  ['qwen3-30b-a3b', 12, 20e9, 32768],
  ['llama-3.1-70b', 24, 100e9, 1024],
  ['gpt-oss-20b', 8, 30e9, 512],
])('%s on %d GB with %d bytes/s besides, at %d positions: no batch makes more', (id, memoryGB, offload, context) => {
  const { found, best, rateAt } = bothOf(id, machine(memoryGB, { offloadBytesPerSecond: offload }), context);
  expect(rateAt(found)).toBeCloseTo(rateAt(best), 6);
});

test('a pipeline’s last group is full, or nearly', () => {
  const gpus = { count: 4, split: 'pipeline', link } as const;
  const sizes = [4, 4.25, 4.5, 4.75].map((memoryGB) => bothOf('llama-3.1-8b', machine(memoryGB, { gpus }), 8192));
  expect(sizes.map(({ found }) => found)).toEqual(sizes.map(({ best }) => best));
  expect(sizes.some(({ found, most }) => found < most && found % 4 === 0)).toBe(true);
});
