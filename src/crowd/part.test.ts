/** Tests of which part a record names. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRecord } from '../../results/record/check.ts';
import type { RunRecord } from '../../results/record/schema.ts';
import { partKey, partOf } from './part.ts';

const FILE = new URL('../../results/data/2026-11-24-swiftshader-quick.json', import.meta.url);
const { adapter } = readRecord(JSON.parse(readFileSync(FILE, 'utf8')));

/** A record of a GPU with these names. */
const named = (names: Partial<RunRecord['adapter']>, reported: RunRecord['reported'] = {}) => ({
  adapter: {
    ...adapter,
    ...{ vendor: 'nvidia', architecture: '', device: '', description: '', renderer: null, isFallbackAdapter: false },
    ...names,
  },
  reported,
});

const BY_WEBGL = 'ANGLE (NVIDIA, NVIDIA GeForce RTX 4090 (0x00002684) Direct3D11 vs_5_0 ps_5_0, D3D11)';

test.each([
  ['what a person named', named({}, { gpu: 'rtx4090' }), 'NVIDIA GeForce RTX 4090'],
  ['the adapter’s own name', named({ description: 'NVIDIA GeForce RTX 4090' }), 'NVIDIA GeForce RTX 4090'],
  ['WebGL’s name', named({ renderer: BY_WEBGL }), 'NVIDIA GeForce RTX 4090'],
  [
    'a version for laptops',
    named({ description: 'NVIDIA GeForce RTX 4090 Laptop GPU' }),
    'NVIDIA GeForce RTX 4090 Laptop GPU',
  ],
  ['no name for a driver', named({ description: 'D3D12 driver version 31.0.101.4090' }), ''],
  [
    'the device before its driver',
    named({ device: 'NVIDIA GeForce RTX 3060', description: 'RTX 4090' }),
    'NVIDIA GeForce RTX 3060',
  ],
  ['no name for one of two', named({}, { gpu: 'A100' }), ''],
  ['the one of two that has the memory', named({}, { gpu: 'A100', memoryGB: 40 }), 'NVIDIA A100 40GB'],
  ['the variant that has the memory', named({}, { gpu: 'RTX 3060', memoryGB: 8 }), 'NVIDIA GeForce RTX 3060 8GB'],
  ['no name for another memory', named({}, { gpu: 'RTX 4090', memoryGB: 48 }), ''],
  ['Apple’s bin by its memory', named({}, { gpu: 'M3 Max', memoryGB: 36 }), 'Apple M3 Max 30-core GPU'],
  ['Apple’s GPUs with any memory up to the largest', named({}, { gpu: 'M2 Max', memoryGB: 32 }), 'Apple M2 Max'],
  ['no name for any text', named({}, { gpu: 'the best GPU ever' }), ''],
  ['no name for software', { adapter, reported: { gpu: 'RTX 4090' } }, ''],
])('%s', (_, record, name) => expect(partOf(record).name).toBe(name));

test('equal parts have one key', () => {
  const part = partOf(named({}, { gpu: 'rtx4090' }));
  expect(partKey(part)).toBe(partKey({ ...part }));
  expect(partKey(part)).not.toBe(partKey({ ...part, memoryGB: 48 }));
});
