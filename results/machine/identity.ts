/** What is known of an adapter's GPU: its names, and whether it is a GPU at all. */

import { GPUS, type GpuSpec, gpusNamed } from '../gpus/by-name.ts';
import type { AdapterInfo } from '../record/schema.ts';
import { type Renderer, rendererOf } from './renderer.ts';
import { isSoftwareName } from './software.ts';
import { vendorName, vendorNamedIn } from './vendors.ts';

type Identity = Pick<AdapterInfo, 'vendor' | 'architecture' | 'device' | 'description' | 'renderer'>;

/** Whether WebGPU itself says nothing of the GPU, as Firefox. */
export const isNameless = ({ vendor, architecture, device, description }: Identity): boolean =>
  [vendor, architecture, device, description].every((name) => name === '');

/**
 * Whether an adapter is a program that imitates a GPU on the CPU. Firefox leaves all its names empty, and sets the
 * flag, but not under `privacy.resistFingerprinting` (dom/webgpu/Adapter.cpp): then WebGL may tell.
 */
export function isSoftware(adapter: AdapterInfo): boolean {
  if (adapter.isFallbackAdapter) return true;
  if (isNameless(adapter)) return isSoftwareName(rendererOf(adapter.renderer ?? '')?.name ?? '');
  // Microsoft makes no GPUs: what has its number is WARP.
  if (vendorName(adapter.vendor) === 'microsoft') return true;
  return [adapter.architecture, adapter.device, adapter.description].some(isSoftwareName);
}

/**
 * The adapter's GPU by WebGL; undefined where WebGL names none, or one that cannot be the adapter's: of another vendor
 * or architecture, or real where the adapter is software. What WebGL names may still be another GPU of the same vendor.
 */
export function webglGpuOf(adapter: AdapterInfo): Renderer | undefined {
  const renderer = rendererOf(adapter.renderer ?? '');
  if (!renderer || isSoftwareName(renderer.name) !== isSoftware(adapter)) return undefined;
  const vendor = adapter.vendor || vendorNamedIn(adapter.description);
  if (vendor && renderer.vendor && vendor !== renderer.vendor) return undefined;
  const architectures = renderer.standIn ? [] : gpusNamed(renderer.name).map(({ architecture }) => architecture);
  const fits = ofAdapter(adapter);
  return fits && architectures.some((one) => one !== undefined && one !== fits) ? undefined : renderer;
}

/** wgpu gives the number of the device, such as `9860`, which must not be taken for a name like "RTX 4090". */
const NUMBER = /^(?:0x[0-9a-f]+|\d+)$/i;

/** Dawn describes an adapter by its driver: `D3D12 driver version 31.0.101.4090`. */
const DRIVER = /\bdriver\b|^(?:D3D1[12]|Vulkan|Metal|OpenGL)\b/i;

const isName = (text: string): boolean => text !== '' && !NUMBER.test(text) && !DRIVER.test(text);

/** The texts that may name the adapter's GPU, the surest first. */
export function namesOf(adapter: AdapterInfo): string[] {
  const renderer = webglGpuOf(adapter);
  const given = [adapter.device, adapter.description].filter(isName);
  return renderer && !renderer.standIn ? [...given, renderer.name] : given;
}

/** The adapter's architecture as the table of GPUs has it; undefined where it is not known. */
const ofAdapter = ({ vendor, architecture }: Identity): string | undefined =>
  GPUS.find((gpu) => gpu.architecture === `${vendor} ${architecture}`)?.architecture;

/** The GPUs of the adapter's architecture, the one with the highest peak first; empty where it is not in the table. */
export function gpusOfArchitecture(adapter: Identity): GpuSpec[] {
  const architecture = ofAdapter(adapter);
  if (architecture === undefined) return [];
  return GPUS.filter((gpu) => gpu.architecture === architecture).sort((a, b) => b.gbps - a.gbps);
}

/** The name to show for an adapter. Empty: nothing names it. */
export function adapterName(adapter: AdapterInfo): string {
  const family = [adapter.vendor, adapter.architecture].filter(Boolean).join(' ');
  const renderer = webglGpuOf(adapter);
  const description = DRIVER.test(adapter.description) ? '' : adapter.description;
  const device = isName(adapter.device) && adapter.description !== description ? adapter.device : '';
  return description || (renderer && !renderer.standIn ? renderer.name : device || family);
}

/** What to call a software adapter. Empty: nothing names it. */
export function softwareName(adapter: AdapterInfo): string {
  const { vendor, architecture, description } = adapter;
  const family = [vendor, architecture].filter(Boolean).join(' ');
  return (architecture && family) || description || rendererOf(adapter.renderer ?? '')?.name || vendor;
}

/** WebGPU's own limits (https://gpuweb.github.io/gpuweb/#limits), of those that a record has. */
const DEFAULT_LIMITS: Readonly<Record<string, number>> = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxComputeWorkgroupStorageSize: 2 ** 14,
  minStorageBufferOffsetAlignment: 256,
};

/**
 * Whether the browser hides even whether the adapter is a GPU. Firefox does under `privacy.resistFingerprinting`: no
 * names, no flag of a software adapter, no WebGL, and WebGPU's own limits in place of the adapter's (seen in Firefox ESR
 * 153 on lavapipe; dom/webgpu/Adapter.cpp).
 */
export function isHidden(adapter: AdapterInfo): boolean {
  if (!isNameless(adapter) || adapter.isFallbackAdapter || rendererOf(adapter.renderer ?? '')) return false;
  return Object.entries(DEFAULT_LIMITS).every(([name, value]) => adapter.limits[name] === value);
}

/**
 * What tells adapters of one program apart, to be compared or hashed: their names, and the one that WebGL gives. Where
 * WebGPU gives no name, as in Firefox, features and limits join them.
 */
export function identityOf(adapter: AdapterInfo): Readonly<Record<string, unknown>> {
  const { vendor, architecture, device, description, features, limits, subgroupMinSize, subgroupMaxSize } = adapter;
  const byWebgl = rendererOf(adapter.renderer ?? '')?.name;
  return {
    ...{ vendor, architecture, device, description },
    ...(byWebgl !== undefined && { byWebgl }),
    ...(isNameless(adapter) && { features, limits, subgroupMinSize, subgroupMaxSize }),
  };
}

/** Whether nothing but features and limits tells an adapter from others. */
export const isAnonymous = (adapter: AdapterInfo): boolean =>
  isNameless(adapter) && rendererOf(adapter.renderer ?? '') === undefined;

/** Whether two records' adapters may be one. A name by WebGL that one of them lacks, as records of 2026 did, counts not. */
export function sameAdapter(one: AdapterInfo, other: AdapterInfo): boolean {
  const known = one.renderer !== null && other.renderer !== null;
  const identity = (adapter: AdapterInfo) => identityOf(known ? adapter : { ...adapter, renderer: null });
  return JSON.stringify(identity(one)) === JSON.stringify(identity(other));
}

/** All names of an adapter in one line: `nvidia · lovelace · by WebGL NVIDIA GeForce RTX 4090`. */
export function adapterLine(adapter: Identity): string {
  const { vendor, architecture, device, description } = adapter;
  const renderer = rendererOf(adapter.renderer ?? '');
  const byWebgl = renderer && `by WebGL ${renderer.name}${renderer.standIn ? ', or similar' : ''}`;
  const named = NUMBER.test(device) ? '' : device;
  return [vendor, architecture, named, description, byWebgl].filter(Boolean).join(' · ') || 'unnamed';
}
