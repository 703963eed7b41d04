import { expect, test } from 'vitest';
import { planVerdict, stepNames } from './plan-text.ts';

const c = { model: 'some', weights: 'f16', kv: 'f16', batch: 1, context: 8 };
const fits = (distinct: number) => ({
  case: c,
  plan: {
    ...{ weightBytes: 1, cacheBytes: 1, scratchBytes: 1, dispatches: 1, stepBytes: 1 },
    layers: { distinct, total: 32 },
  },
});
const refused = { case: c, plan: 'too large' };

test.each([
  ['every layer of every step fits', [fits(32), fits(32)], /^Every layer has memory of its own\.$/],
  [
    'the layers of one step share memory',
    [fits(32), fits(6)],
    /^Not all layers fit, in 1 of 2 steps: 6 of 32 have .* under Options/,
  ],
  ['the layers of all steps share memory', [fits(7), fits(6)], /^Not all layers fit: at least 6 of 32 have /],
  ['one of two steps cannot run', [fits(32), refused], /own\. 1 of 2 steps cannot run here\.$/],
  ['no step can run', [refused, refused], /^None of these/],
  ['the only step cannot run', [refused], /^This step/],
])('the verdict, if %s', (_, steps, text) => expect(planVerdict({ steps })).toMatch(text));

test('a step is named by what tells it from the others', () => {
  const at = (change: Partial<typeof c>) => ({ ...fits(1), case: { ...c, ...change } });
  const steps = [at({}), at({ weights: 'int8', batch: 2 })];
  expect(steps.map(stepNames(steps))).toEqual(['f16, batch 1, context 8', 'int8, batch 2, context 8']);
  const other = [at({ kv: 'int8' }), at({ context: 4096 })];
  expect(other.map(stepNames(other))).toEqual([
    'KV cache in int8, batch 1, context 8',
    'KV cache in f16, batch 1, context 4,096',
  ]);
});
