import { expect, test } from 'vitest';
import type { PartFigures, Step } from '../api.ts';
import { lawOf } from './law-view.ts';
import { tokensAt } from './tokens-at.ts';

const STEP: Step = { model: 'llama-3.1-8b', weights: 'f16', kv: 'f16', context: 1024, batch: 4, bytes: 16e9 };

/** A part that reads `gbps`, and whose steps read at `share` of that. */
const part = (gbps: number, share: number): PartFigures => {
  const middle = (median: number) => ({ n: 3, median, quartiles: [median, median] as const });
  return {
    ...{ key: `key ${gbps}`, name: `${gbps}`, part: { name: `${gbps}`, memoryGB: null, count: 1 } },
    ...{ gbps: middle(gbps), tokens: middle((share * gbps * 1e9 * STEP.batch) / STEP.bytes) },
  };
};

const RATES = [50, 100, 200, 400, 800, 1600, 3200];

test('a law that holds wholly goes through every part, and can be drawn without the worker', () => {
  const law = lawOf(
    RATES.map((gbps) => part(gbps, 0.9)),
    STEP,
  );
  if (!law) throw new Error('there is no law');
  expect(law.exponent.value).toBeCloseTo(1, 6);
  expect(law.share.value).toBeCloseTo(0.9, 6);
  expect(tokensAt(law, 400)).toBeCloseTo((0.9 * 400e9 * 4) / 16e9, 6);
  expect(structuredClone(law)).toEqual(law);
});

test('a part that is off it is named by its own key', () => {
  const law = lawOf([...RATES.map((gbps) => part(gbps, 0.9)), part(1000, 0.3)], STEP);
  expect(law?.outliers).toEqual([{ key: 'key 1000', times: expect.closeTo(1 / 3, 1), reason: expect.any(String) }]);
});

test('parts without both figures do not count, and of too few nothing is said', () => {
  const parts = RATES.slice(0, 4).map((gbps) => part(gbps, 0.9));
  expect(lawOf(parts, STEP)).not.toBeNull();
  expect(
    lawOf(
      parts.map((one, i) => (i === 0 ? { ...one, tokens: null } : one)),
      STEP,
    ),
  ).toBeNull();
});
