import { expect, test } from 'vitest';
import { planVerdict } from './plan-text.ts';

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
  ['all fit', [fits(32), fits(32)], /^Every layer has memory of its own\.$/],
  ['one has layers that share', [fits(32), fits(6)], /^Not all layers fit: 6 of 32 have .* under Options/],
  ['one cannot run', [fits(32), refused], /own\. 1 of 2 steps cannot run here\.$/],
  ['none can', [refused, refused], /^None of these/],
  ['the only one cannot', [refused], /^This step/],
])('%s', (_, steps, text) => expect(planVerdict({ steps })).toMatch(text));
