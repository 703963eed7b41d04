import { describe, expect, test } from 'vitest';
import { weightBytesHeld, weightBytesRead } from '../models/accounting.ts';
import { MODELS } from '../models/index.ts';
import { modelById } from '../models/predicted.ts';
import { smollm2_135m } from '../models/presets/smollm2-135m.ts';
import { weightsIn } from '../models/tensors.ts';
import { QUANTISATIONS, quantisationNamed, quantisedTensors } from './quantisations.ts';

const GiB = 2 ** 30;

describe('a file is as large as published', () => {
  // Source: `size` of llama-bench, rounded to 10 MiB, in ggml-org/llama.cpp@4c7e989 benches/dgx-spark.md and
  // discussions
  // 4167 and 15013.
  test.each<[string, string, number, string?]>([
    ['llama-2-7b', 'Q4_0', 3.56],
    ['llama-2-7b', 'Q8_0', 6.67],
    ['llama-2-7b', 'F16', 12.55],
    ['qwen2.5-7b', 'Q8_0', 7.54],
    ['qwen3-30b-a3b', 'Q8_0', 30.25],
    ['gpt-oss-20b', 'MXFP4_MOE', 11.27],
    ['gpt-oss-120b', 'MXFP4_MOE', 59.02],
    ['gemma-3-4b', 'Q4_0', 2.35, 'Q8_0'],
    // ggml-org/llama.cpp issue 12012; llama-bench of lmstudio-community/Qwen3.6-35B-A3B-GGUF.
    ['phi-4', 'Q4_K_M', 8.43],
    ['qwen3.6-35b-a3b', 'Q4_K_M', 19.7],
  ])('%s in %s', (id, quantisation, size, head) => {
    const held = weightBytesHeld(quantisedTensors(modelById(id), quantisation, head)) / GiB;
    expect(Math.abs(held - size)).toBeLessThan(0.01);
  });

  // GB without the embedding, of which a step reads a row. Source: XiongjieDai/GPU-Benchmarks-on-LLM-Inference@aa72e0e.
  test.each([
    ['llama-3.1-8b', 4.622],
    ['llama-3.1-70b', 41.918],
  ])('%s in Q4_K_M, a mixture', (id, size) => {
    expect(weightBytesRead(quantisedTensors(modelById(id), 'Q4_K_M'), 1) / 1e9 / size).toBeCloseTo(1, 2);
  });
});

test('quantisations with more bits take more bytes, for every model', () => {
  const ascending = ['Q4_0', 'Q4_K_M', 'Q5_K_M', 'Q6_K', 'Q8_0', 'F16'];
  for (const model of MODELS) {
    const sizes = ascending.map((one) => weightBytesHeld(quantisedTensors(model, one)));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  }
});

test('every tensor has a plausible number of bits; norms and routers stay in f32', () => {
  for (const quantisation of QUANTISATIONS) {
    for (const tensor of quantisedTensors(modelById('qwen3-30b-a3b'), quantisation)) {
      const bits = (8 * tensor.bytes) / weightsIn(tensor);
      if (tensor.kind === 'vector' || tensor.kind === 'router') expect(tensor.types).toEqual(['F32']);
      expect(bits, `${tensor.name} in ${quantisation}`).toBeGreaterThan(1.5);
      expect(bits).toBeLessThanOrEqual(32);
    }
  }
});

test('rows that are not whole blocks of 256 fall back on blocks of 32', () => {
  const types = new Set(quantisedTensors(smollm2_135m, 'Q4_K_M').flatMap((tensor) => tensor.types));
  expect([...types].sort()).toEqual(['F32', 'Q4_K', 'Q5_0', 'Q6_K', 'Q8_0']);
});

test('an unknown quantisation is refused by its name', () => {
  expect(() => quantisedTensors(smollm2_135m, 'Q9_X')).toThrow(/must be one that a recipe is known of; got "Q9_X"/);
});

test.each([
  ['q4_K_M', 'Q4_K_M'],
  ['iq4_xs', 'IQ4_XS'],
  ['IQ3_XXS', 'IQ3_XXS'],
  ['q2_k', 'Q2_K'],
  ['Q3_K_L', 'Q3_K_L'],
  ['q4_1', 'Q4_1'],
  ['Q5_1', 'Q5_1'],
  ['tq1_0', 'TQ1_0'],
  ['Q4_K', 'Q4_K_M'],
  ['Q9_X', undefined],
  ['__proto__', undefined],
  ['constructor', undefined],
])('%s means %s', (name, quantisation) => expect(quantisationNamed(name)).toBe(quantisation));

test('quantisations of fewer bits are smaller', () => {
  const ascending = ['IQ1_S', 'IQ2_XXS', 'Q2_K_S', 'Q2_K', 'IQ3_XXS', 'Q3_K_M', 'Q3_K_L', 'IQ4_XS', 'Q4_K_S', 'Q4_1'];
  const sizes = ascending.map((one) => weightBytesHeld(quantisedTensors(modelById('llama-3.1-8b'), one)));
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
});
