/** Whether an adapter is one that its vendor makes, and the GPU that it is called. */

import { gpusNamed } from '../gpus/by-name.ts';
import { adapterLine, gpusOfArchitecture, isNameless, isSoftware, namesOf } from '../machine/identity.ts';
import { vendorName, vendorNamedIn } from '../machine/vendors.ts';
import type { RecordBody } from '../record/schema.ts';

const KNOWN_VENDORS: ReadonlySet<string> = new Set(['nvidia', 'amd', 'intel', 'apple', 'qualcomm', 'arm']);

/** Says that the GPU that was reported cannot be the adapter: it is of another vendor or architecture, or none at all. */
export function otherGpu({ reported, adapter }: RecordBody): string | undefined {
  const { gpu } = reported;
  if (gpu === undefined) return undefined;
  const meant = gpusNamed(gpu);
  const vendor = vendorNamedIn(gpu) ?? vendorNamedIn(meant[0]?.name ?? '');
  const named = `The run was reported to be of ${gpu}, and was on ${adapterLine(adapter)}`;
  if (isSoftware(adapter)) {
    return vendor === undefined ? undefined : `${named}, a program on the CPU. Its figures are of that program.`;
  }
  const [ran] = [adapter.vendor, ...namesOf(adapter).map(vendorNamedIn)].filter(Boolean);
  if (vendor && ran && vendor !== ran && KNOWN_VENDORS.has(ran)) return `${named}, a GPU of another vendor.`;
  // No GPU of an architecture in the table is faster than the fastest there (gpus.ts).
  const [fastest] = gpusOfArchitecture(adapter);
  if (!fastest || meant.length === 0) return undefined;
  const isOther = meant.every(({ architecture, gbps }) =>
    architecture === undefined ? gbps > fastest.gbps : architecture !== fastest.architecture,
  );
  return isOther ? `${named}, a GPU of another architecture.` : undefined;
}

interface Subgroups {
  /** No GPU of the vendor has smaller ones. */
  readonly least: number;
  /** None has larger ones. */
  readonly most: number;
  /** The largest subgroups of each are at least so large. */
  readonly leastMost: number;
}

/**
 * The subgroups that the GPUs of a vendor can have, by all of its architectures that run WebGPU: a warp of 32 (CUDA
 * C++ Programming Guide, "SIMT architecture"), waves of 32 and 64 (AMD's RDNA 4 ISA guide, §2; GCN has 64), SIMD8 to
 * SIMD32 (Intel's "GPU Occupancy" guide), and SIMD-groups of 32 (Apple's), which engines give as 4 to 64.
 */
const SUBGROUPS: ReadonlyMap<string, Subgroups> = new Map([
  ['nvidia', { least: 32, most: 32, leastMost: 32 }],
  ['amd', { least: 32, most: 64, leastMost: 32 }],
  ['intel', { least: 8, most: 32, leastMost: 16 }],
  ['apple', { least: 4, most: 64, leastMost: 32 }],
]);

/** What an adapter without subgroups says (https://gpuweb.github.io/gpuweb/#gpuadapterinfo), or an old engine. */
const NO_SUBGROUPS: readonly (readonly [number, number])[] = [
  [4, 128],
  [0, 0],
];

/** WebGPU's own limits: no adapter has less (https://gpuweb.github.io/gpuweb/#limits), compatibility mode apart. */
const LEAST: ReadonlyMap<string, number> = new Map([
  ['maxBufferSize', 2 ** 28],
  ['maxStorageBufferBindingSize', 2 ** 27],
  ['maxStorageBuffersPerShaderStage', 4],
  ['maxComputeInvocationsPerWorkgroup', 128],
  ['maxComputeWorkgroupSizeX', 128],
  ['maxComputeWorkgroupsPerDimension', 65_535],
  ['maxComputeWorkgroupStorageSize', 2 ** 14],
]);

/** Limits of bytes are 64-bit, all others 32-bit (https://gpuweb.github.io/gpuweb/#gpusupportedlimits). */
const BYTES_64: ReadonlySet<string> = new Set(['maxBufferSize', 'maxStorageBufferBindingSize']);

/** Says what of an adapter no adapter of its vendor, or none at all, has. */
export function oddAdapter(record: RecordBody): string | undefined {
  return oddNames(record) ?? oddSubgroups(record) ?? oddFeatures(record) ?? oddLimits(record);
}

/** SwiftShader's and lavapipe's vendors. Mesa's drivers of GPUs give the GPU's own. */
const SOFTWARE_VENDORS: ReadonlySet<string> = new Set(['google', 'mesa']);

function oddNames({ adapter, host }: RecordBody): string | undefined {
  // Dawn in Node gives an adapter's names, and wgpu in Deno the numbers of vendor and device. Browsers may give none.
  if (host.kind !== 'browser' && isNameless(adapter)) {
    return `It has no name at all, and ${host.brand} outside of a browser names every adapter.`;
  }
  const { vendor } = adapter;
  if (SOFTWARE_VENDORS.has(vendorName(vendor)) && !isSoftware(adapter)) {
    return `Its vendor is ${vendorName(vendor)}, which makes programs on the CPU only, and it is not called one.`;
  }
  const called = [adapter.description, adapter.device].find((name) => KNOWN_VENDORS.has(vendorNamedIn(name) ?? ''));
  return called !== undefined && KNOWN_VENDORS.has(vendor) && vendorNamedIn(called) !== vendor
    ? `Its vendor is ${vendor}, and it is called ${called}, a GPU of another vendor.`
    : undefined;
}

function oddSubgroups({ adapter }: RecordBody): string | undefined {
  const { vendor, subgroupMinSize, subgroupMaxSize } = adapter;
  if (subgroupMinSize > subgroupMaxSize) {
    return `Its smallest subgroups, of ${subgroupMinSize} threads, are larger than its largest, of ${subgroupMaxSize}.`;
  }
  const known = SUBGROUPS.get(vendor);
  const isUnknown = NO_SUBGROUPS.some(([min, max]) => min === subgroupMinSize && max === subgroupMaxSize);
  if (!known || isUnknown) return undefined;
  const { least, most, leastMost } = known;
  return subgroupMinSize < least || subgroupMaxSize > most || subgroupMaxSize < leastMost
    ? `Its subgroups are of ${subgroupMinSize} to ${subgroupMaxSize} threads, and those of ${vendor} have ${least === most ? least : `${least} to ${most}`}, the largest at least ${leastMost}.`
    : undefined;
}

function oddFeatures({ adapter: { vendor, features }, host: { platform } }: RecordBody): string | undefined {
  // GPUs of NVIDIA decode neither (https://vulkan.gpuinfo.org, textureCompressionETC2 and ASTC_LDR), Tegra's apart.
  const mobile = features.find((feature) => /^texture-compression-(?:etc2|astc)/.test(feature));
  const mayBeTegra = /linux|android/i.test(platform) && /arm|aarch64/i.test(platform);
  return vendor === 'nvidia' && mobile && !mayBeTegra
    ? `It has the feature ${mobile}, which no GPU of nvidia has on ${platform}.`
    : undefined;
}

function oddLimits({ adapter: { limits }, plan }: RecordBody): string | undefined {
  for (const [name, value] of LEAST) {
    const limit = limits[name];
    if (limit !== undefined && limit < value) return `Its ${name} is ${limit}, and WebGPU has at least ${value}.`;
    if (limit !== undefined && !BYTES_64.has(name) && limit >= 2 ** 32) {
      return `Its ${name} is ${limit}, and WebGPU counts it in 32 bits.`;
    }
  }
  const alignment = limits.minStorageBufferOffsetAlignment;
  if (alignment !== undefined && (alignment > 256 || !Number.isInteger(Math.log2(alignment)))) {
    return `Its minStorageBufferOffsetAlignment is ${alignment}, and WebGPU’s are powers of two up to 256.`;
  }
  const { maxStorageBufferBindingSize: bound = Number.POSITIVE_INFINITY, maxBufferSize: largest = bound } = limits;
  if (bound > largest) return `It binds ${bound} bytes of a buffer of at most ${largest}.`;
  return plan.largestDispatchBytes > bound
    ? `A dispatch streamed ${plan.largestDispatchBytes} bytes, and it binds ${bound} at most.`
    : undefined;
}
