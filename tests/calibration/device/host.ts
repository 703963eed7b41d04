/**
 * A host without a GPU: the WebGPU calls that the engine makes, over a simulated device. Words are computed only when
 * they are read, since buffers know how each of their words came about. Awaiting costs no time: simulated time passes
 * as the device works.
 */

import type { Host } from '../../../harness/host.ts';
import { readers } from '../../../harness/sampling/verify.ts';
import { SIMULATED_VENDOR } from '../../../results/record/check.ts';
import {
  buffersOf,
  type Kernel,
  type KernelSet,
  type Params,
  type WordReader,
  type Work,
} from '../../../shaders/kernel.ts';
import { type SimulatedDevice, Simulation, type Uniform } from './device.ts';
import { LAYOUT_OVERRIDE, simulatedParams } from './kernels.ts';

const LIMITS = {
  maxBufferSize: 2 ** 32,
  maxStorageBufferBindingSize: 2 ** 31,
  maxStorageBuffersPerShaderStage: 10,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupsPerDimension: 65535,
  maxComputeWorkgroupStorageSize: 32768,
  minStorageBufferOffsetAlignment: 256,
};

/** Enough for every profile: a simulated device is nobody's phone. */
const SYSTEM_MEMORY_BYTES = 64 * 2 ** 30;

/** The flags that WebGPU defines as globals, with the values of its specification. */
const FLAGS = {
  GPUBufferUsage: { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, STORAGE: 128, QUERY_RESOLVE: 512 },
  GPUMapMode: { READ: 1 },
};

/** Makes a host on a clock of its own. Its device can run `kernels` only. */
export function simulatedHost(
  device: SimulatedDevice,
  kernels: KernelSet,
  uniform: Uniform,
): { host: Host; simulation: Simulation } {
  for (const [name, flags] of Object.entries(FLAGS)) {
    if (!(name in globalThis)) Object.assign(globalThis, { [name]: flags });
  }
  const simulation = new Simulation(device, uniform);
  const info = {
    vendor: SIMULATED_VENDOR,
    architecture: SIMULATED_VENDOR,
    device: 'a device that does not exist',
    description: 'made up to calibrate HBMark',
    isFallbackAdapter: false,
  };
  const adapter = {
    info,
    features: new Set(device.timestamps ? ['timestamp-query'] : []),
    limits: LIMITS,
    requestDevice: async () => new FakeDevice(simulation, kernels),
  };
  // The engine calls no more of WebGPU than is simulated here.
  const gpu: object = { requestAdapter: async () => adapter };
  const host: Host = {
    gpu: gpu as GPU,
    info: { kind: 'node', brand: SIMULATED_VENDOR, majorVersion: null, platform: SIMULATED_VENDOR },
    now: () => simulation.now(),
    date: () => '2000-01-01T00:00:00.000Z',
    systemMemoryBytes: SYSTEM_MEMORY_BYTES,
  };
  return { host, simulation };
}

/** The words of one write, from `first` on. */
interface Written {
  readonly first: number;
  readonly count: number;
  readonly word: WordReader;
}

interface FakeBufferOptions {
  readonly size: number;
  /** Whether it lies in the machine's main memory. */
  readonly isPaged: boolean;
  readonly onDestroy: () => void;
  readonly drain: () => void;
}

class FakeBuffer {
  readonly size: number;
  readonly isPaged: boolean;
  readonly #onDestroy: () => void;
  readonly #drain: () => void;
  readonly #written = new Map<string, Written>();

  constructor({ size, isPaged, onDestroy, drain }: FakeBufferOptions) {
    this.size = size;
    this.isPaged = isPaged;
    this.#onDestroy = onDestroy;
    this.#drain = drain;
  }

  /** Writes words. They replace words that lie in the same place, and hide words that they cover in part. */
  write(written: Written): void {
    const key = `${written.first} ${written.count}`;
    this.#written.delete(key);
    this.#written.set(key, written);
  }

  writeWords(first: number, words: Uint32Array): void {
    this.write({ first, count: words.length, word: (index) => words[index] ?? 0 });
  }

  word(index: number): number {
    let found: Written | undefined;
    for (const written of this.#written.values()) {
      if (index >= written.first && index < written.first + written.count) found = written;
    }
    return found?.word(index - found.first) ?? 0;
  }

  words(first: number, count: number): Uint32Array {
    return Uint32Array.from({ length: count }, (_, i) => this.word(first + i));
  }

  async mapAsync(): Promise<void> {
    this.#drain();
  }

  getMappedRange(offset = 0, size = this.size): ArrayBuffer {
    return this.words(offset / 4, size / 4).buffer as ArrayBuffer;
  }

  unmap(): void {}

  destroy(): void {
    this.#onDestroy();
  }
}

interface FakePipeline {
  readonly kernel: Kernel;
  readonly params: Params;
  readonly work: Work;
  /** The factor by which it takes longer than a good compilation. */
  readonly slowdown: number;
  /** The layout that the kernel was compiled in. */
  readonly layout: number;
  getBindGroupLayout(): object;
}

interface FakeBinding {
  readonly resource: { readonly buffer: FakeBuffer; readonly offset: number; readonly size: number };
}

interface FakeDispatch {
  readonly pipeline: FakePipeline;
  readonly group: readonly FakeBinding[];
}

interface FakeTimestampWrites {
  readonly querySet: FakeQuerySet;
  readonly beginningOfPassWriteIndex?: number;
  readonly endOfPassWriteIndex?: number;
}

class FakeQuerySet {
  readonly stamps = [0n, 0n];
  destroy(): void {}
}

class FakeDevice {
  readonly limits = LIMITS;
  readonly lost = new Promise<never>(() => {});
  readonly #simulation: Simulation;
  readonly #kernels: readonly Kernel[];
  /** The passes since the host last waited. */
  #passes = 0;
  /** The buffers that were created and not destroyed. */
  readonly #buffers = new Set<FakeBuffer>();
  readonly #scopes: GPUErrorFilter[] = [];
  /** Whether a buffer was refused, and no scope has told yet. */
  #hasRefused = false;
  readonly #fill: Kernel;
  /** The bytes streamed since the beginning. */
  #streamed = 0;
  /** The bytes that had been streamed when each part of each buffer was last read. */
  readonly #touched = new Map<FakeBuffer, Map<number, number>>();
  /** The modules by their text, and the keys of the pipelines: each is compiled once. */
  readonly #compiled = new Map<string, FakePipeline>();
  readonly #pipelines = new Set<string>();

  constructor(simulation: Simulation, { measured, ceiling, fill }: KernelSet) {
    this.#simulation = simulation;
    this.#kernels = [...measured, ceiling, fill];
    this.#fill = fill;
  }

  readonly queue = {
    submit: (commands: readonly (readonly (() => void)[])[]) => {
      for (const run of commands.flat()) run();
    },
    onSubmittedWorkDone: async () => this.#drain(),
    writeBuffer: (buffer: FakeBuffer, offset: number, data: Uint32Array) => buffer.writeWords(offset / 4, data),
  };

  #drain(): void {
    this.#passes = 0;
    this.#simulation.drain();
  }

  pushErrorScope(filter: GPUErrorFilter): void {
    this.#scopes.push(filter);
  }

  async popErrorScope(): Promise<{ message: string } | null> {
    if (this.#scopes.pop() !== 'out-of-memory' || !this.#hasRefused) return null;
    this.#hasRefused = false;
    return { message: 'the simulated device has no more memory' };
  }

  destroy(): void {}

  createBuffer({ size }: { size: number }): FakeBuffer {
    const { pagesBeyond, refusesBeyond } = this.#simulation.device.memory;
    const buffers = this.#buffers;
    const allocated = size + [...buffers].reduce((sum, one) => sum + one.size, 0);
    const buffer = new FakeBuffer({
      size,
      isPaged: allocated > pagesBeyond,
      onDestroy: () => buffers.delete(buffer),
      drain: () => this.#drain(),
    });
    if (allocated > refusesBeyond) this.#hasRefused = true;
    else buffers.add(buffer);
    return buffer;
  }

  createQuerySet(): FakeQuerySet {
    return new FakeQuerySet();
  }

  createShaderModule({ label, code }: { label: string; code: string }): FakePipeline {
    const kernel = this.#kernels.find(({ id }) => id === label);
    if (!kernel) throw new Error(`the simulator can only run the kernels that it was given; ${label} is none of them`);
    const key = `${label} ${code}`;
    const known = this.#compiled.get(key);
    if (known) return known;
    const slow = (this.#compiled.size + 1) % this.#simulation.device.slowCompilations === 0;
    const params = simulatedParams(code);
    const work = kernel.work(params, kernel.defaults, 'portable');
    const pipeline = { kernel, params, work, slowdown: slow ? 3 : 1, layout: 0, getBindGroupLayout: () => ({}) };
    this.#compiled.set(key, pipeline);
    return pipeline;
  }

  async createComputePipelineAsync({
    compute: { module, constants },
  }: {
    compute: { module: FakePipeline; constants: Readonly<Record<string, number>> };
  }): Promise<FakePipeline> {
    const layout = constants[LAYOUT_OVERRIDE] ?? 0;
    // The text of the fill kernel holds what to fill here; on a GPU that is data, and one pipeline fills everything.
    const key = module.kernel === this.#fill ? 'fill' : `${[...this.#compiled.values()].indexOf(module)} ${layout}`;
    if (!this.#pipelines.has(key)) this.#simulation.compile();
    this.#pipelines.add(key);
    return { ...module, layout };
  }

  createBindGroup({ entries }: { entries: readonly FakeBinding[] }): readonly FakeBinding[] {
    return entries;
  }

  createCommandEncoder() {
    const commands: (() => void)[] = [];
    return {
      beginComputePass: ({ timestampWrites }: { timestampWrites?: FakeTimestampWrites } = {}) => {
        const dispatches: FakeDispatch[] = [];
        let [pipeline, group]: [FakePipeline | undefined, readonly FakeBinding[]] = [undefined, []];
        return {
          setPipeline: (set: FakePipeline) => {
            pipeline = set;
          },
          setBindGroup: (_: number, set: readonly FakeBinding[]) => {
            group = set;
          },
          dispatchWorkgroups: () => {
            if (pipeline) dispatches.push({ pipeline, group });
          },
          end: () => commands.push(() => this.#pass(dispatches, timestampWrites)),
        };
      },
      resolveQuerySet: ({ stamps }: FakeQuerySet, _first: number, _count: number, to: FakeBuffer) =>
        commands.push(() => to.writeWords(0, new Uint32Array(BigUint64Array.from(stamps).buffer))),
      copyBufferToBuffer: (from: FakeBuffer, fromOffset: number, to: FakeBuffer, offset: number, size: number) =>
        commands.push(() => to.writeWords(offset / 4, from.words(fromOffset / 4, size / 4))),
      clearBuffer: (buffer: FakeBuffer, offset: number, size: number) =>
        commands.push(() => buffer.write({ first: offset / 4, count: size / 4, word: () => 0 })),
      finish: () => commands,
    };
  }

  #pass(dispatches: readonly FakeDispatch[], writes: FakeTimestampWrites | undefined): void {
    const ms = dispatches.reduce((sum, one) => sum + this.#dispatchMs(one), 0);
    // Without timestamps nothing marks a region: it is what follows a pre-roll, or the first work after waiting.
    const isTimed = writes ? writes.beginningOfPassWriteIndex !== undefined : this.#passes < 2;
    this.#passes++;
    const stamps = this.#simulation.submit({ ms, dispatches: dispatches.length, isTimed });
    if (writes?.beginningOfPassWriteIndex !== undefined) writes.querySet.stamps[0] = stamps.begin;
    if (writes?.endOfPassWriteIndex !== undefined) writes.querySet.stamps[1] = stamps.end;
    // Only the last dispatch over each group of buffers counts: what it writes over cannot be read any more.
    const last = new Map<readonly FakeBinding[], FakeDispatch>();
    for (const one of dispatches) {
      last.delete(one.group);
      last.set(one.group, one);
    }
    for (const one of last.values()) write(one);
  }

  #dispatchMs({ pipeline, group }: FakeDispatch): number {
    const { work, slowdown, layout } = pipeline;
    const { bytesRead, bytesWritten, flops } = work;
    // A dispatch sweeps a small set several times, and only its first sweep streams.
    this.#streamed += Math.min(bytesRead, group[0]?.resource.size ?? 0);
    const inLayout = this.#simulation.device.layouts[layout] ?? 1;
    return slowdown * inLayout * this.#simulation.dispatchMs(bytesRead + bytesWritten, flops, this.#gbps(group[0]));
  }

  /** The rate of a read, by what has been streamed since the same bytes were last read. */
  #gbps(first: FakeBinding | undefined): number {
    if (!first) return this.#simulation.device.gbps;
    const { buffer, offset } = first.resource;
    const touched = this.#touched.get(buffer) ?? new Map<number, number>();
    this.#touched.set(buffer, touched);
    const since = this.#streamed - (touched.get(offset) ?? Number.NEGATIVE_INFINITY);
    touched.set(offset, this.#streamed);
    const gbps = this.#simulation.gbpsOf(since);
    return buffer.isPaged ? gbps * this.#simulation.device.memory.pagedShare : gbps;
  }
}

/** Writes the right result of what the bound inputs hold; a wrong one if the kernel was told to lie. */
function write({ pipeline: { kernel, params }, group }: FakeDispatch): void {
  const views = group.map(({ resource }) => resource);
  const bound = buffersOf(kernel, params, 'portable', kernel.defaults).map((one, i) => ({
    ...one,
    place: views[i] as FakeBinding['resource'],
  }));
  const inputs = bound.flatMap(({ name, input, place: { buffer, offset } }) =>
    input ? { name, words: (index: number) => buffer.word(offset / 4 + index) } : [],
  );
  const reference = kernel.reference(params, readers(inputs), kernel.defaults, 'portable');
  for (const { output, place } of bound) {
    if (!output) continue;
    const { name, elements } = output;
    const { buffer, offset } = place;
    const word = (index: number) => reference(name, index) + (params.lies === 'yes' ? 1 : 0);
    buffer.write({ first: offset / 4, count: elements, word });
  }
}
