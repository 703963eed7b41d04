/**
 * How long the law over a large collection takes, and the judgement of a run: the median time of the processor, which
 * other programs on the machine do not take part in.
 */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GPUS } from '../../results/gpus/by-name.ts';
import { readRecord } from '../../results/record/check.ts';
import { randomSource } from '../../results/statistics.ts';
import { judge } from '../../src/crowd/checks/index.ts';
import { crowdLaw } from '../../src/crowd/law.ts';
import type { Row } from '../../src/crowd/row.ts';
import { summarise } from '../../src/crowd/summary.ts';

const ROWS = 100_000;

const random = randomSource(1);
const uniform = () => random.below(1e6) / 1e6;

/** Runs of all GPUs of the table. */
const rows = Array.from({ length: ROWS }, (_, i): Row => {
  const gpu = GPUS[i % GPUS.length] ?? { name: '', memoryGB: 1, gbps: 1 };
  const gbps = gpu.gbps * (0.7 + 0.25 * uniform());
  return {
    ...{ id: i.toString(16), claimed: '2026-11-29T12:00:00.000Z', software: false },
    part: { name: gpu.name, memoryGB: gpu.memoryGB, count: 1 },
    ...{ vendor: '', architecture: '', program: 'chrome', system: 'windows', profile: 'quick', fingerprint: [] },
    ...{ gbps, gbpsInterval: [gbps * 0.98, gbps * 1.02] },
    steps: [2.5e9, 2.7e9].map((bytes, n) => ({
      ...{ model: 'llama-3.2-1b', weights: 'f16', kv: 'f16', context: 128 * 32 ** n, batch: 1, bytes },
      tokensPerSecond: ((gbps * 1e9) / bytes) * (0.6 + 0.3 * uniform()),
      interval: null,
    })),
  };
});

/** The median time of the processor for some calls, in ms. */
function timeMs(call: () => unknown, times = 7): number {
  const each = Array.from({ length: times }, () => {
    const start = process.cpuUsage();
    call();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  }).sort((a, b) => a - b);
  return each[Math.floor(times / 2)] ?? Number.NaN;
}

test('the summary of a large collection, and the law over its parts', () => {
  const points = GPUS.map(({ name, memoryGB, gbps }) => ({
    part: { name, memoryGB, count: 1 },
    gbps,
    stepGBps: gbps * (0.6 + 0.3 * uniform()),
  }));
  expect(crowdLaw(points)?.parts).toBe(GPUS.length);
  console.info(
    [
      `the law over ${points.length} points: ${timeMs(() => crowdLaw(points)).toFixed(1)} ms`,
      `the summary of ${ROWS} rows: ${timeMs(() => summarise(rows)).toFixed(0)} ms`,
    ].join('\n'),
  );
});

test('the judgement of a run', () => {
  const file = new URL('../../results/data/2026-11-27-lavapipe-smollm2.json', import.meta.url);
  const text = readFileSync(file, 'utf8');
  const ms = timeMs(() => {
    const record = readRecord(JSON.parse(text));
    judge(record, Date.parse(record.created) + 1000);
  }, 9);
  console.info(`a record of ${text.length} bytes is checked and judged in ${ms.toFixed(0)} ms`);
});
