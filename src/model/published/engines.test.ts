import { readFileSync } from 'node:fs';
import { median, quantile } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { ENGINE_FITS } from '../../../results/engine-costs.ts';
import { deviceOf } from '../../../results/gpu-kinds.ts';
import { BATCH_1, LOCALSCORE } from '../../../results/published.ts';
import { ALL } from '../../../tests/support/tier.ts';
import {
  type EngineRow,
  engineFit,
  engineFitsText,
  engineResults,
  isWithin,
  leaveOneOut,
  llamaCppRows,
  localScoreRows,
  reachOf,
} from './engines.ts';

const llamaCpp = llamaCppRows(BATCH_1);

describe('the committed costs', () => {
  test.each([
    ['llama.cpp', llamaCpp],
    ['localscore', localScoreRows(LOCALSCORE)],
  ] as const)('of %s are what the published figures give', (engine, rows) => {
    const committed = ENGINE_FITS[engine];
    if (!committed) throw new Error(`no costs of ${engine}`);
    expect(engineFit(rows, committed.source, committed.reach)).toEqual(committed);
  });

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
      leaveOneOut(all).find(({ row }) => deviceOf(row.device) === '3060')?.predicted;
    expect(predictedOf(spoiled)).toBe(predictedOf(rows));
  });

  test.runIf(ALL)('is predicted as well as the targets of validate:published ask', () => {
    const [predictions, crowd] = [llamaCpp, localScoreRows(LOCALSCORE)].map(leaveOneOut);
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
