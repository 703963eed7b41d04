import { expect, test } from 'vitest';
import { BATCH_1 } from '../../../../results/reference/published.ts';
import { leaveOneOut } from '../../../model/published/engine-fit.ts';
import { DECODE_LAW, llamaCppRows } from '../../../model/published/engines.ts';
import { validate } from '../../commands/validate.ts';
import { lawChart } from './law-chart.ts';

test('the chart has a dot for each predicted row, inside its panel, and colours for either scheme', () => {
  // A few GPUs, since leaving each of all out takes a quarter of a minute.
  const some = llamaCppRows(BATCH_1).filter(({ device }) => /3060|A100|M2|7900/.test(device));
  const devices = leaveOneOut(some, DECODE_LAW);
  const svg = lawChart(devices, [], 'nothing');
  const rows = some.filter(({ backend }) => backend === 'Metal' || backend === 'CUDA').length;
  const dots = [...svg.matchAll(/<circle cx="([\d.-]+)" cy="([\d.-]+)" r="3.5"/g)];
  expect(dots).toHaveLength(rows);
  for (const [, x, y] of dots) {
    expect(Number(x)).toBeGreaterThan(60);
    expect(Number(x)).toBeLessThan(415);
    expect(Number(y)).toBeGreaterThan(60);
    expect(Number(y)).toBeLessThan(400);
  }
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg).toMatch(/Apple: \d+ GPUs, median error [\d.]+ %/);
});

test.each([0, 1.5, 'many', 2000])('--seeds %s is refused in one line', (seeds) => {
  expect(() => validate.parse([], { seeds })).toThrow(/^--seeds must be a whole number from 1 to 1000; got/);
});
