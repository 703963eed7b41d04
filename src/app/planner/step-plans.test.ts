import { expect, test } from 'vitest';
import { filesOf, TINY_CONFIG } from '../../../tests/support/models/model-files.ts';
import { readModel } from '../../model/files/read-model.ts';
import { sweepFor, WEIGHT_FORMATS } from '../../model/request/sweep.ts';
import { stepPlansOf } from './step-plans.ts';

const LIMITS = { maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 31 };

async function plansOf(config: object) {
  const files = filesOf({ 'config.json': JSON.stringify({ ...TINY_CONFIG, ...config }) });
  const { model } = await readModel(files, 'config.json');
  return stepPlansOf({ models: [model], sweep: sweepFor('quick', {}) }, LIMITS, 8e9).steps.map(({ plan }) => plan);
}

test('what a kernel refuses is said before anything is made of its size', async () => {
  const experts = {
    model_type: 'mixtral',
    num_local_experts: 2 ** 31 - 1,
    num_experts_per_tok: 1_000_000,
    num_key_value_heads: 4,
  };
  for (const plan of await plansOf(experts)) expect(plan).toMatch(/^route-experts: experts must be at most \d+; got/);
});

test('matrices of more parts than a step can have are refused', async () => {
  for (const plan of await plansOf({ vocab_size: 2 ** 31 - 4, hidden_size: 2048, num_attention_heads: 4 })) {
    expect(plan).toMatch(/^a matrix may have at most \d+ parts, of 2\.15 GB on this device; that of [a-z-]+ takes/);
  }
});

test('layers of one kind take turns, as many as fit', async () => {
  for (const plan of await plansOf({ num_hidden_layers: 500 })) {
    expect(plan).toMatchObject({ layers: { distinct: expect.any(Number), total: 500 } });
  }
});

test('of more steps than a run times none is planned, and one row says why', async () => {
  const { model } = await readModel(filesOf({ 'config.json': JSON.stringify(TINY_CONFIG) }), 'config.json');
  const sizes = Array.from({ length: 32 }, (_, i) => i + 1);
  for (const [batches, steps] of [
    [sizes, WEIGHT_FORMATS.length * 32 * 32],
    [[...sizes.slice(1), 'max'], WEIGHT_FORMATS.length * 32 * 32],
  ] as const) {
    const sweep = { weights: WEIGHT_FORMATS, kv: ['f16'], contexts: sizes, batches };
    const plans = stepPlansOf({ models: [model], sweep }, LIMITS, 8e9).steps;
    expect(plans.map(({ plan }) => plan)).toEqual([
      `A run times at most 1024 decode steps, and these would be ${steps}: give it fewer models, formats, contexts or batches.`,
    ]);
  }
});
