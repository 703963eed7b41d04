/**
 * Validates the law of one sequence on devices of which only the peak bandwidth is known:
 *
 *     T = a + bytes / (η · peak)        a: of the backend, η: of all devices of a vendor
 *
 * Each device is predicted by a fit of all others of its vendor.
 */

import { median } from 'simple-statistics';
import { groupBy } from '../../../results/lists.ts';
import type { BATCH_1, Batch1Row } from '../../../results/published.ts';
import { quantisedTensors } from '../files/quantisations.ts';
import { MIN_ERROR } from '../law/fit-law.ts';
import { nearest } from '../law/robust-fit.ts';
import { stepWork } from '../models/accounting.ts';
import { modelById } from '../models/index.ts';

export interface DevicePrediction {
  readonly row: Batch1Row;
  /** Predicted tokens/s. */
  readonly predicted: number;
  /** Relative error: predicted/measured − 1. */
  readonly error: number;
}

export interface VendorResult {
  readonly vendor: string;
  readonly devices: number;
  /** a of each backend in ms, by a fit of all devices. */
  readonly overheadMs: Readonly<Record<string, number>>;
  /** η, by the same fit. */
  readonly efficiency: number;
  readonly predictions: readonly DevicePrediction[];
  /** Median of the absolute errors of the predictions. */
  readonly medianError: number;
}

/** The vendor of each backend. Backends of a vendor share an η. */
const VENDORS: Readonly<Record<string, string>> = {
  Metal: 'Apple',
  CUDA: 'NVIDIA',
  'CUDA, HBM': 'NVIDIA',
  'CUDA, before Ampere': 'NVIDIA',
  ROCm: 'AMD',
  Vulkan: 'several, by Vulkan',
};

/** Bytes that a step of a row reads, at the mean context over the generated tokens. */
function bytesOf({ model: id, quantisation, head, source }: Batch1Row, sources: (typeof BATCH_1)['sources']): number {
  const model = modelById(id);
  const context = Math.ceil((sources[source]?.generated ?? 1) / 2);
  const work = stepWork(model, quantisedTensors(model, quantisation, head), { batch: 1, context, kv: 'f16' });
  return work.weightBytes + work.kvBytes;
}

interface DevicePoint {
  readonly row: Batch1Row;
  readonly ms: number;
  /** Time of reading all bytes at the peak. */
  readonly atPeakMs: number;
}

/** Predicts each device by a fit of its vendor's other devices. */
export function deviceResults({ rows, sources }: typeof BATCH_1): VendorResult[] {
  const points = rows.map((row): DevicePoint => {
    const atPeakMs = bytesOf(row, sources) / row.gbps / 1e6;
    return { row, ms: 1000 / row.tokensPerSecond, atPeakMs };
  });
  return [...groupBy(points, ({ row }) => VENDORS[row.backend] ?? row.backend)].map(([vendor, ofVendor]) => {
    const devices = groupBy(ofVendor, ({ row }) => row.device);
    const predictions = [...devices.values()].flatMap((ofDevice) => {
      const timeOf = fitted(ofVendor.filter((point) => !ofDevice.includes(point))).timeOf;
      return ofDevice.map((point): DevicePrediction => {
        const predicted = 1000 / timeOf(point);
        return { row: point.row, predicted, error: predicted / point.row.tokensPerSecond - 1 };
      });
    });
    const { overheadMs, efficiency } = fitted(ofVendor);
    const medianError = median(predictions.map(({ error }) => Math.abs(error)));
    return { vendor, devices: devices.size, overheadMs, efficiency, predictions, medianError };
  });
}

/** Fits T = a + bytes/(η · peak) to the devices of one vendor. */
function fitted(points: readonly DevicePoint[]) {
  const backends = [...new Set(points.map(({ row }) => row.backend))];
  const slopesOf = ({ row, atPeakMs }: DevicePoint): number[] => [
    atPeakMs,
    ...backends.map((backend) => (backend === row.backend ? 1 : 0)),
  ];
  const timeAt = (slopes: readonly number[], costs: readonly number[]): number =>
    slopes.reduce((total, slope, i) => total + slope * (costs[i] as number), 0);
  const costs = nearest(
    {
      points: points.map((point) => {
        const slopes = slopesOf(point);
        return (at) => ({ ms: timeAt(slopes, at), slopes });
      }),
      times: points.map(({ ms }) => ms),
      errors: points.map(() => MIN_ERROR),
      linear: true,
    },
    [[0, ...backends.map(() => 0)]],
  );
  const [ofPeak = 0, ...overheads] = costs;
  return {
    efficiency: 1 / ofPeak,
    overheadMs: Object.fromEntries(backends.map((backend, i) => [backend, overheads[i] as number])),
    /** Time of a point in ms. The overhead of a backend that no fitted device has counts as 0. */
    timeOf: (point: DevicePoint): number => timeAt(slopesOf(point), costs),
  };
}
