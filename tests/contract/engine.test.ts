/** The engine on this project's adapter: wrong kernels get no time, and what goes wrong on the way loses nothing. */

import { describe, expect, test } from 'vitest';
import { testHost } from '#host';
import { describeAdapter, openGpu } from '../../harness/device/device.ts';
import { createFiller, readBack } from '../../harness/device/memory.ts';
import { createMemory, type SidePools } from '../../harness/device/pools.ts';
import type { Host } from '../../harness/host.ts';
import type { Profile } from '../../harness/profiles.ts';
import type { GrowthLog } from '../../harness/rig/growth.ts';
import { prepare } from '../../harness/sampling/prepared.ts';
import { Comparison } from '../../harness/sampling/verify.ts';
import { isMeasured, memoryShare, readLine, streamingGBps } from '../../results/derived/derive.ts';
import { labelsOf } from '../../results/labels/index.ts';
import { BOUND_SHARE } from '../../results/labels/machine.ts';
import { checkRecord } from '../../results/record/check.ts';
import type { Case } from '../../results/record/schema.ts';
import { NOT_REACHED } from '../../results/record/unfinished.ts';
import { randomSource } from '../../results/statistics.ts';
import { E8M0_SCALE } from '../../shaders/formats/scales.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { TAME_FLOATS } from '../../shaders/random.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { BRIEF, finish, hostWith, withoutTimestamps } from '../support/engine.ts';
import { ALL } from '../support/tier.ts';

/** The side pools: one of each kind. */
const SIDE: SidePools = { written: true, scales: [E8M0_SCALE.words] };

const [gemv] = KERNELS.measured.filter((kernel) => kernel.id === 'gemv');
if (!gemv) throw new Error('there is no gemv');

/** A budget that is enough for everything on a busy machine. */
const AMPLE_MS = 600_000;

/** GEMV with one matrix, in one format. */
const product: Kernel = {
  ...gemv,
  shapes: (...sizes) =>
    gemv
      .shapes(...sizes)
      .filter(({ format }) => format === 'f16')
      .slice(-1),
};

describe('a whole run', () => {
  test('reads its ceiling in three sizes in the same rounds, and once more through half of the pool', async () => {
    const kernels = { ...KERNELS, measured: [KERNELS.ceiling] };
    const { record } = await finish(await testHost(), { kernels });
    const measured = record.measurements.filter(isMeasured);
    const { poolBytes, largestDispatchBytes } = record.plan;
    expect(measured.map((m) => [m.case.params.bytes, m.case.withinBytes, m.rotationBytes])).toEqual([
      [largestDispatchBytes / 4, undefined, poolBytes],
      [largestDispatchBytes / 2, undefined, poolBytes],
      [largestDispatchBytes, undefined, poolBytes],
      [largestDispatchBytes, poolBytes / 2, poolBytes / 2],
    ]);
    const rounds = measured.map(({ samples }) => new Set(samples.map(({ round }) => round)));
    expect([...(rounds[0] ?? [])].filter((round) => rounds.every((of) => of.has(round))).length).toBeGreaterThan(1);
    expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
  });

  test('resumes a run whose plan reads the ceiling in one size, and adds none to it', async () => {
    const signal = { aborted: false };
    const kernels = { ...KERNELS, measured: [KERNELS.ceiling] };
    const { record: before } = await finish(await testHost(), { kernels, signal }, ({ type }) => {
      if (type === 'measurement') signal.aborted = true;
    });
    const isLargest = ({ params, withinBytes }: Case) =>
      params.bytes === before.plan.largestDispatchBytes && withinBytes === undefined;
    const one = {
      plan: { ...before.plan, cases: before.plan.cases.filter(isLargest) },
      measurements: before.measurements.filter((m) => isLargest(m.case)),
    };
    const { record } = await finish(await testHost(), { kernels, resume: { ...before, ...one } });
    expect(record.measurements.map(({ status }) => status)).toEqual(['measured']);
    expect(readLine(record)).toBeUndefined();
    expect(streamingGBps(record)?.value).toBeGreaterThan(0);
  });

  test('fractions of progress never fall', async () => {
    const { events } = await finish(await testHost(), { kernels: { ...KERNELS, measured: [KERNELS.ceiling] } });
    const fractions = events.flatMap((e) => (e.type === 'progress' ? [e.fraction] : []));
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });
});

test.runIf(ALL)(
  'a program that imitates a GPU is judged by the fastest of three layouts of the ceiling and of GEMV',
  async () => {
    // The sizes are large enough to tell bytes from dispatches, and small enough for a busy machine.
    const profile: Profile = { ...BRIEF, measureMs: 5000, largestBytes: 2 ** 21 };
    const kernels = { ...KERNELS, measured: [KERNELS.ceiling, product] };
    const { record } = await finish(await testHost(), { profile, kernels, budgetMs: AMPLE_MS });
    const races = record.plan.layouts;
    expect(new Set(races.map(({ kernel }) => kernel))).toEqual(new Set(['stream-read', 'gemv']));
    expect(races.map(({ tried }) => tried.length)).toEqual(races.map(() => 3));
    // Other programs on the machine may take so much of the CPU that memory is the bound, or leave it open.
    const [, high] = memoryShare(record)?.ci95 ?? [];
    const [label] = labelsOf(record).filter(({ id }) => id === 'not-bandwidth-bound');
    expect(label !== undefined).toBe(high !== undefined && high < BOUND_SHARE);
    if (label) expect(label.reason).toMatch(/each in the fastest of 3 layouts that were tried/);
  },
);

describe('layouts of the ceiling', () => {
  const kernels = { ...KERNELS, measured: [KERNELS.ceiling] };

  test('are raced before the plan is made; the record has the race, and the plan one of its layouts', async () => {
    const { record } = await finish(await testHost(), { kernels, budgetMs: AMPLE_MS });
    const [race] = record.plan.layouts;
    const params = { bytes: record.plan.largestDispatchBytes };
    expect(race).toMatchObject({ kernel: 'stream-read', variant: 'portable', params });
    expect(race?.tried).toHaveLength(3);
    for (const { rounds } of race?.tried ?? []) for (const { ms } of rounds) expect(ms).toBeGreaterThan(0);
    expect(race?.tried.map(({ tuning }) => tuning)).toContainEqual(record.plan.cases[0]?.tuning);
    expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
  });

  test('that are wrong here do not win, and the record says that they are wrong', async () => {
    const [, broken] = KERNELS.ceiling.yardstick?.layouts ?? [];
    if (!broken) throw new Error('the ceiling must have two layouts');
    const { constants } = KERNELS.ceiling;
    const ceiling: Kernel = {
      ...KERNELS.ceiling,
      // Half of each block is left out.
      constants: (p, t, variant) => {
        const right = constants(p, t, variant);
        return t.walk === broken.walk && t.loadsInFlight === broken.loadsInFlight
          ? { ...right, GROUP_REACH: Math.ceil((right.GROUP_REACH ?? 0) / 2) }
          : right;
      },
    };
    const { record } = await finish(await testHost(), {
      kernels: { ...kernels, measured: [ceiling] },
      budgetMs: AMPLE_MS,
    });
    expect(record.measurements.map(({ status }) => status)).toEqual(['measured', 'wrong']);
    expect(record.measurements[1]?.case.tuning).toEqual(broken);
    expect(record.plan.layouts[0]?.tried).toHaveLength(2);
    expect(labelsOf(record).map(({ id }) => id)).toContain('wrong-results');
  });
});

describe('a broken kernel comes out wrong and without a time', () => {
  const broken: Record<string, Partial<Kernel>> = {
    'skips the ragged end': {
      wgsl: (p, v) => gemv.wgsl(p, v).replace('wanted_I < LOADS_PER_ROW', 'wanted_I < LOADS_PER_ROW - 1u'),
    },
    'reads beyond its inputs': {
      wgsl: (p, v) => gemv.wgsl(p, v).replace('LOADS_PER_ROW + at_I];', 'LOADS_PER_ROW + at_I + 1u];'),
    },
    'writes beyond its output': {
      wgsl: (p, v) => gemv.wgsl(p, v).replace('row < ROWS && slot', 'slot'),
    },
    'leaves an output unwritten': {
      wgsl: (p, v) => gemv.wgsl(p, v).replace('row < ROWS && slot', 'row + 1u < ROWS && slot'),
    },
    'is off by one part in a thousand': {
      wgsl: (p, v) => gemv.wgsl(p, v).replace('] = value;', '] = value * 1.001;'),
    },
  };
  // Each fault shows on some of these examples. More of them, and other variants, take a compiler minutes.
  const few: Partial<Kernel> = {
    variants: { portable: { requires: [] } },
    examples: gemv.examples.filter(
      ({ format, form, batch }) => format === 'f16' && form === 'plain' && Number(batch) <= 3,
    ),
  };

  test(Object.keys(broken).join(', '), async () => {
    const measured = Object.entries(broken).map(([how, change]): Kernel => {
      const kernel = { ...product, ...few, id: how, ...change };
      const [params = {}] = gemv.examples;
      expect(kernel.wgsl(params, 'portable'), how).not.toBe(gemv.wgsl(params, 'portable'));
      return kernel;
    });
    const { record } = await finish(await testHost(), { kernels: { ...KERNELS, measured } });
    for (const how of Object.keys(broken)) {
      const ofKernel = record.measurements.filter((m) => m.case.kernel === how && m.status !== 'skipped');
      expect(new Set(ofKernel.map(({ status }) => status)), how).toEqual(new Set(['wrong']));
    }
    for (const m of record.measurements) expect(m).not.toHaveProperty('samples');
    expect(labelsOf(record).map(({ id }) => id)).toContain('wrong-results');
    expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
  });

  test('one that the compiler refuses is skipped, with the line and why, and the others are measured', async () => {
    const kernel: Kernel = { ...gemv, wgsl: () => 'fn broken() -> u32 {\n  return nonsense; }' };
    const { record } = await finish(await testHost(), { kernels: { ...KERNELS, measured: [kernel, KERNELS.ceiling] } });
    expect(record.measurements[0]).toMatchObject({
      status: 'skipped',
      reason: expect.stringMatching(
        /^the compiler refuses gemv \(portable\): .*nonsense.*, in line \d+: return nonsense; \}$/,
      ),
    });
    expect(record.measurements.at(-1)?.status).toBe('measured');
  });

  test('one whose pipeline cannot be made has failed, with what the implementation says', async () => {
    const host = await hostWith((adapter) => ({
      requestDevice: async (descriptor) => {
        const device = await adapter.requestDevice(descriptor);
        const create = device.createComputePipelineAsync.bind(device);
        device.createComputePipelineAsync = (pipeline) =>
          pipeline.label === 'gemv'
            ? Promise.reject(Object.assign(new Error('the driver ran out of memory'), { reason: 'internal' }))
            : create(pipeline);
        return device;
      },
    }));
    const { record } = await finish(host, { kernels: { ...KERNELS, measured: [gemv, KERNELS.ceiling] } });
    const reason = 'the compiler failed on gemv (portable): the driver ran out of memory';
    expect(record.measurements[0]).toMatchObject({ status: 'failed', reason });
    expect(record.measurements.at(-1)?.status).toBe('measured');
  });
});

const [copy] = KERNELS.measured.filter((kernel) => kernel.id === 'stream-copy');
if (!copy) throw new Error('there is no stream-copy');

describe('a streamed output', () => {
  const profile: Profile = { ...BRIEF, breadth: 'all' };

  test('rotates with the streamed input, and both count', async () => {
    const { record } = await finish(await testHost(), { profile, kernels: { ...KERNELS, measured: [copy] } });
    const [m] = record.measurements;
    if (!m || !isMeasured(m)) throw new Error(`stream-copy was ${m?.status}`);
    const { bytesRead, bytesWritten } = m.work;
    expect(bytesRead).toBe(bytesWritten);
    expect(m.rotationBytes % (bytesRead + bytesWritten)).toBe(0);
    expect(m.rotationBytes).toBeGreaterThan(record.plan.poolBytes);
    expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
  });

  test('is wrong if a dispatch does not write it, though an earlier one did', async () => {
    const gpu = await openGpu(await testHost());
    const filler = await createFiller(gpu, KERNELS.fill);
    const memory = await createMemory(gpu, filler, { poolBytes: 32 * 2 ** 20, side: SIDE, seed: 5 });
    const [params = {}] = copy.shapes([2 ** 20], 'all', 2 ** 25);
    const kernelCase = { kernel: copy, variant: 'portable', params, tuning: copy.defaults };
    const prepared = await prepare({ gpu, filler, memory, seed: 5, kernelCase });
    const random = randomSource(1);
    const wrong = async () => {
      const comparison = new Comparison();
      await prepared.check(random, comparison);
      return comparison.wrong(0);
    };
    expect(await wrong()).toMatch(/copied\[\d+\] is/);
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    // After a whole rotation the region that was checked is the last again.
    for (const encode of prepared.encode(prepared.rotationBytes / 2 ** 20)) encode(pass);
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    expect(await wrong()).toBeUndefined();
    expect(await wrong()).toMatch(/copied\[\d+\] is 0/);
    prepared.destroy();
    memory.destroy();
  });
});

test('a compilation that does not end is abandoned when the time is over, and the record has the rest', async () => {
  const budgetMs = 1e9;
  let skippedMs = 0;
  const host = await hostWith((adapter) => ({
    requestDevice: async (descriptor) => {
      const device = await adapter.requestDevice(descriptor);
      const compile = device.createComputePipelineAsync.bind(device);
      return new Proxy(device, {
        get(target, name) {
          if (name === 'createComputePipelineAsync') {
            return (pipeline: GPUComputePipelineDescriptor) => {
              if (pipeline.label !== 'gemv') return compile(pipeline);
              // The run waits for it through half of its time. That is over at once.
              setTimeout(() => {
                skippedMs += 0.6 * (budgetMs - skippedMs);
              });
              return new Promise(() => {});
            };
          }
          const value = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  }));
  const kernels = { ...KERNELS, measured: [product, KERNELS.ceiling] };
  const hurried = { ...host, now: () => host.now() + skippedMs };
  const { record } = await finish(hurried, { kernels, budgetMs });
  expect(skippedMs).toBeGreaterThan(0);
  expect(record.measurements[0]).toMatchObject({ status: 'skipped', reason: NOT_REACHED });
  expect(record.measurements.at(-1)?.status).toBe('measured');
  expect(record.events.at(-1)).toMatchObject({ kind: 'out-of-time', detail: expect.stringMatching(/not reached/) });
  expect(labelsOf(record).map(({ id }) => id)).toContain('incomplete');
});

/** Returns the host with a device that has no room for the buffers that `refuses` picks. */
function hostWithout(refuses: (descriptor: GPUBufferDescriptor) => boolean): Promise<Host> {
  return hostWith((adapter) => ({
    requestDevice: async (descriptor) => {
      const device = await adapter.requestDevice(descriptor);
      const scopes: { filter: GPUErrorFilter; error: GPUError | null }[] = [];
      const replaced: Partial<GPUDevice> = {
        pushErrorScope(filter) {
          scopes.push({ filter, error: null });
          return device.pushErrorScope(filter);
        },
        async popErrorScope() {
          const scope = scopes.pop();
          const error = await device.popErrorScope();
          return scope?.error ?? error;
        },
        createBuffer(buffer) {
          if (!refuses(buffer)) return device.createBuffer(buffer);
          const scope = [...scopes].reverse().find(({ filter }) => filter === 'out-of-memory');
          if (scope) scope.error ??= { message: 'no memory left' } as GPUError;
          return device.createBuffer({ ...buffer, size: 4 });
        },
      };
      return new Proxy(device, {
        get(target, name) {
          const value = Reflect.get(name in replaced ? replaced : target, name);
          return typeof value === 'function' ? value.bind(name in replaced ? replaced : target) : value;
        },
      });
    },
  }));
}

/** The cases of the ceiling: three sizes, and half of the pool. */
const CEILING = ['measured', 'measured', 'measured', 'measured'];

describe('out of memory', () => {
  test('in a step of the main pool: the run keeps what it was given, and each step was in the log before it was taken', async () => {
    const slabBytes = BRIEF.poolBytes / 2;
    const course: string[] = [];
    const host = await hostWithout(({ size }) => {
      if (size === slabBytes) course.push('allocates a slab');
      return size === slabBytes && course.filter((entry) => entry.startsWith('allocates')).length > 1;
    });
    const growthLog: GrowthLog = {
      begins: async (bytes, grownBytes) =>
        void course.push(`begins ${bytes / slabBytes}, has ${grownBytes / slabBytes}`),
      ended: (grownBytes) => void course.push(`ended ${grownBytes / slabBytes}`),
    };
    const { record, events } = await finish(host, { growthLog, kernels: { ...KERNELS, measured: [KERNELS.ceiling] } });
    expect(course).toEqual([
      ...['begins 1, has 0', 'allocates a slab', 'begins 2, has 1', 'allocates a slab'],
      'ended 1',
    ]);
    expect(record.plan.poolBytes).toBe(slabBytes);
    const { memory } = record.plan;
    expect(memory?.steps).toEqual([
      { bytes: slabBytes, given: true },
      { bytes: 2 * slabBytes, given: false },
    ]);
    expect(memory?.slabs.map(({ bytes }) => bytes)).toEqual([slabBytes]);
    expect(labelsOf(record).map(({ id }) => id)).toContain('less-memory');
    expect(record.measurements.map(({ status }) => status)).not.toContain('failed');
    // What is going to be used is said before any of it is allocated.
    const types = events.map(({ type }) => type);
    expect(types.indexOf('memory')).toBeLessThan(types.indexOf('progress'));
  });

  test('for streamed outputs: those cases have failed, with the bytes, and the others are measured', async () => {
    const profile: Profile = { ...BRIEF, breadth: 'all' };
    // Both pools have two slabs, and there is room for one pool.
    let slabs = 0;
    const host = await hostWithout(({ size }) => size === BRIEF.poolBytes / 2 && ++slabs > 2);
    const { record } = await finish(host, { profile, kernels: { ...KERNELS, measured: [copy, KERNELS.ceiling] } });
    expect(record.measurements.map(({ status }) => status)).toEqual(['failed', ...CEILING]);
    expect(record.measurements[0]).toMatchObject({
      reason: expect.stringMatching(/out of memory: .*67108864 bytes/),
    });
    expect(record.events.map(({ kind }) => kind)).toContain('out-of-memory');
  });

  test('for an output: that case has failed, with the bytes', async () => {
    const timed = KERNELS.ceiling.shapes([BRIEF.largestBytes], 'few', BRIEF.poolBytes);
    const large: Kernel = {
      ...KERNELS.ceiling,
      id: 'large',
      shapes: () => timed,
      outputs: (p, t) =>
        KERNELS.ceiling.outputs(p, t).map((o) => (timed.includes(p) ? { ...o, elements: 750_000 } : o)),
    };
    const host = await hostWithout(({ size }) => size > 3_000_000 && size < 3_001_000);
    const { record } = await finish(host, { kernels: { ...KERNELS, measured: [large, KERNELS.ceiling] } });
    expect(record.measurements.map(({ status }) => status)).toEqual(['failed', ...CEILING]);
    expect(record.measurements[0]).toMatchObject({ reason: expect.stringMatching(/out of memory: .*3000256 bytes/) });
  });
});

describe('what goes wrong on the way', () => {
  test('a run that is cancelled half-way keeps what it has, and says so', async () => {
    const signal = { aborted: false };
    const profile: Profile = { ...BRIEF, measureMs: 60_000 };
    const kernels = { ...KERNELS, measured: [KERNELS.ceiling, copy, product] };
    const { record } = await finish(await testHost(), { signal, profile, kernels }, (event) => {
      if (event.type === 'measurement' && event.measurement.status === 'measured') signal.aborted = true;
    });
    expect(record.measurements.filter(isMeasured)).toHaveLength(1);
    expect(record.events.map(({ kind }) => kind)).toContain('cancelled');
    expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
  });

  test('a run that is cancelled before anything was measured says so in one line', async () => {
    await expect(finish(await testHost(), { signal: { aborted: true } })).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('a run without timestamp queries is timed by the wall clock, and labelled', async () => {
    const host = await hostWith(withoutTimestamps);
    const { record } = await finish(host, { kernels: { ...KERNELS, measured: [KERNELS.ceiling] } });
    expect(record.clock).toMatchObject({ trusted: 'queue-drain', timestampQuantumNs: null, agreement: null });
    expect(labelsOf(record).map(({ id }) => id)).toContain('queue-drain-clock');
    expect(streamingGBps(record)?.value).toBeGreaterThan(0);
  });

  test('no adapter, no device, too little memory: one line with what to do', async () => {
    const noAdapter = await hostWith(() => null);
    await expect(finish(noAdapter)).rejects.toMatchObject({
      code: 'no-adapter',
      message: expect.stringContaining('offers none'),
    });
    const refusing: GPU['requestAdapter'] = () => Promise.reject(new Error('WebGPU is disabled by blocklist.'));
    await expect(finish({ ...noAdapter, gpu: { requestAdapter: refusing } as GPU })).rejects.toMatchObject({
      code: 'no-adapter',
      message: expect.stringContaining('offers none (WebGPU is disabled by blocklist).'),
    });
    const noDevice = await hostWith(() => ({ requestDevice: () => Promise.reject(new Error('nothing left')) }));
    await expect(finish(noDevice)).rejects.toMatchObject({
      code: 'no-device',
      message: expect.stringContaining('nothing left'),
    });
    await expect(finish(await testHost(), { memoryBytes: 1e6 })).rejects.toMatchObject({ code: 'unusable-options' });
  });
});

test.each([
  ['the main pool', TAME_FLOATS],
  ['one for scales', E8M0_SCALE.words],
])('%s holds the words that the CPU computes for it, in every region', async (_, mask) => {
  const gpu = await openGpu(await testHost());
  const filler = await createFiller(gpu, KERNELS.fill);
  const memory = await createMemory(gpu, filler, { poolBytes: 96 * 2 ** 20, side: SIDE, seed: 5 });
  const pool = memory.poolOf(mask);
  const regions = pool.regions(pool.slabBytes / 2 + 16);
  expect(regions.length).toBeGreaterThan(0);
  for (const { view, words } of regions) {
    for (const offset of [0, view.bytes - 64]) {
      const read = await readBack(gpu, { buffer: view.buffer, offset: view.offset + offset, bytes: 64 });
      expect([...read]).toEqual(Array.from({ length: 16 }, (_, i) => words(offset / 4 + i)));
    }
  }
  expect(memory.poolOf(mask)).toBe(pool);
  memory.destroy();
});

test('the adapter describes itself with its own limits, not the defaults', async () => {
  const host = await testHost();
  const adapter = await host.gpu.requestAdapter();
  if (!adapter) throw new Error('this project has no adapter');
  const info = describeAdapter({ ...host, renderer: 'Some GPU' }, adapter);
  expect(info.renderer).toBe('Some GPU');
  expect(describeAdapter(host, adapter).renderer).toBeNull();
  const gpu = await openGpu(host);
  expect(gpu.device.limits.maxBufferSize).toBe(info.limits.maxBufferSize);
  expect(gpu.device.limits.maxStorageBufferBindingSize).toBe(info.limits.maxStorageBufferBindingSize);
});
