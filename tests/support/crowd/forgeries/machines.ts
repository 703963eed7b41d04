/** Forgeries of the machine: other names, other places, other limits, and programs on the CPU that pass for GPUs. */

import type { RunRecord } from '../../../../results/record/schema.ts';
import { browser, isCard, isFallback, kernelsIn, placed } from './changes.ts';
import type { CrowdForgery } from './forgery.ts';

const NAMES = ['other-gpu', 'gpu-names', 'odd-adapter', 'above-peak', 'far-below-part', 'odd-place', 'like-software'];

const reportedAs =
  (gpu: string, memoryGB?: number) =>
  (record: RunRecord): void => {
    record.reported = { gpu, ...(memoryGB !== undefined && { memoryGB }) };
  };

export const OTHER_NAMES: readonly CrowdForgery[] = [
  ...(
    [
      ['NVIDIA H100', 80],
      ['NVIDIA GeForce RTX 5090', 32],
      ['AMD Radeon RX 7900 XTX', 24],
      ['Apple M4 Max', 128],
    ] as const
  ).map(
    ([gpu, memoryGB]): CrowdForgery => ({
      kind: 'other GPU’s name',
      name: `reported to be a ${gpu}`,
      forge: reportedAs(gpu, memoryGB),
      rules: NAMES,
      needs: ({ adapter }) => !`${adapter.description} ${adapter.renderer}`.includes(gpu),
    }),
  ),
  {
    kind: 'other GPU’s name',
    name: 'the fastest card of its vendor by WebGL and description',
    forge({ adapter }) {
      const name = adapter.vendor === 'amd' ? 'AMD Radeon RX 7900 XTX' : 'NVIDIA GeForce RTX 5090';
      if (adapter.description !== '') adapter.description = name;
      if (adapter.renderer !== null)
        adapter.renderer = `ANGLE (X, ${name} (0x00002684) Direct3D11 vs_5_0 ps_5_0, D3D11)`;
      adapter.architecture = adapter.vendor === 'amd' ? 'rdna-3' : 'blackwell';
    },
    rules: NAMES,
    needs: (record) => isCard(record) && !/7900 XTX|5090|PRO 6000|5080|7900 XT/.test(JSON.stringify(record.adapter)),
  },
  {
    kind: 'other GPU’s name',
    name: 'typed carelessly: rtx5090 32gb',
    forge: reportedAs('rtx5090 32gb'),
    rules: NAMES,
    needs: ({ adapter }) => !`${adapter.description} ${adapter.renderer}`.includes('5090'),
  },
  {
    kind: 'other GPU’s name',
    name: 'a small card of the same architecture',
    forge: (record) => reportedAs('NVIDIA L4', 24)(record),
    rules: NAMES,
    needs: ({ adapter }) => adapter.architecture === 'lovelace' && !JSON.stringify(adapter).includes('L4'),
  },
];

const PLACES = [
  'odd-place',
  'odd-adapter',
  'other-gpu',
  'above-peak',
  'gpu-names',
  'far-below-part',
  'like-software',
  'odd-limits',
];

export const REMOTE: readonly CrowdForgery[] = [
  {
    kind: 'remote machine',
    name: 'a server’s GPU in a browser on a Mac',
    forge: placed(
      {
        vendor: 'nvidia',
        architecture: 'hopper',
        description: 'NVIDIA H200',
        subgroupMinSize: 32,
        subgroupMaxSize: 32,
      },
      browser('Google Chrome', 'macOS'),
    ),
    rules: PLACES,
  },
  {
    kind: 'remote machine',
    name: 'an Apple GPU under Windows',
    forge: placed(
      { vendor: 'apple', architecture: 'metal-3', subgroupMinSize: 4, subgroupMaxSize: 64 },
      browser('Google Chrome', 'Windows'),
    ),
    rules: PLACES,
  },
  {
    kind: 'remote machine',
    name: 'a laptop’s GPU with the figures of a fast card',
    forge: placed(
      {
        vendor: 'intel',
        architecture: 'xe-2lpg',
        renderer: 'ANGLE (Intel, Intel(R) Arc(TM) 140V GPU (0x000064A0) Direct3D11 vs_5_0 ps_5_0, D3D11)',
        subgroupMinSize: 16,
        subgroupMaxSize: 32,
      },
      browser('Microsoft Edge', 'Windows'),
    ),
    rules: PLACES,
    needs: ({ adapter, plan }) => !adapter.isFallbackAdapter && plan.probeGBps > 200,
  },
  {
    kind: 'remote machine',
    name: 'Safari under Linux',
    forge: (record) => {
      record.host = browser('Safari', 'Linux');
    },
    rules: PLACES,
  },
  {
    kind: 'remote machine',
    name: 'a phone with a desktop card',
    forge: placed(
      { vendor: 'nvidia', architecture: 'lovelace', subgroupMinSize: 32, subgroupMaxSize: 32 },
      browser('Google Chrome', 'iOS'),
    ),
    rules: PLACES,
  },
];

const LIMITS = ['odd-adapter', 'odd-limits', 'like-software'];

export const limited =
  (limits: Record<string, number>) =>
  ({ adapter }: RunRecord): void => {
    Object.assign(adapter.limits, limits);
  };

export const EDITED_LIMITS: readonly CrowdForgery[] = [
  {
    kind: 'edited limits',
    name: 'bindings of 4 MiB',
    forge: limited({ maxStorageBufferBindingSize: 2 ** 22 }),
    rules: LIMITS,
  },
  {
    kind: 'edited limits',
    name: 'bindings larger than buffers',
    forge: limited({ maxStorageBufferBindingSize: 2 ** 40 }),
    rules: LIMITS,
  },
  {
    kind: 'edited limits',
    name: 'workgroups of 64',
    forge: limited({ maxComputeInvocationsPerWorkgroup: 64, maxComputeWorkgroupSizeX: 64 }),
    rules: LIMITS,
  },
  {
    kind: 'edited limits',
    name: 'the features of its kernels removed',
    forge: ({ adapter }) => {
      adapter.features = adapter.features.filter((name) => !['shader-f16', 'subgroups'].includes(name));
    },
    rules: LIMITS,
    needs: (record) => kernelsIn(record).some(({ case: { variant } }) => variant !== 'portable'),
  },
  {
    kind: 'edited limits',
    name: 'buffers of 128 MiB',
    forge: limited({ maxBufferSize: 2 ** 27, maxStorageBufferBindingSize: 2 ** 27 }),
    rules: LIMITS,
  },
  {
    kind: 'edited limits',
    name: 'an alignment of 1,024',
    forge: limited({ minStorageBufferOffsetAlignment: 1024 }),
    rules: LIMITS,
  },
];

const SOFTWARE = [
  'odd-adapter',
  'like-software',
  'above-peak',
  'far-below-part',
  'other-gpu',
  'gpu-names',
  'odd-place',
  'odd-limits',
];

export const IMITATORS: readonly CrowdForgery[] = [
  {
    kind: 'software passed off as hardware',
    name: 'as an RTX 4090, its subgroups, too',
    forge: placed(
      {
        vendor: 'nvidia',
        architecture: 'lovelace',
        renderer: 'ANGLE (NVIDIA, NVIDIA GeForce RTX 4090 (0x2684) Direct3D11, D3D11)',
        subgroupMinSize: 32,
        subgroupMaxSize: 32,
      },
      browser('Google Chrome', 'Windows'),
    ),
    rules: SOFTWARE,
    needs: isFallback,
  },
  {
    kind: 'software passed off as hardware',
    name: 'as an old GPU of Intel that no table has, its subgroups, too',
    forge: placed(
      { vendor: 'intel', architecture: 'gen-9', description: '', subgroupMinSize: 8, subgroupMaxSize: 32 },
      browser('Google Chrome', 'Linux'),
    ),
    rules: SOFTWARE,
    needs: isFallback,
  },
  {
    kind: 'software passed off as hardware',
    name: 'without its names and its flag',
    forge: placed({ vendor: '', architecture: '' }, browser('Google Chrome', 'Linux')),
    rules: SOFTWARE,
    needs: isFallback,
  },
  {
    kind: 'software passed off as hardware',
    name: 'as an old GPU of Intel with limits of its own',
    forge(record) {
      placed(
        { vendor: 'intel', architecture: 'gen-9', subgroupMinSize: 8, subgroupMaxSize: 32 },
        browser('Google Chrome', 'Linux'),
      )(record);
      Object.assign(record.adapter.limits, {
        maxBufferSize: 2 ** 31,
        maxStorageBufferBindingSize: 2 ** 30,
        minStorageBufferOffsetAlignment: 32,
      });
    },
    rules: SOFTWARE,
    needs: isFallback,
  },
];
