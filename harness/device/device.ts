/** The adapter and the device that a run measures: their real limits and features, and whether the device is lost. */

import { stepsFor } from '../../results/machine/help.ts';
import { adapterLine } from '../../results/machine/identity.ts';
import { placeOf } from '../../results/machine/place.ts';
import { vendorName } from '../../results/machine/vendors.ts';
import type { AdapterInfo } from '../../results/record/schema.ts';
import { plainText } from '../../results/record/whole.ts';
import { HarnessError, messageOf } from '../errors.ts';
import type { Host } from '../host.ts';
import { type Completion, findCompletion } from './completion.ts';

export interface Gpu {
  readonly device: GPUDevice;
  readonly info: AdapterInfo;
  /** The features of the device, and the language features of its WGSL. */
  readonly features: ReadonlySet<string>;
  /** How to wait for the device. */
  readonly completion: Completion;
  /** Returns why the device was lost; undefined while it is there. */
  lost(): string | undefined;
  /**
   * Returns the same as `lost`, once it can be known after `error`: a device that is being lost throws before it
   * reports the loss.
   */
  lostFor(error: unknown): Promise<string | undefined>;
}

/** The features that a kernel variant or the clock can use. They are requested if the adapter has them. */
const USEFUL_FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups'];

/** The limits that measuring runs into. The adapter's own limits are requested: WebGPU's defaults are far lower. */
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

/**
 * Requests the host's fastest adapter. Browsers offer none, or refuse (as Firefox), where they block the GPU.
 *
 * @throws HarnessError `no-adapter`; outside a browser, which has its own words for it, with what to do
 */
export async function requestAdapter({ gpu, info }: Host): Promise<GPUAdapter> {
  let why = '';
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch((error: unknown) => {
    why = ` (${messageOf(error).replace(/\.$/, '')})`;
    return null;
  });
  if (adapter) return adapter;
  const steps = info.kind === 'browser' ? [] : stepsFor('no-adapter', placeOf(info));
  throw new HarnessError('no-adapter', [`No GPU adapter: WebGPU is there, but offers none${why}.`, ...steps].join(' '));
}

/** Returns what the adapter says of itself, as a record has it. */
export function describeAdapter(host: Host, adapter: GPUAdapter): AdapterInfo {
  const { info, limits } = adapter;
  return {
    vendor: plainText(vendorName(info.vendor)),
    architecture: plainText(info.architecture),
    device: plainText(info.device),
    description: plainText(info.description),
    renderer: host.renderer === undefined ? null : plainText(host.renderer),
    isFallbackAdapter: info.isFallbackAdapter ?? false,
    subgroupMinSize: info.subgroupMinSize ?? 0,
    subgroupMaxSize: info.subgroupMaxSize ?? 0,
    features: [...adapter.features, ...wgslFeatures(host)].sort(),
    limits: Object.fromEntries(USEFUL_LIMITS.map((name) => [name, limits[name]])),
  };
}

/** Opens the host's fastest adapter, with its own limits. @throws HarnessError `no-adapter` or `no-device`. */
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
      `The adapter (${adapterLine(info)}) gave no device (${messageOf(error)}). Close other programs that use the GPU, reload, and try again.`,
    );
  }
  let lost: string | undefined;
  void device.lost.then(({ reason, message }) => {
    lost = message || reason || 'no reason given';
  });
  const completion = await findCompletion(host, device);
  return {
    device,
    info,
    completion,
    features: new Set([...features, ...wgslFeatures(host)]),
    lost: () => lost,
    async lostFor(error) {
      // The loss of a device is reported within a turn of its queue.
      if (error !== undefined) await device.queue.onSubmittedWorkDone().catch(() => {});
      return lost;
    },
  };
}

/** Returns the language features of the host's WGSL. Older engines do not list them. */
const wgslFeatures = ({ gpu }: Host): readonly string[] => [...(gpu.wgslLanguageFeatures ?? [])];

/** The compiler's refusal of a module: the case cannot run on this device, which is neither a fault nor a failure. */
export class ModuleRefused extends Error {
  override readonly name = 'ModuleRefused';
}

/** An error that the device reported. */
export class GpuError extends Error {
  override readonly name = 'GpuError';
  readonly outOfMemory: boolean;

  constructor(message: string, outOfMemory: boolean) {
    super(message);
    this.outOfMemory = outOfMemory;
  }
}

/**
 * Runs `work`, and throws an error that the device reported meanwhile. WebGPU itself continues after an error, with
 * meaningless results.
 *
 * @throws GpuError
 */
export async function checked<T>(device: GPUDevice, work: () => T | Promise<T>): Promise<T> {
  const filters = ['validation', 'internal', 'out-of-memory'] as const;
  for (const filter of filters) device.pushErrorScope(filter);
  const outcome = await Promise.allSettled([Promise.resolve().then(work)]);
  // All scopes are closed before anything is thrown: one that is left open hides errors from those around it.
  const popped = [...filters].reverse().map(async (filter) => ({ filter, error: await device.popErrorScope() }));
  for (const { filter, error } of await Promise.all(popped)) {
    if (error) throw new GpuError(error.message, filter === 'out-of-memory');
  }
  const [settled] = outcome;
  if (settled?.status === 'rejected') throw settled.reason;
  return (settled as PromiseFulfilledResult<T>).value;
}
