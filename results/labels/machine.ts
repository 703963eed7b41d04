/** Labels of the machine: what ran, and what its figures are held against. */

import { cachesOf } from '../caches.ts';
import { cacheCurve, largestProduct, largestStream, memoryShare, streamingGBps } from '../derive.ts';
import { bytesText, percentText, significant } from '../figures.ts';
import { type GpuSpec, gpusNamed } from '../gpus.ts';
import type { AdapterInfo, Measured, RecordBody } from '../schema.ts';
import type { LabelRule } from './label.ts';

/** Names by which software adapters are known where the browser does not set its fallback flag. */
const SOFTWARE_ARCHITECTURES = ['swiftshader', 'llvmpipe', 'software', 'warp'];

/** Whether an adapter is a program that imitates a GPU on the CPU. */
export function isSoftware(adapter: AdapterInfo): boolean {
  const names = [adapter.architecture, adapter.device, adapter.description].map((name) => name.toLowerCase());
  return (
    adapter.isFallbackAdapter ||
    SOFTWARE_ARCHITECTURES.some((software) => names.some((name) => name.includes(software)))
  );
}

/** Tolerance above a peak, relative: vendors round their peaks to as few as three digits. */
const PEAK_ROUNDING = 0.02;

/**
 * Minimum memory share of a matrix–vector product that is bound by memory. GPUs read and compute at once, so the share
 * is near 1 where memory takes longer: published f16 products reach 0.92 (in WGSL: wgpu-mm) and 0.94 (native: FastGEMV)
 * even of the peak. The rest is tolerance for layouts that are not tuned yet.
 */
export const BOUND_SHARE = 0.7;

export const SOFTWARE: readonly LabelRule[] = [
  {
    id: 'software-adapter',
    title: 'Software adapter',
    applies: ({ adapter }) =>
      isSoftware(adapter)
        ? `${[adapter.vendor, adapter.architecture].filter(Boolean).join(' ')} runs on the CPU: these figures say nothing about a GPU.`
        : undefined,
  },
];

export const PEAK: readonly LabelRule[] = [
  {
    id: 'above-peak',
    title: 'Above the GPU’s peak',
    applies(record) {
      const streaming = streamingGBps(record);
      const gpu = peakOf(record);
      if (!streaming || !gpu) return undefined;
      const { value, ci95 } = streaming;
      return (ci95?.[0] ?? value) > gpu.gbps * (1 + PEAK_ROUNDING)
        ? `${significant(value)} GB/s is more than the ${gpu.gbps} GB/s that the memory of the ${gpu.name} moves at most. The cause may be a cache, compressed memory, a slow clock, or another GPU. Until it is known, believe no figure of this run.`
        : undefined;
    },
  },
  {
    id: 'not-bandwidth-bound',
    title: 'Not bound by bandwidth',
    applies(record) {
      const share = memoryShare(record);
      if (!share?.ci95 || share.ci95[1] >= BOUND_SHARE) return undefined;
      const caches = cachesOf(cacheCurve(record));
      const flat =
        caches?.end === 'memory' && caches.kneeBytes === undefined
          ? ` Nor is ${bytesText(caches.smallestBytes)} read any faster than ${bytesText(caches.largestBytes)}, as a cache would.`
          : '';
      return `A matrix–vector product uses ${percentText(share)} of the memory’s speed${triedText(record)}. Something else limits it, arithmetic or waiting, so no GB/s here tells what more bandwidth would bring.${flat}`;
    },
  },
];

/**
 * Says in how many layouts the product was tried, and the ceiling, too. If only the ceiling could be faster in another
 * layout, the product's share would be smaller still.
 */
function triedText(record: RecordBody): string {
  const tried = (m: Measured | undefined) => (m ? layoutsTried(record, m) : 1);
  const [product, ceiling] = [tried(largestProduct(record)), tried(largestStream(record))];
  if (product === 1) return ' in the one layout that was tried; another may do better';
  return ceiling === 1
    ? `, in the fastest of ${product} layouts that were tried`
    : `, each in the fastest of ${Math.min(product, ceiling)} layouts that were tried`;
}

/**
 * The number of layouts of a case's kernel that were tried before the plan was made: in its variant, or in the portable
 * one, whose winner variants have that were not raced.
 */
function layoutsTried({ plan }: RecordBody, { case: { kernel, variant } }: Measured): number {
  const races = plan.layouts.filter((race) => race.kernel === kernel);
  const race = races.find((one) => one.variant === variant) ?? races.find((one) => one.variant === 'portable');
  return race?.tried.length ?? 1;
}

/**
 * The GPU whose memory was measured: by its reported name, or else by what the adapter says. If a name may mean
 * several GPUs, it is the fastest of them.
 */
function peakOf({ reported, adapter }: RecordBody): GpuSpec | undefined {
  return [reported.gpu ?? '', adapter.description, adapter.device].flatMap(gpusNamed)[0];
}
