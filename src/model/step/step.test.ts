import { describe, expect, test } from 'vitest';
import { fitStep, inParts } from '../../../harness/decode/fit.ts';
import { bufferSizes, refusesStep, stepRotationBytes, stepWork } from '../../../harness/decode/step-buffers.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';
import {
  dispatchesIn,
  filledIn,
  type Operation,
  operationsOf,
  type Step,
  sharingLayers,
} from '../../../shaders/step.ts';
import { kvBytesHeld, kvBytesRead, weightBytesHeld, weightBytesRead } from '../models/accounting.ts';
import { MODELS } from '../models/index.ts';
import { type Layer, type Model, repeat } from '../models/model.ts';
import { modelById } from '../models/predicted.ts';
import { type RunAttention, type RunLayer, type RunMlp, type RunModel, runnable } from '../models/runnable.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { joinedNorms, type StepOptions, stepOf } from './step.ts';
import { waysOf } from './ways.ts';

const OPTIONS: StepOptions = { formats: allIn('f16'), kv: 'f16', batch: 1, context: 1000, maxSteps: 64 };

const isWeight = (name: string): boolean => !name.includes('KV cache');

const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0);

/**
 * The norms that projections beside them take the place of: those between projections of dense layers without norms behind
 * them.
 */
const normsBetweenDense = ({ layers }: RunModel): number => {
  const isPlain = (layer: RunLayer | undefined) => layer?.mlp.kind === 'dense' && !layer.outputNorms;
  return sum([...layers.keys()], (index) => Number(isPlain(layers[index])) + Number(isPlain(layers[index - 1])));
};

/**
 * The dispatches of a layer with both of its norms: eight; one more for norms of heads, three for experts and two for shared
 * experts. MLA takes four more: a norm and a second projection of the queries, and projections of heads before and after
 * attention.
 */
const layerDispatches = ({ attention, mlp }: RunLayer): number =>
  8 +
  (attention.kind === 'latent' ? 4 : attention.headNorms ? 1 : 0) +
  (mlp.kind === 'experts' ? 3 + (mlp.sharedFfn ? 2 : 0) : 0);

const hasWindow = ({ attention }: Layer): boolean => attention.kind === 'grouped' && attention.window !== undefined;

/** The dispatches of a step: those of its layers and six more, or seven where only some layers have windows. */
const dispatchesOf = ({ layers }: RunModel): number =>
  sum(layers, layerDispatches) + (layers.some(hasWindow) && !layers.every(hasWindow) ? 7 : 6);

const NO_LIMITS = { maxBufferSize: Number.POSITIVE_INFINITY, maxStorageBufferBindingSize: Number.POSITIVE_INFINITY };

describe.each(MODELS.map(({ id }) => id))('a step of %s', (id) => {
  const model = runnable(modelById(id));
  const tensors = (formats = OPTIONS.formats) => tensorsIn(model, formats);
  const hasExperts = model.layers.some(({ mlp }) => mlp.kind === 'experts');

  test('is composed of kernels that can run it, in a known number of dispatches', () => {
    const step = stepOf(model, OPTIONS);
    expect(refusesStep(KERNEL_FOLDERS, step, NO_LIMITS)).toBeUndefined();
    expect(operationsOf(step)).toHaveLength(dispatchesOf(model));
    expect(dispatchesIn(step)).toBe(dispatchesOf(model));
  });

  test('leaves norms between dense projections to these, and reads fewer bytes', () => {
    const step = stepOf(model, { ...OPTIONS, activations: 'f32-joined' });
    const norms = normsBetweenDense(model);
    expect(refusesStep(KERNEL_FOLDERS, step, NO_LIMITS)).toBeUndefined();
    expect(dispatchesIn(step)).toBe(dispatchesOf(model) - norms);
    expect(joinedNorms(model, OPTIONS)).toBe(norms);
    // In place of two vectors, a norm reads the stream; the next projection reads sums of eight squares.
    const spared = 4 * norms * (model.hidden - model.hidden / 8);
    const { bytesRead } = stepWork(KERNEL_FOLDERS, stepOf(model, OPTIONS));
    expect(bytesRead - stepWork(KERNEL_FOLDERS, step).bytesRead).toBe(spared);
  });

  test.each([
    { formats: allIn('f16'), kv: 'f16', batch: 1 },
    // Experts at batch 1, since only the mean of experts that several tokens touch is known.
    { formats: { ...allIn('int4-g32'), head: 'f16' }, kv: 'int8', batch: hasExperts ? 1 : 4 },
  ])('reads the bytes of the accounting, and activations: %j', (options) => {
    const step = stepOf(model, { ...OPTIONS, ...options });
    const { bytesRead } = stepWork(KERNEL_FOLDERS, step);
    const accounted =
      weightBytesRead(tensors(options.formats), options.batch) +
      options.batch * kvBytesRead(model, OPTIONS.context, options.kv);
    expect(bytesRead).toBe(accounted + options.batch * activationBytes(model, step));
  });

  test.each(['int4-g32', 'int8', 'ternary'])('multiplies %s in bytes, all of them in one way', (format) => {
    const ways = waysOf(model, { ...OPTIONS, formats: allIn(format) }).filter(({ requires }) => requires.length > 0);
    expect(ways.map(({ activations }) => activations)).toEqual(['i8-after-norms', 'i8']);
    for (const { make } of ways) expect(refusesStep(KERNEL_FOLDERS, make(), NO_LIMITS)).toBeUndefined();
    const inBytes = ({ variant }: Operation) => variant === 'dot-i8';
    const [fewer = [], all = []] = ways.map(({ make }) => operationsOf(make()).filter(inBytes));
    expect(all.length).toBeGreaterThan(fewer.length);
  });

  test('runs at any batch', () => {
    for (const batch of [33, 256]) {
      expect(refusesStep(KERNEL_FOLDERS, stepOf(model, { ...OPTIONS, batch }), NO_LIMITS)).toBeUndefined();
    }
  });

  test('holds the weights of the accounting, and KV cache for the steps of a region besides', () => {
    const step = stepOf(model, OPTIONS);
    const sizes = bufferSizes(KERNEL_FOLDERS, step);
    const filled = Object.keys(filledIn(step));
    const bytes = (names: readonly string[]) => sum(names, (name) => sizes.get(name) ?? 0);
    expect(bytes(filled.filter(isWeight))).toBe(weightBytesHeld(tensors()));
    const cached = bytes(filled.filter((name) => !isWeight(name)));
    expect(cached).toBe(kvBytesHeld(model, OPTIONS.context + OPTIONS.maxSteps, 'f16', 'all'));
  });
});

/** Bytes of each other's outputs that the kernels of a step read, for a token at 1000 positions. */
function activationBytes({ hidden, vocabulary, layers }: RunModel, step: Step): number {
  const windows = new Set(layers.map(({ attention: a }) => (a.kind === 'grouped' ? a.window : undefined)));
  const turned = sum(layers.slice(0, 1), ({ attention: a }) => (a.kind === 'grouped' ? a.headDim : a.ropeDim));
  // Token; sequence, for each window; sequence and two table entries for each pair; first norm; head; argmax.
  const around = 1 + 3 * windows.size + (3 + 2 * turned) + hidden + hidden + vocabulary;
  // Each layer has the projections of the stream, and two norms of two vectors.
  const ofLayer = ({ attention, mlp }: RunLayer) =>
    hidden + attentionValues(attention, step) + 2 * hidden + mlpValues(mlp, hidden) + 2 * hidden;
  return 4 * (around + sum(layers, ofLayer));
}

/** Positions that a split of attention in this window takes. */
function splitSize(step: Step, window = 0): number {
  const isIt = ({ kernel, params }: Operation) => kernel === 'attention' && params.window === window;
  return operationsOf(step).find(isIt)?.tuning?.positionsPerSplit ?? Number.NaN;
}

/** Values that attention reads after its projection of the stream. */
function attentionValues(a: RunAttention, step: Step): number {
  const window = (a.kind === 'grouped' ? a.window : undefined) ?? 0;
  const splits = Math.ceil(Math.min(1000, window || 1000) / splitSize(step, window));
  if (a.kind === 'grouped') {
    const [queries, keys] = [a.queryHeads * a.headDim, a.kvHeads * a.headDim];
    const headNorms = a.headNorms ? queries + 2 * keys : 0;
    // Queries, keys and values with turns and sequence; splits with their lse and number; output.
    const fresh = queries + 2 * keys + a.headDim + 3;
    return headNorms + fresh + (splits * (queries + a.queryHeads) + 1) + queries;
  }
  const { heads, queryRank, kvRank, nopeDim, ropeDim, valueDim } = a;
  const key = kvRank + ropeDim;
  // Norms; query up, where there is a rank; key up; then as above, with one latent for all keys, and value up.
  const queries = (queryRank === undefined ? 0 : 2 * queryRank) + key + heads * (nopeDim + ropeDim);
  const reduction = splits * heads * (kvRank + 1) + 1;
  return queries + ((heads + 1) * key + ropeDim + 3) + reduction + heads * kvRank + heads * valueDim;
}

/** Values that the MLP reads, the stream counted as often as it is read. */
function mlpValues(mlp: RunMlp, hidden: number): number {
  if (mlp.kind === 'dense') return hidden + mlp.ffn;
  const { experts, active, ffn, sharedFfn } = mlp;
  // Router and logits; stream and picks; outputs of the picks; outputs with their shares.
  const picked = hidden + experts + (hidden + active) + (active * ffn + active) + active * (hidden + 1);
  return picked + (sharedFfn === undefined ? 0 : hidden + sharedFfn + hidden);
}

describe('attention is split into enough workgroups for any GPU, and not into more than that', () => {
  // Llama 3.1 8B has 8 KV heads, and a workgroup takes the 4 query heads of one. 512 workgroups are 64 splits.
  test.each([
    { context: 100, batch: 1, size: 64 },
    { context: 2048, batch: 1, size: 32 },
    { context: 4096, batch: 1, size: 64 },
    { context: 8192, batch: 1, size: 128 },
    { context: 131072, batch: 1, size: 256 },
    { context: 1024, batch: 8, size: 128 },
    { context: 100, batch: 64, size: 256 },
    { context: 300, batch: 24, size: 128 },
  ])('$batch × $context positions: $size in each', ({ size, ...lengths }) => {
    expect(splitSize(stepOf(modelById('llama-3.1-8b'), { ...OPTIONS, ...lengths }))).toBe(size);
  });

  test('a window counts as the positions in it, and 128 heads that share a latent as 32 workgroups', () => {
    const gemma = stepOf(modelById('gemma-3-27b'), { ...OPTIONS, context: 32768 });
    expect([splitSize(gemma), splitSize(gemma, 1024)]).toEqual([256, 32]);
    const latent = stepOf(modelById('deepseek-v3'), { ...OPTIONS, context: 2048 });
    expect(splitSize(latent)).toBe(128);
  });
});

describe('a region of steps is centred on its context', () => {
  const model = modelById('llama-3.2-1b');
  const stepAt = (options: Partial<StepOptions>) => stepOf(model, { ...OPTIONS, ...options });

  test.each([
    [1, 2],
    [8, 16],
    [31, 62],
    [32, 64],
    [4096, 64],
  ])('so at a context of %d it holds at most %d steps', (context, maxSteps) => {
    const step = stepAt({ context });
    expect(step.maxSteps).toBe(maxSteps);
    const [before = Number.NaN] = step.state(maxSteps).sequences ?? [];
    // The contexts of its steps are before + 1, …, before + maxSteps.
    expect(before + (1 + maxSteps) / 2).toBeCloseTo(context + 0.5, 10);
  });

  test('a few short sequences among long ones do not shorten it', () => {
    expect(stepAt({ batch: 16, context: 4096, shortest: 1 }).maxSteps).toBe(64);
    expect(stepAt({ batch: 16, context: 16, shortest: 1 }).maxSteps).toBeLessThan(32);
  });
});

describe('a memory plan', () => {
  const model = modelById('llama-3.2-1b');
  const make = () => stepOf(model, OPTIONS);
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

  test('keeps as many layers as fit, within the budget', () => {
    const fitted = fitIn(1.5e9);
    if (typeof fitted === 'string') throw new Error(fitted);
    expect(fitted.bytes).toBeLessThanOrEqual(1.5e9);
    expect(fitted.bytes + 1.1 * layerBytes).toBeGreaterThan(1.5e9);
    // Sixteen layers use seven in turn. The shortest rotation is from the last two to the next step.
    expect(fitted.step.layers.distinct).toBe(7);
    const head = 2 * model.vocabulary * model.hidden;
    const rotation = stepRotationBytes(KERNEL_FOLDERS, fitted.step);
    expect(rotation).toBeGreaterThan(head + layerBytes);
    expect(rotation).toBeLessThan(head + 2 * layerBytes);
  });

  test('says whether the budget or a limit of the device is exceeded', () => {
    expect(fitIn(1e8)).toMatch(/^the budget, 100 MB, must hold 1 of 16 layers with all else; that takes \d+ MB$/);
    // Weights can be split into parts of 1 MiB, but a KV cache is one buffer.
    expect(fitIn(3e9, { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 20 })).toBe(
      'a buffer may take 1.05 MB on this device; “0 KV cache” takes 2.18 MB',
    );
  });

  test('splits matrices that exceed a buffer', () => {
    const device = { ...limits, maxStorageBufferBindingSize: 2 ** 27 };
    const fitted = fitIn(3e9, device);
    if (typeof fitted === 'string') throw new Error(fitted);
    // The tied matrix is in four parts, both as embedding and as head.
    expect(dispatchesIn(fitted.step)).toBe(dispatchesIn(make()) + 3 + 3);
    expect(fitted.step.layers.distinct).toBe(16);
    const whole = fitIn(3e9);
    expect(fitted.bytes).toBe(typeof whole === 'string' ? 0 : whole.bytes);
  });

  test('rotates through the rest of the step between two uses of a weight', () => {
    const step = make();
    const largest = 2 * model.vocabulary * model.hidden;
    expect(stepRotationBytes(KERNEL_FOLDERS, step)).toBeGreaterThan(
      weightBytesHeld(tensorsIn(model, OPTIONS.formats)) - 1.01 * largest,
    );
  });
});

test.each([
  ['llama-3.2-1b', 2 ** 27],
  ['qwen3-30b-a3b', 2 ** 29],
  ['deepseek-v3', 2 ** 31],
])('%s with matrices in parts of %d bytes holds and reads the same bytes', (id, most) => {
  const whole = sharingLayers(stepOf(modelById(id), OPTIONS), 1);
  const parts = inParts(KERNEL_FOLDERS, whole, { maxBufferSize: most, maxStorageBufferBindingSize: most });
  const sizes = (step: Step) => {
    const filled = filledIn(step);
    return [...bufferSizes(KERNEL_FOLDERS, step)].filter(([name]) => name in filled);
  };
  expect(Math.max(...sizes(whole).map(([, bytes]) => bytes))).toBeGreaterThan(most);
  expect(Math.max(...sizes(parts).map(([, bytes]) => bytes))).toBeLessThanOrEqual(most);
  expect(sum(sizes(parts), ([, bytes]) => bytes)).toBe(sum(sizes(whole), ([, bytes]) => bytes));
  // Each part reads the activations again.
  const ratio = stepWork(KERNEL_FOLDERS, parts).bytesRead / stepWork(KERNEL_FOLDERS, whole).bytesRead;
  expect(ratio).toBeGreaterThan(1);
  expect(ratio).toBeLessThan(1.001);
});

test('layers of a kind use distinct ones in turn, and the step says how many are distinct', () => {
  const mlp = { kind: 'dense', ffn: 256 } as const;
  const attention = { kind: 'grouped', queryHeads: 2, kvHeads: 2, headDim: 64 } as const;
  const layers = repeat(4, { attention: { ...attention, window: 32 }, mlp }, { attention, mlp });
  const model: Model = { id: 'm', name: 'm', hidden: 64, vocabulary: 64, tied: true, layers, source: 'this test' };
  const buffers = (distinctLayers: number) => {
    const step = sharingLayers(stepOf(model, OPTIONS), distinctLayers);
    const qkv = operationsOf(step)
      .map(({ buffers }) => buffers.weights)
      .filter((name) => name?.endsWith(' qkv'));
    return { layers: step.layers, qkv: qkv.map((name) => Number(name?.split(' ')[0])) };
  };
  expect(buffers(8)).toEqual({ layers: { distinct: 8, total: 8 }, qkv: [0, 1, 2, 3, 4, 5, 6, 7] });
  expect(buffers(4)).toEqual({ layers: { distinct: 4, total: 8 }, qkv: [0, 1, 2, 3, 0, 1, 2, 3] });
  expect(buffers(1)).toEqual({ layers: { distinct: 2, total: 8 }, qkv: [0, 1, 0, 1, 0, 1, 0, 1] });
});

test('a region starts so that its mean context is that of the step', () => {
  const model = modelById('smollm2-135m');
  const contexts = (steps: number) => {
    const { sequences } = stepOf(model, { ...OPTIONS, batch: 2, shortest: 3 }).state(steps);
    return [sequences?.[0], sequences?.[3]];
  };
  const [, other = 0] = contexts(1);
  expect(contexts(1)).toEqual([999, other]);
  // Eleven steps go from 995 to 1005.
  expect(contexts(11)).toEqual([994, Math.max(0, other - 5)]);
  expect(() => contexts(65)).toThrow('steps must be at most 64, for which there is room; got 65');
});

test.each([
  // 64 pairs share eight experts. 32 pairs of 128 experts hardly ever share one.
  ['mixtral-8x7b', 32, 8],
  ['qwen3-30b-a3b', 4, undefined],
  ['deepseek-v3', 1, undefined],
])('%s at batch %d: tokens that pick the same expert share it in tiles of %s', (id, batch, width) => {
  const model = modelById(id);
  const operations = operationsOf(stepOf(model, { ...OPTIONS, batch }));
  const withExperts = model.layers.filter(({ mlp }) => mlp.kind === 'experts').length;
  const of = (kernel: string) => operations.filter((operation) => operation.kernel === kernel);
  expect(of('group-pairs')).toHaveLength(width === undefined ? 0 : withExperts);
  expect(of('moe-gemv')).toHaveLength(2 * withExperts);
  expect(new Set(of('moe-gemv').map(({ params }) => params.width))).toEqual(new Set([width]));
});

test('router and experts must read the same planes', () => {
  const model = modelById('mixtral-8x7b');
  expect(() => stepOf(model, { ...OPTIONS, formats: { ...allIn('int4-g32'), router: 'f32' } })).toThrow(
    'mixtral-8x7b cannot be run: router and experts read one vector, and their formats must have equally many bits; got f32 and int4-g32',
  );
});
