import { describe, expect, test } from 'vitest';
import { gpuOfName } from './by-name.ts';
import { fastestTflops, mostTflops } from './tflops.ts';

const named = (name: string) => {
  const gpu = gpuOfName(name);
  if (!gpu) throw new Error(`no ${name}`);
  return gpu;
};

describe('the most operations per second of a GPU', () => {
  test.each([
    ['NVIDIA GeForce GTX 1080 Ti', 11.34],
    ['NVIDIA Tesla P40', 11.76],
    ['AMD Radeon RX 580', 6.17],
    ['AMD Radeon Pro WX 7100', 5.73],
    ['NVIDIA Tesla P100 16GB', 18.7],
    ['NVIDIA A100 80GB', 312],
    ['NVIDIA V100 32GB', 125],
    ['AMD Radeon RX 9060 XT', 103],
    ['NVIDIA GeForce RTX 3090', 71.2],
  ])('of %s are %d × 10¹²', (name, most) => {
    expect(fastestTflops(named(name))).toBeCloseTo(most, -1);
  });

  test.each([
    'NVIDIA GB10',
    'NVIDIA GeForce RTX 5090 D',
    'NVIDIA GeForce GTX 1660 Ti',
    'NVIDIA Quadro GV100',
    'NVIDIA Quadro GP100',
    'AMD Radeon RX Vega 64',
    'AMD Radeon RX 9060',
    'AMD Radeon RX 9070 GRE',
    'Intel Arc B580',
    'Intel Arc A770 8GB',
    'Intel Data Center GPU Max 1550',
    'Apple M3 Ultra',
    'NVIDIA GeForce RTX 4060 Laptop GPU',
  ])('of %s are not known, whatever the weights', (name) => {
    for (const bits of [16, 8.5, 4.5]) expect(mostTflops(named(name), bits)).toBeUndefined();
  });

  test('grow as weights narrow', () => {
    const gpu = named('NVIDIA RTX PRO 6000 Blackwell');
    const { f16 = 0, fp8 = 0, fp4 = 0 } = gpu.tflops ?? {};
    expect([16, 8.5, 4.5].map((bits) => mostTflops(gpu, bits))).toEqual([f16, fp8, fp4]);
    // DP4a: four products in int8 in the time of one in f32.
    expect(mostTflops(named('NVIDIA GeForce GTX 1080 Ti'), 4.5)).toBeCloseTo(4 * 11.34, 9);
  });
});
