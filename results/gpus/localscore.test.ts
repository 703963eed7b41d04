/** The names that drivers gave to people's GPUs in a public crowd's rows (../shared/data/localscore_gpu_rows.csv). */

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { gpusCalled, gpusNamed, meaningOf } from './by-name.ts';

const FILE = new URL('../../../shared/data/localscore_gpu_rows.csv', import.meta.url);

/** Peaks in GB/s by name; without one, by name and memory. Null: the memory is the computer's. */
const EXPECTED: Readonly<Record<string, number | null>> = {
  'AMD  Radeon RX 7800 XT': 624.1,
  'AMD Radeon Graphics': null,
  'AMD Radeon RX 5700 XT': 448,
  'AMD Radeon RX 6600 XT': 256,
  'AMD Radeon RX 6700 XT': 384,
  'AMD Radeon RX 6800': 512,
  'AMD Radeon RX 6800 XT': 512,
  'AMD Radeon RX 6900 XT': 512,
  'AMD Radeon RX 7600 XT': 288,
  'Apple M1 4P+4E+7GPU': 68.25,
  'Apple M1 4P+4E+8GPU': 68.25,
  'Apple M1 Pro 6P+2E+14GPU': 200,
  'Apple M1 Pro 8P+2E+16GPU': 200,
  'Apple M1 Ultra 16P+4E+48GPU': 800,
  'Apple M1 Ultra 16P+4E+64GPU': 800,
  'Apple M2 4P+4E+10GPU': 100,
  'Apple M2 4P+4E+8GPU': 100,
  'Apple M2 Max 8P+4E+30GPU': 400,
  'Apple M2 Max 8P+4E+38GPU': 400,
  'Apple M2 Pro 8P+4E+19GPU': 200,
  'Apple M2 Ultra 16P+8E+60GPU': 800,
  'Apple M3 Pro 6P+6E+18GPU': 150,
  'Apple M4 4P+6E+10GPU': 120,
  'Apple M4 Max 12P+4E+40GPU': 546,
  'NVIDIA A100-SXM4-80GB': 2039,
  'NVIDIA A40': 696,
  'NVIDIA GeForce GTX 1050': 112.1,
  'NVIDIA GeForce GTX 1070 Ti': 256.3,
  'NVIDIA GeForce GTX 1070 with Max-Q Design': 256.3,
  'NVIDIA GeForce GTX 1080 Ti': 484.4,
  'NVIDIA GeForce RTX 2060 SUPER': 448,
  'NVIDIA GeForce RTX 2070 SUPER': 448,
  'NVIDIA GeForce RTX 2080 Ti': 616,
  'NVIDIA GeForce RTX 3050': 168,
  'NVIDIA GeForce RTX 3060': 360,
  'NVIDIA GeForce RTX 3060 Ti': 448,
  'NVIDIA GeForce RTX 3070 Ti Laptop GPU': 448,
  'NVIDIA GeForce RTX 3080 Laptop GPU': 448,
  'NVIDIA GeForce RTX 3080 Ti': 912,
  'NVIDIA GeForce RTX 3090 Ti': 1008,
  'NVIDIA GeForce RTX 4060': 272,
  'NVIDIA GeForce RTX 4060 Laptop GPU': 256,
  'NVIDIA GeForce RTX 4060 Ti': 288,
  'NVIDIA GeForce RTX 4070': 504.2,
  'NVIDIA GeForce RTX 4070 Ti SUPER': 672.3,
  'NVIDIA GeForce RTX 4090 D': 1008,
  'NVIDIA GeForce RTX 5070': 672,
  'NVIDIA GeForce RTX 5090': 1792,
  'NVIDIA H100 PCIe': 2039,
  'NVIDIA L4': 300,
  'NVIDIA L40S': 864,
  'NVIDIA RTX A2000 12GB': 288,
  'NVIDIA RTX A2000 8GB Laptop GPU': 224,
  'NVIDIA RTX A2000 Laptop GPU': 192,
  'NVIDIA RTX A4000': 448,
  'NVIDIA RTX A5000': 768,
  'NVIDIA T1200 Laptop GPU': 192,
  'Quadro P5000': 288.5,
  'Radeon RX 7900 XTX': 960,
};

/** The one part that a name means, by itself or with the memory that was measured beside it. */
function partOf(name: string, memoryGB: number) {
  const [only, ...others] = gpusCalled(name);
  if (only && others.length === 0) return only;
  // LocalScore counts whole GiB, less what the driver keeps.
  const having = gpusNamed(name).filter((gpu) => Math.abs(gpu.memoryBytes / 2 ** 30 - memoryGB) < 1.5);
  return having.length === 1 ? having[0] : undefined;
}

test.skipIf(!existsSync(FILE))('95 % of the names that drivers gave are known, each as the right part', () => {
  const rows = readFileSync(FILE, 'utf8').trim().split('\n').slice(1);
  const memoryOf = new Map(rows.map((row) => row.split(',')).map(([name = '', memory = '']) => [name, Number(memory)]));
  const found = [...memoryOf].map(([name, memoryGB]) => {
    const isShared = meaningOf(name).kind === 'shared';
    return { name, gbps: isShared ? null : partOf(name, memoryGB)?.gbps };
  });
  const known = found.filter(({ gbps }) => gbps !== undefined);
  console.log(`${known.length} of ${found.length} names of localscore_gpu_rows.csv are known`);
  expect(known.length / found.length).toBeGreaterThanOrEqual(0.95);
  expect(Object.fromEntries(known.map(({ name, gbps }) => [name, gbps]))).toEqual(
    Object.fromEntries(known.map(({ name }) => [name, EXPECTED[name]])),
  );
});
