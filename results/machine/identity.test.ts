import { expect, test } from 'vitest';
import type { AdapterInfo } from '../record/schema.ts';
import { adapterLine, adapterName, isHidden, isSoftware, namesOf, softwareName, webglGpuOf } from './identity.ts';
import { vendorName, vendorNamedIn } from './vendors.ts';

const adapter = (given: Partial<AdapterInfo>): AdapterInfo => ({
  ...{ vendor: '', architecture: '', device: '', description: '', renderer: null, isFallbackAdapter: false },
  ...{ subgroupMinSize: 4, subgroupMaxSize: 128, features: [], limits: {} },
  ...given,
});

const RTX_4090 = 'ANGLE (NVIDIA, NVIDIA GeForce RTX 4090 (0x00002684) Direct3D11 vs_5_0 ps_5_0, D3D11)';

test.each([
  ['65541', 'mesa'],
  ['4318', 'nvidia'],
  ['0x10de', 'nvidia'],
  ['4098', 'amd'],
  ['32902', 'intel'],
  ['4203', 'apple'],
  ['20803', 'qualcomm'],
  ['5045', 'arm'],
  ['nvidia', 'nvidia'],
  ['123', '123'],
  ['', ''],
])('the vendor %j is called %j', (vendor, name) => expect(vendorName(vendor)).toBe(name));

test('a GPU’s name tells its vendor, or does not', () => {
  expect(['Quadro P4000', 'Radeon VII', 'Mali-G78', 'Apple M4', 'a GPU'].map(vendorNamedIn)).toEqual([
    ...['nvidia', 'amd', 'arm', 'apple', undefined],
  ]);
});

test.each<[string, Partial<AdapterInfo>, boolean]>([
  ['Firefox’s flag, without a name', { isFallbackAdapter: true }, true],
  ['no name, and WebGL on llvmpipe', { renderer: 'llvmpipe, or similar' }, true],
  ['no name, and WebGL on a GPU', { renderer: 'Apple M1, or similar' }, false],
  ['no name at all', {}, false],
  ['a GPU, beside a WebGL on the CPU', { vendor: 'nvidia', renderer: 'llvmpipe (LLVM 15.0.7, 256 bits)' }, false],
  ['wgpu’s description', { vendor: 'mesa', device: '0', description: 'llvmpipe (LLVM 19.1.7, 256 bits)' }, true],
  ['Windows’ own', { vendor: 'microsoft', description: 'Microsoft Basic Render Driver' }, true],
  ['Windows’ own, described by its driver', { device: 'microsoft-basic-render-driver', description: 'D3D12' }, true],
  ['Microsoft’s number, who makes no GPUs', { vendor: '5140', device: '140' }, true],
  [
    'WebGL’s name of Windows’ own',
    { renderer: 'ANGLE (Microsoft, Microsoft Basic Render Driver (0x0000008C) D)' },
    true,
  ],
])('a software adapter is known by %s: %j', (_, given, software) => {
  expect(isSoftware(adapter(given))).toBe(software);
});

test.each<[string, Partial<AdapterInfo>, string | undefined]>([
  ['of the vendor that WebGPU names', { vendor: 'nvidia', renderer: RTX_4090 }, 'NVIDIA GeForce RTX 4090'],
  [
    'of the same architecture',
    { vendor: 'nvidia', architecture: 'lovelace', renderer: RTX_4090 },
    'NVIDIA GeForce RTX 4090',
  ],
  ['where WebGPU names nothing', { renderer: RTX_4090 }, 'NVIDIA GeForce RTX 4090'],
  ['of another vendor', { vendor: 'intel', renderer: RTX_4090 }, undefined],
  ['of another architecture', { vendor: 'nvidia', architecture: 'ampere', renderer: RTX_4090 }, undefined],
  ['of an adapter that is software', { isFallbackAdapter: true, renderer: RTX_4090 }, undefined],
  ['on the CPU, of an adapter that is a GPU', { vendor: 'intel', renderer: 'llvmpipe (LLVM 15)' }, undefined],
])('WebGL names the GPU %s', (_, given, name) => expect(webglGpuOf(adapter(given))?.name).toBe(name));

test('names come from description, device and WebGL, and neither from stand-ins nor from numbers', () => {
  expect(namesOf(adapter({ description: 'A', device: 'B', renderer: 'NVIDIA C' }))).toEqual(['B', 'A', 'NVIDIA C']);
  expect(namesOf(adapter({ device: '9860', renderer: 'Apple M1, or similar' }))).toEqual([]);
  expect(namesOf(adapter({ device: '0x2684' }))).toEqual([]);
  expect(namesOf(adapter({ device: 'nvidia-l4', description: 'D3D12 driver version 31.0.101.4090' }))).toEqual([
    'nvidia-l4',
  ]);
});

test('an adapter is shown by its surest name', () => {
  const chromes = { vendor: 'nvidia', architecture: 'lovelace' };
  expect(adapterName(adapter({ ...chromes, description: 'NVIDIA L4' }))).toBe('NVIDIA L4');
  expect(adapterName(adapter({ device: 'nvidia-l4', description: 'D3D12 driver version 31.0.101.4090' }))).toBe(
    'nvidia-l4',
  );
  expect(adapterName(adapter({ ...chromes, renderer: RTX_4090 }))).toBe('NVIDIA GeForce RTX 4090');
  expect(adapterName(adapter(chromes))).toBe('nvidia lovelace');
  expect(adapterName(adapter({ renderer: 'NVIDIA GeForce GTX 980, or similar' }))).toBe('');
});

test('a line has all names of an adapter', () => {
  const chromes = { vendor: 'nvidia', architecture: 'lovelace', renderer: RTX_4090 };
  expect(adapterLine(adapter(chromes))).toBe('nvidia · lovelace · by WebGL NVIDIA GeForce RTX 4090');
  expect(adapterLine(adapter({ renderer: 'Apple M1, or similar' }))).toBe('by WebGL Apple M1, or similar');
  expect(adapterLine(adapter({}))).toBe('unnamed');
  expect(adapterLine(adapter({ vendor: 'mesa', device: '0', description: 'llvmpipe' }))).toBe('mesa · llvmpipe');
});

test.each<[Partial<AdapterInfo>, string]>([
  [{ vendor: 'google', architecture: 'swiftshader' }, 'google swiftshader'],
  [{ vendor: 'mesa', description: 'llvmpipe (LLVM 19.1.7, 256 bits)' }, 'llvmpipe (LLVM 19.1.7, 256 bits)'],
  [{ renderer: 'llvmpipe, or similar' }, 'llvmpipe'],
  [{}, ''],
])('the software adapter %j is called %s', (given, name) => expect(softwareName(adapter(given))).toBe(name));

test('an adapter without a name whose limits are its own is not hidden', () => {
  expect(isHidden(adapter({ limits: { maxBufferSize: 2 ** 28 } }))).toBe(false);
});
