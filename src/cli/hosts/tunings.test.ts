import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Tuned } from '../../../harness/tuning/store.ts';
import type { AdapterInfo, HostInfo } from '../../../results/record/schema.ts';
import { KERNELS } from '../../../shaders/registry.ts';
import { keepTunings, readTunings, tuningsPath } from './tunings.ts';

let folder: string;
let path: string;
const warnings: string[] = [];
const warn = (line: string) => warnings.push(line);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-'));
  path = join(folder, 'deep/tunings.json');
  warnings.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const adapter: AdapterInfo = {
  vendor: 'maker',
  architecture: 'arch',
  device: '',
  description: 'a part',
  renderer: null,
  isFallbackAdapter: false,
  subgroupMinSize: 32,
  subgroupMaxSize: 32,
  features: [],
  limits: {},
};
const host: HostInfo = { kind: 'node', brand: 'Dawn', majorVersion: 1, platform: 'linux x64' };
const kernels = [KERNELS.ceiling];

const tuned = (bytes: number, loadsInFlight: number): Tuned => ({
  kernel: KERNELS.ceiling.id,
  variant: 'portable',
  params: { bytes },
  tuning: { ...KERNELS.ceiling.defaults, loadsInFlight },
  evidence: {
    tried: 3,
    possible: 15,
    unfit: [{ tuning: { workgroupSize: 64 }, kind: 'wrong', reason: 'error 1 (NMSE) is above 0' }],
    candidate: { ...KERNELS.ceiling.defaults, loadsInFlight },
    speedup: { value: 1.2, ci95: [1.1, 1.3] },
    samples: [{ round: 0, defaultMs: 1.2, candidateMs: 1 }],
  },
});

test('winners are read back with their evidence; a new winner replaces the old one of its problem, others stay', () => {
  keepTunings(kernels, adapter, host, [tuned(1024, 4), tuned(4096, 2)], { path, warn });
  keepTunings(kernels, adapter, host, [tuned(1024, 16)], { path, warn });
  const read = readTunings(kernels, adapter, host, { path, warn });
  expect(read).toHaveLength(2);
  expect(read).toContainEqual(tuned(1024, 16));
  expect(read).toContainEqual(tuned(4096, 2));
  expect(warnings).toEqual([]);
});

test('each machine has its own winners: another adapter or major version of the engine has none', () => {
  keepTunings(kernels, adapter, host, [tuned(1024, 4)], { path, warn });
  expect(readTunings(kernels, { ...adapter, device: 'other' }, host, { path, warn })).toEqual([]);
  expect(readTunings(kernels, adapter, { ...host, majorVersion: 2 }, { path, warn })).toEqual([]);
  keepTunings(kernels, { ...adapter, device: 'other' }, host, [tuned(1024, 16)], { path, warn });
  expect(readTunings(kernels, adapter, host, { path, warn })).toEqual([tuned(1024, 4)]);
});

test('a kernel whose code has changed has no winners', () => {
  keepTunings(kernels, adapter, host, [tuned(1024, 4)], { path, warn });
  const changed = [{ ...KERNELS.ceiling, wgsl: () => '// another' }];
  expect(readTunings(changed, adapter, host, { path, warn })).toEqual([]);
});

test.each([
  ['no JSON', '{"version": 1, "mach'],
  ['another version', '{"version": 1, "machines": {}}'],
  ['an unknown key', '{"version": 2, "machines": {}, "more": 1}'],
])('an unusable file (%s) is named in one line, moved aside, and replaced', (_, text) => {
  const file = join(folder, 'tunings.json');
  writeFileSync(file, text);
  expect(readTunings(kernels, adapter, host, { path: file, warn })).toEqual([]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(file);
  expect(warnings[0]).not.toContain('\n');
  keepTunings(kernels, adapter, host, [tuned(1024, 4)], { path: file, warn });
  expect(readTunings(kernels, adapter, host, { path: file, warn })).toHaveLength(1);
  expect(readFileSync(`${file}.unusable`, 'utf8')).toBe(text);
});

test('winners whose file cannot be written are in another, with the older ones, and are used from there', () => {
  const cache = process.env.HBMARK_CACHE;
  const inTheWay = join(folder, 'file');
  writeFileSync(inTheWay, 'not a folder');
  process.env.HBMARK_CACHE = join(inTheWay, 'tunings.json');
  try {
    const { store, unwritten } = keepTunings(kernels, adapter, host, [tuned(1024, 4)], { warn });
    expect(unwritten).toContain(`are not in ${join(inTheWay, 'tunings.json')}, which cannot be written (`);
    expect(unwritten).toContain(`; they are in ${store}, which later runs use with HBMARK_CACHE=`);
    expect(tuningsPath()).toBe(store);
    expect(keepTunings(kernels, adapter, host, [tuned(4096, 2)], { warn })).toEqual({ store, unwritten: undefined });
    expect(readTunings(kernels, adapter, host, { warn })).toEqual([tuned(1024, 4), tuned(4096, 2)]);
    rmSync(dirname(store ?? ''), { recursive: true });
  } finally {
    if (cache === undefined) delete process.env.HBMARK_CACHE;
    else process.env.HBMARK_CACHE = cache;
  }
});

test('a missing file has no winners, without a warning', () => {
  expect(readTunings(kernels, adapter, host, { path, warn })).toEqual([]);
  expect(warnings).toEqual([]);
  expect(existsSync(path)).toBe(false);
});

test('the file names the adapter for a person who opens it', () => {
  keepTunings(kernels, adapter, host, [tuned(1024, 4)], { path, warn });
  expect(readFileSync(path, 'utf8')).toContain('maker · arch · a part');
});

test('the file is that of HBMARK_CACHE, else in the XDG cache directory', () => {
  expect(tuningsPath({ HBMARK_CACHE: '/x/y.json', XDG_CACHE_HOME: '/c' })).toBe('/x/y.json');
  expect(tuningsPath({ XDG_CACHE_HOME: '/c' })).toBe(join('/c', 'hbmark', 'tunings.json'));
  expect(tuningsPath({})).toMatch(/\.cache.hbmark.tunings\.json$/);
});
