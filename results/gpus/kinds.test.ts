import { expect, test } from 'vitest';
import { GPUS } from './by-name.ts';
import { deviceOf, kindOf } from './kinds.ts';

test.each([
  ['NVIDIA GeForce RTX 4090', 'NVIDIA', 'Ada'],
  ['NVIDIA RTX 6000 Ada Generation', 'NVIDIA', 'Ada'],
  ['Quadro RTX 6000', 'NVIDIA', 'Turing'],
  ['NVIDIA RTX A6000', 'NVIDIA', 'Ampere'],
  ['NVIDIA RTX PRO 6000 Blackwell', 'NVIDIA', 'Blackwell'],
  ['NVIDIA GeForce RTX 4060 Laptop GPU', 'NVIDIA', 'Ada laptop'],
  ['NVIDIA Tesla T4', 'NVIDIA', 'Turing at 70 W'],
  ['NVIDIA L4', 'NVIDIA', 'Ada at 70 W'],
  ['NVIDIA A100-SXM4-80GB', 'NVIDIA', 'Ampere HBM'],
  ['NVIDIA H200', 'NVIDIA', 'Hopper'],
  ['NVIDIA RTX A1000', 'NVIDIA', 'Ampere'],
  ['NVIDIA RTX PRO 6000 Blackwell Max-Q', 'NVIDIA', 'Blackwell'],
  ['NVIDIA B200', 'NVIDIA', 'Blackwell HBM'],
  ['NVIDIA GeForce GTX 1660 Ti', 'NVIDIA', 'Turing'],
  ['NVIDIA GeForce GTX 1070 with Max-Q Design', 'NVIDIA', 'Pascal laptop'],
  ['AMD Radeon RX 7900 XTX', 'AMD', 'RDNA 3'],
  ['AMD Radeon RX 9070 XT', 'AMD', 'RDNA 4'],
  ['AMD Instinct MI300X', 'AMD', 'CDNA'],
  ['Apple M2 Ultra', 'Apple', 'M2'],
  ['Apple M4 Max 12P+4E+40GPU', 'Apple', 'M4'],
  ['Intel Arc A770', 'Intel', 'Alchemist'],
  ['Intel Arc B580', 'Intel', 'Battlemage'],
])('%s is of %s, %s', (name, vendor, architecture) => {
  expect(kindOf(name)).toEqual({ vendor, architecture });
});

test.each(['Qualcomm Adreno X1-85', 'Google TPU v5e', 'Intel Gaudi 3', 'llvmpipe', 'ARM Mali-G78', ''])(
  '%s is of no kind',
  (name) => {
    expect(kindOf(name)).toBeUndefined();
  },
);

test('every GPU of the table by a vendor of engines has a kind, and its own device', () => {
  for (const { name } of GPUS) {
    if (!/^(NVIDIA|AMD|Apple|Intel (?!Gaudi))/.test(name)) continue;
    expect(kindOf(name), name).toBeDefined();
    expect(deviceOf(name), name).not.toBe('');
  }
});

test('names of one GPU have one device, and those of others another', () => {
  expect(deviceOf('NVIDIA GeForce RTX 4060 Ti 16GB')).toBe(deviceOf('RTX 4060 Ti'));
  expect(deviceOf('Apple M2 Pro 8P+4E+19GPU')).toBe(deviceOf('Apple M2 Pro 19c'));
  expect(deviceOf('DGX Spark (NVIDIA GB10)')).toBe(deviceOf('NVIDIA GB10'));
  expect(deviceOf('NVIDIA A100-SXM4-80GB')).toBe(deviceOf('NVIDIA A100 80GB'));
  expect(deviceOf('RTX 4060')).not.toBe(deviceOf('RTX 4060 Laptop GPU'));
  expect(deviceOf('RX 7900 XT')).not.toBe(deviceOf('RX 7900 XTX'));
});
