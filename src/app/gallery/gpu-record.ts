/**
 * A `full` run on a GPU that does not exist: a committed record whose times are those of a simple machine. No GPU has
 * left a committed record yet; delete this once one has, of profile `full`.
 */

import { MAX_DISPATCHES } from '../../../results/record/bounds.ts';
import { seal } from '../../../results/record/digest.ts';
import type {
  DecodeCase,
  DecodeMeasured,
  DecodeMeasurement,
  Measured,
  Measurement,
  RunRecord,
  Sample,
} from '../../../results/record/schema.ts';
import { CLAIM_STEPS } from '../../model/claims/index.ts';
import { stepWork, weightBytesHeld } from '../../model/models/accounting.ts';
import { modelOfCase } from '../../model/models/index.ts';
import { tensorsAllIn } from '../../model/models/tensors.ts';
import { committed } from './fixtures.ts';

/** The machine: memory, a cache, arithmetic, and launches that cost time. */
const GBPS = 380;
const CACHE = { bytes: 40e6, gbps: 1400 };
const TFLOPS = 8;
const DISPATCH_MS = 0.004;

/** A rotation that no cache holds. */
const COLD_BYTES = 4e9;

/** The maximum length of a timed region, as the profile has it. */
const MAX_REGION_MS = 80;

/** Eight rounds of a dispatch that takes `dispatchMs`, each region off by up to 0.5 %, another way for each `nth` case. */
export function samplesOf(dispatchMs: number, nth = 0): Sample[] {
  const min = Math.max(1, Math.floor(Math.min(MAX_REGION_MS / dispatchMs, MAX_DISPATCHES) / 8));
  return [0, 1, 2, 3, 4, 5, 6, 7].flatMap((round) =>
    [min, 2 * min, 4 * min, 8 * min].map((dispatches) => {
      const off = Math.sin(12.9 * round + 78.2 * dispatches + 1e4 * dispatchMs + 7.7 * nth);
      // Timestamps are whole nanoseconds, and no host learns of an end after the same time each time.
      const gpuMs = Math.round(1e6 * dispatches * dispatchMs * (1 + 0.005 * off)) / 1e6;
      return { round, dispatches, atMs: 1000 * round + dispatches, gpuMs, wallMs: gpuMs + 0.2 + 0.05 * off };
    }),
  );
}

const bytesMs = (bytes: number, gbps = GBPS): number => bytes / gbps / 1e6;

/** The time of a dispatch that reads `bytes`, of which the cache gives the share `cached`. */
export const dispatchMs = (bytes: number, cached: number): number =>
  DISPATCH_MS + bytesMs((1 - cached) * bytes) + bytesMs(cached * bytes, CACHE.gbps);

/** The ceiling of the record as a run of today measures it: in three sizes, and over half of the pool. */
function ceilingOf(read: Measured): Measured[] {
  const reads = (bytes: number, withinBytes?: number): Measured => ({
    ...read,
    case: { ...read.case, params: { bytes }, ...(withinBytes !== undefined && { withinBytes }) },
    work: { bytesRead: bytes, bytesWritten: bytes / 256, flops: 0 },
    rotationBytes: withinBytes ?? COLD_BYTES,
  });
  const bytes = read.work.bytesRead;
  return [reads(bytes / 4), reads(bytes / 2), reads(bytes), reads(bytes, COLD_BYTES / 2)];
}

/** The decode step that the machine measures for `wanted`, or refuses, if its memory is capped below it. */
function stepOn(wanted: DecodeCase, example: DecodeMeasured, nth: number): DecodeMeasurement {
  const model = modelOfCase(wanted.model);
  if (!model) throw new Error(`there is no model ${wanted.model}`);
  const tensors = tensorsAllIn(model, wanted.weights);
  const { weightBytes, weightFlops, kvBytes, kvFlops } = stepWork(model, tensors, wanted);
  const flops = Math.round(weightFlops + kvFlops);
  const bytesRead = Math.round(weightBytes + kvBytes);
  const residentBytes = Math.round(weightBytesHeld(tensors) + kvBytes);
  if (wanted.memoryBytes !== undefined && residentBytes > wanted.memoryBytes) {
    return { status: 'skipped', case: wanted, reason: 'its layers do not fit into the capped memory' };
  }
  const dispatches = 9 * model.layers.length + 3;
  const ms = dispatches * DISPATCH_MS + Math.max(bytesMs(bytesRead), flops / TFLOPS / 1e9);
  return {
    ...example,
    ...{ case: wanted, dispatches, residentBytes, rotationBytes: COLD_BYTES, samples: samplesOf(ms, nth) },
    layers: { distinct: model.layers.length, total: model.layers.length },
    work: { bytesRead, bytesWritten: 0, flops },
    stopped: 'interval',
  };
}

function make(): RunRecord {
  const { id: _, ...body } = committed('2026-11-27-lavapipe-smollm2');
  const example = body.decode?.find((m) => m.status === 'measured');
  if (!example) throw new Error('the record has no decode step that was measured');
  const asked = (body.decode ?? []).map((m) => m.case);
  const experiments = CLAIM_STEPS.map((step) => ({ ...step, experiment: true as const }));
  const measurements = body.measurements
    .flatMap((m) => (m.status === 'measured' && m.case.kernel === 'stream-read' ? ceilingOf(m) : m))
    .map((m, nth): Measurement => {
      if (m.status !== 'measured') return m;
      const rotationBytes = m.workingSetBytes ?? m.case.withinBytes ?? COLD_BYTES;
      const samples = samplesOf(
        dispatchMs(m.work.bytesRead + m.work.bytesWritten, rotationBytes <= CACHE.bytes ? 1 : 0),
        nth,
      );
      return { ...m, rotationBytes, samples, discarded: [], stopped: 'interval' };
    });
  const decode = [...asked, ...experiments].map((wanted, nth) => stepOn(wanted, example, nth));
  inTurn(decode, inTurn(measurements, 1000));
  return seal({
    ...body,
    plan: { ...body.plan, probeGBps: GBPS, cases: measurements.map((m) => m.case) },
    measurements,
    ...{ profile: 'full', reported: { gpu: 'RTX 4070' }, events: [] },
    host: { kind: 'browser', brand: 'Google Chrome', majorVersion: 144, platform: 'Windows' },
    adapter: {
      ...body.adapter,
      ...{ vendor: 'nvidia', architecture: 'lovelace', device: '', description: '', isFallbackAdapter: false },
      renderer: 'ANGLE (NVIDIA, NVIDIA GeForce RTX 4070 (0x00002786) Direct3D11 vs_5_0 ps_5_0, D3D11)',
      ...{ subgroupMinSize: 32, subgroupMaxSize: 32 },
      limits: { ...body.adapter.limits, maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 31 },
    },
    decode,
  });
}

/** Dates regions one after the other from `fromMs` on, round by round, as a run times them. Returns the end. */
function inTurn(all: readonly (Measurement | DecodeMeasurement)[], fromMs: number): number {
  let now = fromMs;
  const timed = all.flatMap((m) => (m.status === 'measured' ? [m] : []));
  const rounds = [...new Set(timed.flatMap((m) => m.samples.map(({ round }) => round)))].sort((a, b) => a - b);
  for (const round of rounds) {
    for (const m of timed) {
      for (const sample of m.samples.filter((one) => one.round === round)) {
        sample.atMs = now;
        now += sample.wallMs + 1;
      }
    }
  }
  return now;
}

let made: RunRecord | undefined;

/** A copy of the record, to be changed at will. */
export function gpuRecord(): RunRecord {
  made ??= make();
  return structuredClone(made);
}
