import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../../shaders/formats/index.ts';
import {
  activeParameters,
  expertsTouched,
  flopsPerToken,
  kvBytesHeld,
  kvBytesPerPosition,
  kvBytesPerToken,
  kvBytesRead,
  parameters,
  stepWork,
  weightBytesHeld,
  weightBytesRead,
} from './accounting.ts';
import { MODELS } from './index.ts';
import { type Model, repeat } from './model.ts';
import { modelById, PRESETS } from './predicted.ts';
import { deepseek_v3 } from './presets/deepseek-v3.ts';
import { gptOss_20b } from './presets/gpt-oss-20b.ts';
import { llama31_8b } from './presets/llama-3.1-8b.ts';
import { llama32_1b } from './presets/llama-3.2-1b.ts';
import { qwen3_30b_a3b } from './presets/qwen3-30b-a3b.ts';
import { withoutKernels } from './runnable.ts';
import { allIn, tensorsIn, tensorsOf } from './tensors.ts';

test('the folder of a preset says whether its model can be run', () => {
  const can = PRESETS.map(({ model }) => model).filter((model) => withoutKernels(model) === undefined);
  expect(MODELS).toEqual(can);
});

describe('the number of parameters', () => {
  test.each(PRESETS)('of $model.name is as published', ({ model, published }) => {
    expect(parameters(model)).toBe(published.parameters);
    expect(published.source).not.toBe('');
  });

  test('that one token uses is as published', () => {
    // gpt-oss model card, arXiv 2508.10925, table 1; DeepSeek-V3, arXiv 2412.19437: "37B activated", embedding
    // included.
    expect(activeParameters(gptOss_20b) / 1e9).toBeCloseTo(3.61, 2);
    expect((activeParameters(deepseek_v3) + 129_280 * 7168) / 1e9).toBeCloseTo(37.55, 2);
    // A dense, tied model uses all of them.
    expect(activeParameters(llama32_1b)).toBe(parameters(llama32_1b));
  });
});

describe('weight bytes', () => {
  const llama = tensorsIn(llama31_8b, allIn('f16'));
  const norms = 65 * 4096;

  test('are 7.505 G weights a step for Llama 3.1 8B: projections, head, norms, and a row of the embedding for each token', () => {
    const projections = 32 * (6144 * 4096 + 4096 * 4096 + 28_672 * 4096 + 4096 * 14_336) + 128_256 * 4096;
    expect(projections / 1e9).toBeCloseTo(7.505, 3);
    expect(weightBytesRead(llama, 1)).toBe(2 * projections + 4 * norms + 2 * 4096);
    expect(weightBytesRead(llama, 8)).toBe(2 * projections + 4 * norms + 8 * 2 * 4096);
    expect(weightBytesHeld(llama)).toBe(2 * (projections + 128_256 * 4096) + 4 * norms);
  });

  test.each([
    // Bits of 32 values and their scales; fp8 has a scale for 128 × 128 values, nvfp4 two for 32.
    ['f32', 32 * 32],
    ['bf16', 16 * 32],
    ['int8', 8 * 32 + 16],
    ['int4-g32', 4 * 32 + 16],
    ['int4-g128', 4 * 32 + 16 / 4],
    ['mxfp4', 4 * 32 + 8],
    ['nvfp4', 4 * 32 + 16],
    ['fp8', 8 * 32 + (32 * 32) / (128 * 128)],
    ['ternary', 2 * 32 + 16 / 8],
  ])('in %s are those of the format', (format, bits) => {
    const [qkv] = tensorsIn(llama31_8b, allIn(format)).filter(({ name }) => name === 'qkv');
    expect(qkv?.bytes).toBe((6144 * 4096 * bits) / 32 / 8);
  });

  test('follow a format of each kind, where a tied embedding has the head’s', () => {
    const formats = { ...allIn('int4-g32'), router: 'f32', head: 'f16', embedding: 'int8' };
    const bytesOf = (model: Model, tensor: string) =>
      tensorsIn(model, formats).find(({ name }) => name === tensor)?.bytes;
    expect(bytesOf(qwen3_30b_a3b, 'router')).toBe(128 * 2048 * 4);
    expect(bytesOf(qwen3_30b_a3b, 'head')).toBe(151_936 * 2048 * 2);
    expect(bytesOf(qwen3_30b_a3b, 'embedding')).toBe(151_936 * 2048 * (1 + 2 / 32));
    expect(bytesOf(llama32_1b, 'embedding')).toBe(128_256 * 2048 * 2);
  });

  test('of a tied matrix are held once, and read as head and by rows', () => {
    const tied = tensorsIn(llama32_1b, allIn('f16'));
    const untied = tensorsIn({ ...llama32_1b, tied: false }, allIn('f16'));
    expect(weightBytesHeld(untied) - weightBytesHeld(tied)).toBe(128_256 * 2048 * 2);
    expect(weightBytesRead(tied, 3)).toBe(weightBytesRead(untied, 3));
  });

  test('read of experts are those touched; router and shared experts are always read', () => {
    const tensors = tensorsIn(deepseek_v3, allIn('f16'));
    const expert = 3 * 7168 * 2048 * 2;
    const rest = weightBytesHeld(tensors) - 58 * 256 * expert - 129_280 * 7168 * 2;
    expect(weightBytesRead(tensors, 1)).toBe(rest + 58 * 8 * expert + 7168 * 2);
    const touched = expertsTouched(256, 8, 32);
    expect(weightBytesRead(tensors, 32) / (rest + 58 * touched * expert + 32 * 7168 * 2)).toBeCloseTo(1, 12);
  });

  test('never fall with the batch, and stay below the bytes held and looked up', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MODELS),
        fc.constantFrom(...Object.keys(FORMATS)),
        fc.integer({ min: 1, max: 512 }),
        (model, format, batch) => {
          const tensors = tensorsIn(model, allIn(format));
          const [embedding] = tensors;
          const rows = ((embedding?.bytes ?? 0) / model.vocabulary) * batch;
          expect(weightBytesRead(tensors, batch + 1)).toBeGreaterThan(weightBytesRead(tensors, batch));
          // A dense, tied model reaches it, but for rounding: where rows share scales (fp8), a row is a fraction of
          // bytes.
          expect(weightBytesRead(tensors, batch) / (weightBytesHeld(tensors) + rows)).toBeLessThan(1 + 1e-12);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('experts touched', () => {
  // Worked examples of E · (1 − (1 − k/E)^B), as E, k, B and the result.
  test.each([
    [32, 4, 1, 4],
    [32, 4, 2, 7.5],
    [32, 4, 8, 21.0045],
    [32, 4, 32, 31.5539],
    [32, 4, 128, 32],
    [128, 4, 1, 4],
    [128, 4, 2, 7.875],
    [128, 4, 8, 28.7104],
    [128, 4, 32, 81.6569],
    [128, 4, 128, 125.8006],
  ])('with %i experts, %i for each token, at batch %i are %f', (experts, active, batch, expected) => {
    expect(expertsTouched(experts, active, batch)).toBeCloseTo(expected, 4);
  });

  test('are at least those of one token, and at most all experts or the picks of all tokens', () => {
    const routers = fc
      .tuple(fc.integer({ min: 1, max: 512 }), fc.integer({ min: 1, max: 512 }))
      .map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const);
    fc.assert(
      fc.property(routers, fc.integer({ min: 1, max: 1000 }), ([experts, active], batch) => {
        const touched = expertsTouched(experts, active, batch);
        expect(touched).toBeGreaterThanOrEqual(active * (1 - 1e-12));
        expect(touched).toBeLessThanOrEqual(Math.min(experts, active * batch) * (1 + 1e-12));
      }),
    );
  });
});

describe('KV cache', () => {
  // Source: jax-ml/scaling-book applied-inference.md; for DeepSeek-V3 its config, L · (kv_lora + rope) · 2.
  test.each([
    ['Llama-3-70B int8 (160 kB, and scales)', modelById('llama-3.1-70b'), 'int8', 163_840 * (1 + 2 / 32)],
    ['Llama-3.1-8B f16', llama31_8b, 'f16', 131_072],
    ['DeepSeek-V3 MLA f16', deepseek_v3, 'f16', 70_272],
    ['DeepSeek-V3 MLA int4: a latent is 18 groups of 32', deepseek_v3, 'int4-g32', 61 * 18 * (16 + 2)],
  ] as const)('%s', (_, model, format, bytes) => {
    expect(kvBytesPerToken(model, format)).toBe(bytes);
  });

  test('of MHA has a key and a value for every head', () => {
    // Source: jax-ml/scaling-book inference.md, Llama-2-13B in bf16: 819,200 bytes a token in 40 layers.
    const mha = { kind: 'grouped', queryHeads: 40, kvHeads: 40, headDim: 128 } as const;
    expect(40 * kvBytesPerPosition(mha, 'bf16')).toBe(819_200);
  });

  test('of a sliding layer is read by the window, and kept by the window or in full', () => {
    // 12 of gpt-oss-20b's 24 layers slide over 128 positions; keys and values have 8 heads of 64.
    const perLayer = 2 * 8 * 64 * 2;
    for (const context of [1, 127, 128, 129, 100_000]) {
      const windows = 12 * perLayer * Math.min(context, 128);
      const rest = 12 * perLayer * context;
      expect(kvBytesRead(gptOss_20b, context, 'f16')).toBe(windows + rest);
      expect(kvBytesHeld(gptOss_20b, context, 'f16', 'window')).toBe(windows + rest);
      expect(kvBytesHeld(gptOss_20b, context, 'f16', 'all')).toBe(2 * rest);
    }
  });

  test('refuses a format whose rows share scales', () => {
    expect(() => kvBytesPerToken(llama31_8b, 'fp8')).toThrow(/rows of fp8 share them/);
    expect(() => kvBytesPerToken(llama31_8b, 'f17')).toThrow(/there are f32/);
  });
});

describe('operations of a token', () => {
  test('are two for each weight that it is multiplied by, and four for each query head and value of a key', () => {
    const weights = 32 * (6144 + 4096 + 2 * 14_336 + 14_336) * 4096 + 128_256 * 4096;
    expect(flopsPerToken(llama31_8b, 1000)).toBe(2 * weights + 32 * 4 * 32 * 128 * 1000);
  });

  test('are bounded by windows in attention', () => {
    const growth = flopsPerToken(gptOss_20b, 2000) - flopsPerToken(gptOss_20b, 1000);
    expect(growth).toBe(12 * 4 * 64 * 64 * 1000);
  });

  test('follow from absorbed MLA: keys as wide as latent and rope, values as wide as the latent', () => {
    const growth = flopsPerToken(deepseek_v3, 2) - flopsPerToken(deepseek_v3, 1);
    expect(growth).toBe(61 * 2 * 128 * (576 + 512));
    // They are about twice the active parameters at a tiny context.
    expect(flopsPerToken(deepseek_v3, 1) / (2 * activeParameters(deepseek_v3))).toBeCloseTo(1, 2);
  });
});

test('the work of a step reads the weights once, and the KV cache of each sequence', () => {
  const tensors = tensorsIn(gptOss_20b, allIn('mxfp4'));
  const work = stepWork(gptOss_20b, tensors, { batch: 5, context: 1000, kv: 'f16' });
  expect(work.weightBytes).toBe(weightBytesRead(tensors, 5));
  expect(work.kvBytes).toBe(5 * kvBytesRead(gptOss_20b, 1000, 'f16'));
  expect((work.weightFlops + work.kvFlops) / (5 * flopsPerToken(gptOss_20b, 1000))).toBeCloseTo(1, 12);
});

describe('the list of tensors', () => {
  const names = (model: Model, layer: number | undefined) =>
    tensorsOf(model)
      .filter((tensor) => tensor.layer === layer)
      .map(({ name, count, rows, columns }) => `${name} ${count > 1 ? `${count} × ` : ''}${rows} × ${columns}`);

  test('is right for a dense layer, for MLA with experts, and around the layers', () => {
    expect(names(llama31_8b, 31)).toEqual([
      'attention norm 1 × 4096',
      'qkv 6144 × 4096',
      'output 4096 × 4096',
      'mlp norm 1 × 4096',
      'gate and up 28672 × 4096',
      'down 4096 × 14336',
    ]);
    expect(names(deepseek_v3, 60)).toEqual([
      'attention norm 1 × 7168',
      'qkv down 2112 × 7168',
      'query norm 1 × 1536',
      'query up 24576 × 1536',
      'latent norm 1 × 512',
      'key up 128 × 512 × 128',
      'value up 128 × 128 × 512',
      'output 7168 × 16384',
      'mlp norm 1 × 7168',
      'router 256 × 7168',
      'router bias 1 × 256',
      'expert gate and up 256 × 4096 × 7168',
      'expert down 256 × 7168 × 2048',
      'shared gate and up 4096 × 7168',
      'shared down 7168 × 2048',
    ]);
    expect(names(deepseek_v3, 2)).toContain('gate and up 36864 × 7168');
    expect(names(llama31_8b, undefined)).toEqual([
      'embedding 128256 × 4096',
      'final norm 1 × 4096',
      'head 128256 × 4096',
    ]);
  });

  test('has unique names within a layer, in every preset', () => {
    for (const model of MODELS) {
      const all = tensorsOf(model).map(({ layer, name }) => `${layer} ${name}`);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  test('includes biases, norms of heads and output norms', () => {
    const [attention, mlp] = [
      { kind: 'grouped', queryHeads: 4, kvHeads: 2, headDim: 8, qkvBias: true, headNorms: true } as const,
      { kind: 'dense', ffn: 48, biases: true } as const,
    ];
    const model: Model = {
      ...{ id: 'x', name: 'x', source: 'x', hidden: 16, vocabulary: 100, tied: true },
      layers: repeat(3, { attention, mlp, outputNorms: true }),
    };
    const layer = 64 * 16 + 64 + 8 + 8 + 16 * 32 + 96 * 16 + 96 + 16 * 48 + 16 + 4 * 16;
    expect(parameters(model)).toBe(3 * layer + 16 + 100 * 16);
  });
});
