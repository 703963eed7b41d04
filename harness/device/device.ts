/** The adapter and device that a run measures: its real limits and features, and whether it is still there. */

import type { AdapterInfo } from '../../results/schema.ts';
import { HarnessError, messageOf } from '../errors.ts';
import type { Host } from '../host.ts';

export interface Gpu {
  readonly device: GPUDevice;
  readonly info: AdapterInfo;
  /** Features of the device, and of the WGSL that it compiles. */
  readonly features: ReadonlySet<string>;
  /** Why the device is gone; undefined while it is there. */
  lost(): string | undefined;
  /** As `lost`, after `error`, which a device that is just being lost throws before it says so. */
  lostFor(error: unknown): Promise<string | undefined>;
}

/** Features that some kernel variant or the clock can use; asked for where the adapter has them. */
const USEFUL_FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'shader-f16', 'subgroups'];

/** Limits that measuring runs into: the adapter's own are asked for, WebGPU's defaults are far lower. */
const USEFUL_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupStorageSize',
  'minStorageBufferOffsetAlignment',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** @throws HarnessError `no-adapter`, with what to do. */
export async function requestAdapter(host: Host): Promise<GPUAdapter> {
  const adapter = await host.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter) return adapter;
  throw new HarnessError(
    'no-adapter',
    'No GPU adapter: WebGPU is here, but offers no adapter. Update the graphics driver, turn hardware acceleration on, or check that the GPU is not on the browser’s block list (chrome://gpu).',
  );
}

/** What the adapter says of itself, as the record holds it. */
export function describeAdapter(host: Host, adapter: GPUAdapter): AdapterInfo {
  const { info, limits } = adapter;
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    device: info.device,
    description: info.description,
    isFallbackAdapter: info.isFallbackAdapter ?? false,
    subgroupMinSize: info.subgroupMinSize ?? 0,
    subgroupMaxSize: info.subgroupMaxSize ?? 0,
    features: [...adapter.features, ...wgslFeatures(host)].sort(),
    limits: Object.fromEntries(USEFUL_LIMITS.map((name) => [name, limits[name]])),
  };
}

/** Opens the host's fastest adapter with all it has. @throws HarnessError `no-adapter`, `no-device`. */
export async function openGpu(host: Host): Promise<Gpu> {
  const adapter = await requestAdapter(host);
  const info = describeAdapter(host, adapter);
  const requiredLimits: Record<string, number> = { ...info.limits };
  const features = USEFUL_FEATURES.filter((feature) => adapter.features.has(feature));
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ requiredFeatures: features, requiredLimits });
  } catch (error) {
    throw new HarnessError(
      'no-device',
      `The adapter ${info.vendor} ${info.architecture} gave no device (${messageOf(error)}). Close other programs that use the GPU, reload, and try again.`,
    );
  }
  let lost: string | undefined;
  void device.lost.then(({ reason, message }) => {
    lost = message || reason || 'no reason given';
  });
  return {
    device,
    info,
    features: new Set([...features, ...wgslFeatures(host)]),
    lost: () => lost,
    async lostFor(error) {
      // Whoever has lost his device hears of it within a turn of the queue.
      if (error !== undefined) await device.queue.onSubmittedWorkDone().catch(() => {});
      return lost;
    },
  };
}

/** Older engines do not list them. */
const wgslFeatures = ({ gpu }: Host): readonly string[] => [...(gpu.wgslLanguageFeatures ?? [])];

/** What the GPU objected to while `work` ran. */
export class GpuError extends Error {
  override readonly name = 'GpuError';
  readonly outOfMemory: boolean;

  constructor(message: string, outOfMemory: boolean) {
    super(message);
    this.outOfMemory = outOfMemory;
  }
}

/**
 * Runs `work` and throws what the GPU objected to meanwhile: WebGPU itself goes on after an error, with results
 * that mean nothing.
 *
 * @throws GpuError
 */
export async function checked<T>(device: GPUDevice, work: () => T | Promise<T>): Promise<T> {
  const filters = ['validation', 'internal', 'out-of-memory'] as const;
  for (const filter of filters) device.pushErrorScope(filter);
  const outcome = await Promise.allSettled([Promise.resolve().then(work)]);
  // All of them at once: a scope that is left open hides errors from those around it.
  const popped = [...filters].reverse().map(async (filter) => ({ filter, error: await device.popErrorScope() }));
  for (const { filter, error } of await Promise.all(popped)) {
    if (error) throw new GpuError(error.message, filter === 'out-of-memory');
  }
  const [settled] = outcome;
  if (settled?.status === 'rejected') throw settled.reason;
  return (settled as PromiseFulfilledResult<T>).value;
}
