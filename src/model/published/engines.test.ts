import { readFileSync } from 'node:fs';
import { median, quantile } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { deviceOf } from '../../../results/gpus/kinds.ts';
import { ENGINE_FITS } from '../../../results/reference/engine-costs.ts';
import { BATCH_1, LOCALSCORE } from '../../../results/reference/published.ts';
import { ALL } from '../../../tests/support/tier.ts';
import { isWithin, leaveOneOut, reachOf } from './engine-fit.ts';
import { engineFit, engineFitsText, engineResults, engineRows } from './engine-results.ts';
import { DECODE_LAW, type EngineRow, llamaCppRows, localScoreRows } from './engines.ts';

const llamaCpp = llamaCppRows(BATCH_1);

describe('the committed costs', () => {
  test.each(engineRows())(
    'of $engine are what the published figures give',
    ({ engine, source, rows, prompts, several }) => {
      const committed = ENGINE_FITS[engine];
      if (!committed) throw new Error(`no costs of ${engine}`);
      const reach = {
        reach: committed.reach,
        prompts: { rows: prompts, predictions: [], reach: committed.prompts.reach },
        several: several && { ...several, reach: committed.several?.reach ?? 0 },
      };
      expect(engineFit({ source, rows, ...reach })).toEqual(committed);
    },
  );

  test.runIf(ALL)('are what npm run calibrate:engines writes', () => {
    const path = new URL('../../../results/data/reference/engine-costs.json', import.meta.url);
    expect(engineFitsText(engineResults())).toBe(readFileSync(path, 'utf8'));
  });
});

describe('a GPU that was left out', () => {
  const some = new Set(['3060', 'm2 pro', 'a100', '7900 xtx', 'gb10', '1080 ti']);

  test('is not predicted from its own speed', () => {
    const rows = llamaCpp.filter(({ device }) => some.has(deviceOf(device)));
    const spoiled = rows.map(
      (row): EngineRow =>
        deviceOf(row.device) === '3060' ? { ...row, tokensPerSecond: 10 * row.tokensPerSecond } : row,
    );
    const predictedOf = (all: readonly EngineRow[]) =>
      leaveOneOut(all, DECODE_LAW).find(({ row }) => deviceOf(row.device) === '3060')?.predicted;
    expect(predictedOf(spoiled)).toBe(predictedOf(rows));
  });

  test.runIf(ALL)('is predicted as well as docs/law.md says', () => {
    const [predictions, crowd] = [llamaCpp, localScoreRows(LOCALSCORE)].map((rows) => leaveOneOut(rows, DECODE_LAW));
    const errors = (of = predictions) => (of ?? []).map(({ error }) => Math.abs(error));
    expect(median(errors())).toBeLessThan(0.06);
    expect(quantile(errors(), 0.9)).toBeLessThan(0.25);
    expect(median(errors(crowd))).toBeLessThan(0.12);
    const reach = reachOf(predictions ?? []);
    const within = (predictions ?? []).filter((one) => isWithin(one, reach)).length / (predictions ?? []).length;
    expect(within).toBeGreaterThan(0.8);
    expect(within).toBeLessThan(0.99);
  });
});
