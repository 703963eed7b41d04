import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { THROUGHPUT } from '../../../../results/reference/published.ts';
import { perGpuFrontiers, perMegawattFrontiers } from '../../../model/published/frontier.ts';
import { generationResult, measuredGrowth } from '../../../model/published/generations.ts';
import { validate } from '../../commands/validate.ts';
import { frontierLines, generationLines } from '../tables/generations-table.ts';
import { frontierChart } from './frontier-chart.ts';
import { generationsChart } from './generations-chart.ts';
import { partialReads, partialReadsChart, partialReadsLines } from './partial-reads-chart.ts';

/** Every coordinate of a chart's lines and dots. */
const coordinates = (svg: string): number[] =>
  [...svg.matchAll(/ (?:d|cx|cy|x|y)="([^"]*)"/g)].flatMap(([, of = '']) => of.match(/-?[\d.]+/g)?.map(Number) ?? []);

const expectDrawn = (svg: string, size: number): void => {
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svg).toContain('prefers-color-scheme: dark');
  for (const value of coordinates(svg)) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(size);
  }
};

test('the chart of generations has a dot for each measured GPU, and a score for each law', () => {
  const result = generationResult(THROUGHPUT);
  const svg = generationsChart(result);
  expectDrawn(svg, 950);
  expect(svg.match(/class="dot"/g)).toHaveLength(result.joined.length + 1);
  for (const { name } of result.scores) expect(svg).toContain(name);
  const text = generationLines(result, measuredGrowth(THROUGHPUT)).join('\n');
  expect(text).toMatch(/Rubin Ultra NVL576 +announced/);
  expect(text).toMatch(/prefer BW ÷ bytes of a weight/);
});

test('the chart of the frontier has a dot for each published result, and a line for each GPU whose power is known', () => {
  const perGpu = perGpuFrontiers(THROUGHPUT);
  const perMegawatt = perMegawattFrontiers(THROUGHPUT);
  expectDrawn(frontierChart(perGpu, perMegawatt), 950);
  expect(perGpu.length).toBeGreaterThanOrEqual(4);
  for (const { predicted, byMemory, gpu } of [...perGpu, ...perMegawatt.filter((one) => one.predicted.length > 0)]) {
    for (const [i, point] of predicted.entries()) {
      const before = predicted[i - 1];
      if (before) expect(point.throughput, gpu).toBeGreaterThan(before.throughput);
    }
    const most = (points: typeof predicted) => Math.max(...points.map(({ throughput }) => throughput));
    expect(most(byMemory)).toBeGreaterThan(most(predicted));
  }
  expect(frontierLines(perGpu, perMegawatt).join('\n')).toMatch(/NVIDIA B200 +mxfp4 +InferenceX +MW +90 +2,800,000/);
});

test('the chart of partial reads is inside its panels, and its table has every preset', () => {
  expectDrawn(partialReadsChart(), 950);
  const all = partialReads();
  for (const { model, share, shareNeeded } of all) {
    expect(share, model).toBeLessThanOrEqual(1);
    expect(shareNeeded, model).toBeLessThan(0.05);
  }
  expect(partialReadsLines(all).join('\n')).toMatch(/llama-3\.1-70b +71 +1\.0 /);
});

test('a part without a chart, and an unknown part, are refused in one line', () => {
  expect(() => validate.parse([], { only: 'served', chart: 'x.svg' })).toThrow(/^--chart draws [^\n]*$/);
  expect(() => validate.parse([], { only: 'everything' })).toThrow(/^--only must be one of law, served[^\n]*$/);
});

const ROW = {
  ...{ gpu: 'NVIDIA H200', gpus: 8, model: 'deepseek-v3', weights: 'fp8', test: 'a test', by: 'me' },
  ...{ input: 1000, output: 1000, dataParallel: true, tokensPerSecondPerGpu: 1627 },
};

const rowsFile = (content: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'hbmark-rows-')), 'rows.json');
  writeFileSync(path, content);
  return path;
};

test('rows of one’s own are predicted as the same published ones are', () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  const written = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  validate.run(validate.parse([], { rows: rowsFile(JSON.stringify([ROW])) }));
  const text = [...printed.mock.calls, ...written.mock.calls].map(([line]) => String(line)).join('\n');
  printed.mockRestore();
  written.mockRestore();
  expect(text).toMatch(/NVIDIA H200 +deepseek-v3 +fp8 +a test +1,627 +\d/);
});

test.each([
  ['no JSON', '{', /is not \(.*JSON/],
  ['no list', '{}', /is not \(the list: /],
  ['no rows', '[]', /is not \(the list: /],
  ['a row without a GPU', JSON.stringify([{ ...ROW, gpu: undefined }]), /is not \(0\.gpu: /],
  [
    'an unknown GPU',
    JSON.stringify([{ ...ROW, gpu: 'Abacus' }]),
    /row 1: no operations per second are known of Abacus/,
  ],
  ['an unknown model', JSON.stringify([{ ...ROW, model: 'cat' }]), /row 1: unknown model/],
  ['an unknown format', JSON.stringify([{ ...ROW, weights: 'int3' }]), /row 1: .*int3/],
  ['no lengths', JSON.stringify([{ ...ROW, input: undefined }]), /none has/],
])('rows with %s are refused in one line', (_, content, message) => {
  const input = validate.parse([], { rows: rowsFile(content) });
  expect(() => validate.run(input)).toThrow(message);
  expect(() => validate.run(input)).toThrow(/^--rows must [^\n]*$/);
});
