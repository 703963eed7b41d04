/**
 * Records as a collection receives them, of simulated GPUs: the unchanged engine runs on them, and the record is dressed
 * as one of a GPU that is sold. What was simulated is measured by nobody: these records exist in tests only.
 */

import type { DecodeTask } from '../../../harness/decode/tasks.ts';
import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import builds from '../../../results/data/reference/builds.json';
import { GPUS, type GpuSpec } from '../../../results/gpus/by-name.ts';
import { maxOf } from '../../../results/lists.ts';
import { timedCases } from '../../../results/record/cases.ts';
import { seal } from '../../../results/record/digest.ts';
import type { RecordBody, RunRecord } from '../../../results/record/schema.ts';
import { randomSource } from '../../../results/statistics.ts';
import { modelById } from '../../../src/model/models/predicted.ts';
import { decodeTasks } from '../../../src/model/request/tasks.ts';
import { type SimulatedDevice, type Uniform, WELL_BEHAVED } from '../../calibration/device/device.ts';
import { between } from '../../calibration/device/regimes.ts';
import { uniformOf } from '../../calibration/figures/calibrate.ts';
import { measureStep, type SimulatedStep, simulatedStep } from '../../calibration/figures/steps.ts';
import { measuredRecord, type Trouble } from '../../calibration/machines/machines.ts';

/** A GPU that is sold, as a browser or Node names it, with what tells its adapter from others. */
export interface Dress {
  readonly spec: GpuSpec;
  readonly adapter: Pick<
    RecordBody['adapter'],
    'vendor' | 'architecture' | 'device' | 'description' | 'renderer' | 'subgroupMinSize' | 'subgroupMaxSize'
  >;
  readonly host: RecordBody['host'];
}

/** GPUs of the table whose architecture is known, in Chrome on Windows and, every third, in Node on Linux. */
export const DRESSES: readonly Dress[] = GPUS.flatMap((spec, i): Dress[] => {
  const [vendor, architecture] = spec.architecture?.split(' ') ?? [];
  if (vendor === undefined || architecture === undefined) return [];
  const inNode = i % 3 === 0;
  const size = vendor === 'nvidia' ? [32, 32] : vendor === 'amd' ? [32, 64] : [8, 32];
  return [
    {
      spec,
      adapter: {
        ...{ vendor, architecture, device: '', description: inNode ? spec.name : '' },
        renderer: inNode ? null : `ANGLE (${vendor}, ${spec.name} (0x00002684) Direct3D11 vs_5_0 ps_5_0, D3D11)`,
        ...{ subgroupMinSize: size[0] ?? 32, subgroupMaxSize: size[1] ?? 32 },
      },
      host: inNode
        ? { kind: 'node', brand: 'Dawn', majorVersion: null, platform: 'linux x64' }
        : { kind: 'browser', brand: 'Google Chrome', majorVersion: 148, platform: 'Windows' },
    },
  ];
});

/** GPUs whose architecture no row of the table bounds: the fastest of servers, and Apple's. */
const OTHERS: readonly (readonly [name: string, vendor: string, architecture: string])[] = [
  ['NVIDIA H100', 'nvidia', 'hopper'],
  ['NVIDIA H200', 'nvidia', 'hopper'],
  ['NVIDIA B200', 'nvidia', 'blackwell'],
  ['AMD Instinct MI300X', 'amd', 'cdna-3'],
  ['Apple M2', 'apple', 'metal-3'],
  ['Apple M4 Max', 'apple', 'metal-3'],
];

/** The fast GPUs of servers in Node on Linux, and Apple's in Chrome on macOS. */
export const FAST_DRESSES: readonly Dress[] = OTHERS.flatMap(([name, vendor, architecture]): Dress[] => {
  const spec = GPUS.find((gpu) => gpu.name === name);
  const isApple = vendor === 'apple';
  return spec
    ? [
        {
          spec,
          adapter: {
            ...{ vendor, architecture, device: '', description: isApple ? '' : name },
            renderer: isApple ? `ANGLE (Apple, ANGLE Metal Renderer: ${name}, Unspecified Version)` : null,
            ...(isApple
              ? { subgroupMinSize: 4, subgroupMaxSize: 64 }
              : { subgroupMinSize: 32, subgroupMaxSize: vendor === 'amd' ? 64 : 32 }),
          },
          host: isApple
            ? { kind: 'browser', brand: 'Google Chrome', majorVersion: 148, platform: 'macOS' }
            : { kind: 'node', brand: 'Dawn', majorVersion: null, platform: 'linux x64' },
        },
      ]
    : [];
});

/** Draws a sound machine with a GPU: 75 – 95 % of its peak, 2 – 10 µs for a dispatch, noise of 0.1 – 1 % a region. */
export const soundMachine = ({ spec }: Dress, uniform: Uniform): SimulatedDevice => ({
  ...WELL_BEHAVED,
  gbps: spec.gbps * (0.75 + 0.2 * uniform()),
  gflops: spec.gbps * between(10, 60, uniform),
  dispatchMs: between(0.002, 0.01, uniform),
  regionMs: between(0.001, 0.05, uniform),
  submitMs: between(0.05, 1, uniform),
  recordMs: 0.0005,
  timestampQuantumNs: [1, 1, 32, 40, 52, 1000][Math.floor(6 * uniform())] ?? 1,
  caches: uniform() < 0.5 ? [] : [{ bytes: between(4e6, 64e6, uniform), gbps: spec.gbps * between(1.5, 4, uniform) }],
  noise: { ...WELL_BEHAVED.noise, sigma: between(0.001, 0.01, uniform) },
});

/** The steps that the dressed records time: one small model and one large, in two contexts. */
let known: readonly SimulatedStep[] | undefined;

function stepsOnce(): readonly SimulatedStep[] {
  const room = { left: () => Number.POSITIVE_INFINITY, refuses: () => undefined };
  const sweep = { weights: ['f16'], kv: ['f16'], contexts: [128, 4096], batches: [1] } as const;
  known ??= ['smollm2-135m', 'llama-3.2-1b'].flatMap((id) =>
    decodeTasks([modelById(id)], sweep, room).map((task: DecodeTask) => simulatedStep(task, 2 ** 33)),
  );
  return known;
}

const { quick } = PROFILES;

/** The profile that times the steps of a `quick` run, as long as it takes. */
const STEPS: Profile = {
  ...quick,
  experiments: {
    ...{ intervalWidth: quick.intervalWidth, minRounds: quick.minRounds, regionMs: quick.regionMs },
    ...{ stepBudgetMs: 2000, guaranteedRounds: 3 },
    ...{ maxStepMs: Number.POSITIVE_INFINITY, maxBytesMs: Number.POSITIVE_INFINITY },
  },
};

/** The record of a `quick` run on `device`, with the steps of two models, as if a published build had made it. */
export async function dressedRecord(device: SimulatedDevice, dress: Dress, seed: number): Promise<RunRecord> {
  const { record, simulation } = await measuredRecord(device, seed);
  const build = builds.at(-1);
  if (!build) throw new Error('no build is published');
  const lastMs = maxOf(timedCases(record).flatMap(({ samples }) => samples.map(({ atMs, wallMs }) => atMs + wallMs)));
  simulation.wait(Math.max(0, lastMs - simulation.ms) + 50);
  // The engine's own source of the record's seed, which rules of the collection draw from again.
  const random = randomSource(seed);
  const decode: NonNullable<RecordBody['decode']> = [];
  for (const step of stepsOnce()) decode.push(await measureStep(simulation, step, STEPS, random));
  const { id: _, ...body } = structuredClone(record);
  return seal({
    ...body,
    ...{ harness: build, created: CREATED, host: dress.host, decode },
    adapter: { ...body.adapter, ...dress.adapter },
  });
}

/** The day on which all of these records were made. */
export const CREATED = '2026-11-29T12:00:00.000Z';

/** An honest record, and how its machine came about. */
export interface Honest {
  readonly of: string;
  readonly record: RunRecord;
}

/** A record of a sound machine: a seed stands for a GPU, a machine and a run. */
export async function soundRecord(seed: number, dresses: readonly Dress[] = DRESSES): Promise<Honest> {
  const dress = dresses[seed % dresses.length];
  if (!dress) throw new Error('no GPU of the table has an architecture');
  const record = await dressedRecord(soundMachine(dress, uniformOf(seed, 'machine')), dress, seed);
  return { of: dress.spec.name, record };
}

/** A record of a machine with one of the troubles of real ones. */
export async function troubledRecord(seed: number, { name, apply }: Trouble): Promise<Honest> {
  const dress = DRESSES[seed % DRESSES.length];
  if (!dress) throw new Error('no GPU of the table has an architecture');
  const uniform = uniformOf(seed, 'machine');
  const record = await dressedRecord(apply(soundMachine(dress, uniform), uniform), dress, seed);
  return { of: `${dress.spec.name}: ${name}`, record };
}
