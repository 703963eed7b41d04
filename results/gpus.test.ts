import { expect, test } from 'vitest';
import { z } from 'zod';
import { GPUS, gpusCalled, gpusNamed } from './gpus.ts';

const rowSchema = z.strictObject({
  name: z.string().min(2),
  // The ranges hold phones and the largest accelerators, and no figure in MB or TB/s.
  memoryGB: z.number().min(4).max(512),
  gbps: z.number().min(50).max(10_000),
  source: z.string().min(10),
  architecture: z
    .string()
    .regex(/^[a-z]+ [a-z0-9-]+$/)
    .optional(),
  alsoCalled: z.array(z.string().min(2)).min(1).optional(),
});

test('every row has a source and plausible figures', () => {
  expect(z.array(rowSchema).safeParse(GPUS).error?.issues ?? []).toEqual([]);
  expect(new Set(GPUS.map(({ name }) => name)).size).toBe(GPUS.length);
  // Reading the whole memory takes 10 to 500 ms; otherwise one of the two figures has the wrong unit.
  for (const { name, memoryGB, gbps } of GPUS) {
    expect((1000 * memoryGB) / gbps, name).toBeGreaterThan(10);
    expect((1000 * memoryGB) / gbps, name).toBeLessThan(500);
  }
});

test.each([
  ['nvidia turing', 672],
  ['nvidia ampere', 2039],
  ['nvidia lovelace', 1008],
  ['nvidia blackwell', 1792],
  ['amd rdna-2', 576],
  ['amd rdna-3', 960],
  ['amd rdna-4', 644.6],
  ['intel xe-2lpg', 136.5],
])('the fastest GPU of %s moves %d GB/s', (architecture, gbps) => {
  const peaks = GPUS.filter((gpu) => gpu.architecture === architecture).map((gpu) => gpu.gbps);
  expect(Math.max(...peaks)).toBe(gbps);
});

test.each(GPUS.map(({ name }) => name))('%s is found by its name', (name) => {
  expect(gpusNamed(name).map((gpu) => gpu.name)).toContain(name);
});

test.each([
  ['NVIDIA GeForce RTX 4090', 1008],
  ['rtx4090', 1008],
  ['4070 Ti Super', 672.3],
  ['RTX 4070Ti SUPER 16 GB', 672.3],
  ['AMD Radeon(TM) RX 7900 XTX', 960],
  ['Radeon RX 7900 XT', 800],
  ['Apple M2 Max', 400],
  ['MacBook Pro, M1', 68.25],
  ['NVIDIA H100 NVL', 3900],
  ['A100-SXM4-40GB', 1555],
  ['DGX Spark', 273.2],
])('%s moves at most %d GB/s', (text, gbps) => expect(gpusNamed(text)[0]?.gbps).toBe(gbps));

test.each([
  ['A100', [2039, 1555]],
  ['H100', [3900, 3350]],
  ['RTX 3080', [912, 760.3]],
])('%s may mean several GPUs, the highest peak first', (text, peaks) => {
  expect(gpusNamed(text).map(({ gbps }) => gbps)).toEqual(peaks);
});

test.each([
  '',
  'GPU',
  'NVIDIA',
  'my laptop',
  'RTX 4090 Laptop GPU',
  'RTX 3070 Ti',
  'RTX 3070 Max-Q',
  'TITAN V',
  'RX 6800S',
  'H100 PCIe',
  'M9',
])('%j is not in the table', (text) => expect(gpusNamed(text)).toEqual([]));

test('a GPU’s own name means that GPU, even where others are sold under it', () => {
  expect(gpusCalled('NVIDIA H100').map(({ name }) => name)).toEqual(['NVIDIA H100']);
  expect(gpusCalled('h100 sxm').map(({ name }) => name)).toEqual(['NVIDIA H100']);
  expect(gpusCalled('A100').length).toBe(2);
});
