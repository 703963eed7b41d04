import { describe, expect, test } from 'vitest';
import { bufferSizes, fitStep, stepRotationBytes, stepWork } from '../../harness/decode/plan.ts';
import { KERNEL_FOLDERS } from '../../shaders/registry.ts';
import { kvBytesRead, weightBytesHeld, weightBytesRead } from './accounting.ts';
import { MODELS, modelById } from './models/index.ts';
import { type Model, repeat } from './models/model.ts';
import { type StepOptions, stepOf } from './step.ts';
import { allIn, tensorsIn } from './tensors.ts';

const OPTIONS: StepOptions = { formats: allIn('f16'), kv: 'f16', batch: 1, context: 1000, mostSteps: 64 };

const DENSE = MODELS.filter(({ id }) => /smollm|llama|mistral/.test(id)).map(({ id }) => id);

const isWeight = (name: string): boolean => !name.includes('KV cache');

describe.each(DENSE)('a step of %s', (id) => {
  const model = modelById(id);
  const tensors = (formats = OPTIONS.formats) => tensorsIn(model, formats);

  test('is nine dispatches to a layer, and six', () => {
    expect(stepOf(model, OPTIONS).operations).toHaveLength(9 * model.layers.length + 6);
  });

  test.each([
    { formats: allIn('f16'), kv: 'f16', batch: 1 },
    { formats: { ...allIn('int4-g32'), head: 'f16' }, kv: 'int8', batch: 4 },
  ])('reads the bytes that accounting says, and activations: %j', (options) => {
    const step = stepOf(model, { ...OPTIONS, ...options });
    const { bytesRead } = stepWork(KERNEL_FOLDERS, step);
    const accounted =
      weightBytesRead(tensors(options.formats), options.batch) +
      options.batch * kvBytesRead(model, OPTIONS.context, options.kv);
    expect(bytesRead).toBe(accounted + options.batch * activationBytes(model));
  });

  test('holds the weights that accounting says, and a step more of cache', () => {
    const sizes = bufferSizes(KERNEL_FOLDERS, stepOf(model, OPTIONS));
    const filled = Object.keys(stepOf(model, OPTIONS).filled);
    const sum = (names: readonly string[]) => names.reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
    expect(sum(filled.filter(isWeight))).toBe(weightBytesHeld(tensors()));
    const cached = sum(filled.filter((name) => !isWeight(name)));
    expect(cached).toBe(kvBytesRead(model, OPTIONS.context + OPTIONS.mostSteps, 'f16'));
  });
});

/** Bytes that the kernels of a step read of each other's outputs, for a token at 1000 positions: four splits. */
function activationBytes({ hidden, vocabulary, layers }: Model): number {
  // Token; sequence; sequence and two table entries to each pair; the first norm; head; argmax.
  let values = 1 + 3 + hidden + hidden + vocabulary;
  let turned = 0;
  for (const { attention: a, mlp } of layers) {
    if (a.kind !== 'grouped' || mlp.kind !== 'dense') throw new Error('not dense');
    const [queries, keys] = [a.queryHeads * a.headDim, a.kvHeads * a.headDim];
    turned = a.headDim;
    // QKV; rotation with turns and sequence; queries and sequence; four splits with their lse, and their number.
    values += hidden + (queries + 2 * keys) + a.headDim + 3 + queries + 3 + 4 * (queries + a.queryHeads) + 1;
    // Output; the norm of two; gate and up; down; the norm of two.
    values += queries + 2 * hidden + hidden + mlp.ffn + 2 * hidden;
  }
  return 4 * (values + 3 + 2 * turned);
}

describe('a memory plan', () => {
  const model = modelById('llama-3.2-1b');
  const make = (distinctLayers: number) => stepOf(model, { ...OPTIONS, distinctLayers });
  const limits = { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 31 };
  const fitIn = (budgetBytes: number, device = limits) => fitStep(KERNEL_FOLDERS, make, device, budgetBytes);
  const layerBytes = 2 * (model.hidden * 3072 + model.hidden ** 2 + 3 * model.hidden * 8192);

  test('keeps all layers where they fit', () => {
    const fitted = fitIn(3e9);
    expect(fitted).toMatchObject({ step: { layers: { distinct: 16, total: 16 } } });
    const held = weightBytesHeld(tensorsIn(model, OPTIONS.formats));
    expect(typeof fitted === 'string' ? 0 : fitted.bytes).toBeGreaterThan(held);
    expect(typeof fitted === 'string' ? 0 : fitted.bytes).toBeLessThan(1.05 * held);
  });

  test('keeps as many as fit, and takes no more than it may', () => {
    const fitted = fitIn(1.5e9);
    if (typeof fitted === 'string') throw new Error(fitted);
    expect(fitted.bytes).toBeLessThanOrEqual(1.5e9);
    expect(fitted.bytes + 1.1 * layerBytes).toBeGreaterThan(1.5e9);
    // Sixteen layers are seven, seven and two: what is used again the soonest are the last two, in the next step.
    expect(fitted.step.layers.distinct).toBe(7);
    const head = 2 * model.vocabulary * model.hidden;
    const rotation = stepRotationBytes(KERNEL_FOLDERS, fitted.step);
    expect(rotation).toBeGreaterThan(head + layerBytes);
    expect(rotation).toBeLessThan(head + 2 * layerBytes);
  });

  test('says what does not fit: the budget, a limit of the device', () => {
    expect(fitIn(1e8)).toMatch(/^100000000 bytes must hold 1 of 16 layers, with all else; that takes \d+$/);
    expect(fitIn(3e9, { ...limits, maxStorageBufferBindingSize: 2 ** 27 })).toBe(
      'a buffer may take 134217728 bytes on this device; head takes 525336576',
    );
  });

  test('between two uses of a weight lies the rest of the step', () => {
    const step = make(16);
    const largest = 2 * model.vocabulary * model.hidden;
    expect(stepRotationBytes(KERNEL_FOLDERS, step)).toBeGreaterThan(
      weightBytesHeld(tensorsIn(model, OPTIONS.formats)) - 1.01 * largest,
    );
  });
});

test('layers are cycled kind by kind, and the step says how many are distinct', () => {
  const mlp = { kind: 'dense', ffn: 256 } as const;
  const attention = { kind: 'grouped', queryHeads: 2, kvHeads: 2, headDim: 64 } as const;
  const layers = repeat(4, { attention: { ...attention, window: 32 }, mlp }, { attention, mlp });
  const model: Model = { id: 'm', name: 'm', hidden: 64, vocabulary: 64, tied: true, layers, source: 'this test' };
  const buffers = (distinctLayers: number) => {
    const step = stepOf(model, { ...OPTIONS, distinctLayers });
    const qkv = step.operations.map(({ buffers }) => buffers.weights).filter((name) => name?.endsWith(' qkv'));
    return { layers: step.layers, qkv: qkv.map((name) => Number(name?.split(' ')[0])) };
  };
  expect(buffers(8)).toEqual({ layers: { distinct: 8, total: 8 }, qkv: [0, 1, 2, 3, 4, 5, 6, 7] });
  expect(buffers(4)).toEqual({ layers: { distinct: 4, total: 8 }, qkv: [0, 1, 2, 3, 0, 1, 2, 3] });
  expect(buffers(1)).toEqual({ layers: { distinct: 2, total: 8 }, qkv: [0, 1, 0, 1, 0, 1, 0, 1] });
});

test('a region is centred on the step: contexts before it, so that their mean is that of the step', () => {
  const model = modelById('smollm2-135m');
  const contexts = (steps: number) => {
    const { sequences } = stepOf(model, { ...OPTIONS, batch: 2, shortest: 3 }).state(steps);
    return [sequences?.[0], sequences?.[3]];
  };
  const [, other = 0] = contexts(1);
  expect(contexts(1)).toEqual([999, other]);
  // 995 … 1005 in eleven steps.
  expect(contexts(11)).toEqual([994, Math.max(0, other - 5)]);
  expect(() => contexts(65)).toThrow('there is room for 64 steps at the most; got 65');
});

describe.each([
  // A dispatch more for the norms of heads, three for experts.
  ['qwen3-0.6b', 10],
  ['qwen3-8b', 10],
  ['mixtral-8x7b', 12],
  ['qwen3-30b-a3b', 13],
  ['qwen3-235b-a22b', 13],
])('a step of %s', (id, dispatches) => {
  const model = modelById(id);

  test(`is ${dispatches} dispatches to a layer, and six`, () => {
    expect(stepOf(model, OPTIONS).operations).toHaveLength(dispatches * model.layers.length + 6);
  });

  test('reads what accounting says: of experts those that one token picks, and no others', () => {
    const step = stepOf(model, OPTIONS);
    const { bytesRead } = stepWork(KERNEL_FOLDERS, step);
    const tensors = tensorsIn(model, OPTIONS.formats);
    const accounted = weightBytesRead(tensors, 1) + kvBytesRead(model, OPTIONS.context, 'f16');
    // Activations are some thousandths; one expert more or less to a layer would be a hundredth.
    expect(bytesRead / accounted).toBeGreaterThan(1);
    expect(bytesRead / accounted).toBeLessThan(1.005);
  });
});

test('a router must read what experts read', () => {
  const model = modelById('mixtral-8x7b');
  expect(() => stepOf(model, { ...OPTIONS, formats: { ...allIn('int4-g32'), router: 'f32' } })).toThrow(
    'mixtral-8x7b cannot be run: router and experts read one vector, and must be in formats of as many bits; got f32 and int4-g32',
  );
});

test.each([
  ['gpt-oss-20b', 'there is no kernel for its qkvBias yet'],
  ['deepseek-v3', 'there is no step for latent attention yet'],
])('%s is refused: %s', (id, why) => {
  expect(() => stepOf(modelById(id), OPTIONS)).toThrow(`${id} cannot be run: ${why}`);
});
