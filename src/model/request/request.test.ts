import { expect, test } from 'vitest';
import { MODELS } from '../models/index.ts';
import { decodeRequestSchema, modelSchema } from './request.ts';
import { sweepFor } from './sweep.ts';

test('presets and requests are parsed without change', () => {
  for (const model of MODELS) expect(modelSchema.parse(structuredClone(model))).toEqual(model);
  for (const sweep of [sweepFor('full', {}), sweepFor('quick', { shortest: 128 })]) {
    const request = { models: MODELS.slice(0, 2), sweep };
    expect(decodeRequestSchema.parse(structuredClone(request))).toEqual(request);
  }
});

test('a run that was kept when a sweep had a single format is parsed, too', () => {
  const sweep = sweepFor('quick', {});
  const kept = { models: MODELS.slice(0, 1), sweep: { ...sweep, weights: 'int8', kv: 'f16' } };
  expect(decodeRequestSchema.parse(kept).sweep).toEqual({ ...sweep, weights: ['int8'], kv: ['f16'] });
  for (const weights of ['f17', [], ['f17']]) {
    expect(decodeRequestSchema.safeParse({ ...kept, sweep: { ...sweep, weights } }).success).toBe(false);
  }
});

test.each([
  ['no layers', { layers: [] }],
  ['a fraction', { hidden: 576.5 }],
  ['an unknown field', { layerCount: 30 }],
])('%s is refused', (_, change) => {
  expect(modelSchema.safeParse({ ...MODELS[0], ...change }).success).toBe(false);
});
