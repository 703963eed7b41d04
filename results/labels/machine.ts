/** Labels of the machine: what ran, and what its figures are held against. */

import { cachesOf } from '../derived/caches.ts';
import { cacheCurve, largestProduct, largestStream, memoryShare, streamingGBps } from '../derived/derive.ts';
import { type GpuSpec, gpusCalled, gpusNamed } from '../gpus/by-name.ts';
import {
  adapterName,
  gpusOfArchitecture,
  isAnonymous,
  isHidden,
  isSoftware,
  namesOf,
  softwareName,
} from '../machine/identity.ts';
import type { AdapterInfo, HostInfo, Measured, RecordBody } from '../record/schema.ts';
import { bytesText, percentText, significant } from '../text/figures.ts';
import type { LabelRule } from './label.ts';

/** Tolerance above a peak, relative: vendors round their peaks to as few as three digits. */
const PEAK_ROUNDING = 0.02;

/**
 * Minimum share of a GPU's peak that a stream reaches on a sound machine. Published streams reach 0.81 (H200) to 0.98
 * (L40) (RRZE gpu-benches, clpeak), and on the H200 a loop that keeps a single load in flight still reads 0.57. Laptop
 * versions under the name of a card move little over half of its peak: 576 of 1008 GB/s for the RTX 4090.
 */
export const MIN_SHARE_OF_PEAK = 0.6;

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
        ? `${softwareName(adapter) || 'This adapter'} runs on the CPU: these figures say nothing about a GPU.`
        : undefined,
  },
  {
    id: 'unknown-adapter',
    title: 'Unknown adapter',
    applies: ({ adapter, host, reported }) =>
      (isHidden(adapter) || isUnnamed(adapter, host)) && reported.gpu === undefined
        ? 'The browser hides what it ran on, and even whether that is a GPU: these figures may be of a program on the CPU.'
        : undefined,
  },
];

/** Whether a browser that names its adapters, as all but Firefox do, named none, and did not call it software either. */
const isUnnamed = (adapter: AdapterInfo, { kind, brand }: HostInfo): boolean =>
  kind === 'browser' && !/firefox/i.test(brand) && isAnonymous(adapter) && !adapter.isFallbackAdapter;

export const PEAK: readonly LabelRule[] = [
  {
    id: 'above-peak',
    title: 'Above the GPU’s peak',
    applies(record) {
      const streaming = streamingGBps(record);
      const peak = peakOf(record);
      const [gpu] = peak?.gpus ?? [];
      if (!streaming || !peak || !gpu) return undefined;
      const { value, ci95 } = streaming;
      if ((ci95?.[0] ?? value) <= gpu.gbps * (1 + PEAK_ROUNDING)) return undefined;
      const most =
        peak.by === 'architecture'
          ? `that the memory of any ${gpu.architecture} GPU moves; the fastest is the ${gpu.name}`
          : `that the memory of the ${gpu.name} moves at most`;
      return `${significant(value)} GB/s is more than the ${gpu.gbps} GB/s ${most}. The cause may be a cache, compressed memory, a slow clock, or another GPU. Until it is known, believe no figure of this run.`;
    },
  },
  {
    id: 'below-peak',
    title: 'Far below the GPU’s peak',
    applies(record) {
      const streaming = streamingGBps(record);
      const peak = peakOf(record);
      if (!streaming || !peak || peak.by === 'architecture' || isSoftware(record.adapter)) return undefined;
      const [gpu, ...others] = peak.called;
      if (!gpu || others.some(({ gbps }) => gbps !== gpu.gbps)) return undefined;
      const { value, ci95 } = streaming;
      // It may be the slowest of those that are sold under the name.
      const least = Math.min(...peak.gpus.map(({ gbps }) => gbps));
      if ((ci95?.[1] ?? value) >= MIN_SHARE_OF_PEAK * least) return undefined;
      const ran = adapterName(record.adapter);
      const on = peak.by === 'reported' && ran ? ` The run was on ${ran}.` : '';
      return `${significant(value)} GB/s is ${Math.round((100 * value) / gpu.gbps)} % of the ${gpu.gbps} GB/s that the memory of the ${gpu.name} moves at most; sound machines reach 80 % and more.${on} The cause may be a limit of power or heat, a driver, other programs, a version of this GPU for laptops, or another GPU than this. These figures tell of the machine as it is, not of what the GPU can do.`;
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
  if (product === 1) return ' in the one layout that this run tried; another may do better';
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

/** What the bandwidth of a run is held against. */
interface Peak {
  /** The GPUs that may have run, the one with the highest peak first. */
  readonly gpus: readonly GpuSpec[];
  /** The one that is meant, if the name says which. */
  readonly called: readonly GpuSpec[];
  readonly by: 'reported' | 'adapter' | 'architecture';
}

/**
 * The peak of the GPU whose memory was measured: by its reported name, or else by what the adapter or WebGL calls it,
 * or else the highest of its architecture. If a name may mean several GPUs, all of them are meant.
 */
function peakOf({ reported, adapter }: RecordBody): Peak | undefined {
  const candidates: readonly Peak[] = [
    { ...peaksNamed(reported.gpu ?? ''), by: 'reported' },
    ...namesOf(adapter).map((name) => ({ ...peaksNamed(name), by: 'adapter' as const })),
    { gpus: gpusOfArchitecture(adapter), called: [], by: 'architecture' },
  ];
  return candidates.find(({ gpus }) => gpus.length > 0);
}

const peaksNamed = (name: string) => ({ gpus: gpusNamed(name), called: gpusCalled(name) });
