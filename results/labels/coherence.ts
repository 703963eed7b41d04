/**
 * Labels of coherence: where what a record claims of itself disagrees with its own samples. They find mistakes, broken
 * clocks and careless forgeries. Whoever reads these rules can forge a record that keeps to them.
 */

import { isPublished } from '../builds.ts';
import { streamingGBps, timedCases } from '../derive.ts';
import { bytesText, significant } from '../figures.ts';
import { gpusNamed } from '../gpus.ts';
import { adapterLine, gpusOfArchitecture, isSoftware, namesOf } from '../machine/identity.ts';
import { vendorNamedIn } from '../machine/vendors.ts';
import type { DecodeMeasured, Measured, RecordBody, Sample } from '../schema.ts';
import { groupBy } from '../statistics.ts';
import type { LabelRule } from './label.ts';

export const COHERENCE: readonly LabelRule[] = [
  {
    id: 'unpublished-build',
    title: 'Unpublished build',
    applies: ({ harness }) =>
      isPublished(harness)
        ? undefined
        : `Version ${harness.version}, ${harness.commit ? `commit ${harness.commit.slice(0, 8)}` : 'no commit'} and kernels ${harness.kernels.slice(0, 8)} are together those of no build that HBMark has published. It was built from other sources, or ran a choice of kernels: nobody can tell by this record what was measured.`,
  },
  {
    id: 'odd-date',
    title: 'Impossible date',
    applies({ created }) {
      const at = Date.parse(created);
      if (at >= FIRST_RUN && at <= Date.now() + CLOCKS_APART_MS) return undefined;
      const why = at < FIRST_RUN ? 'before HBMark could measure' : 'which is yet to come';
      return `The record says that it was made on ${created.slice(0, 10)}, ${why}. The machine’s date was wrong, or the record was changed.`;
    },
  },
  {
    id: 'other-gpu',
    title: 'Not the GPU that it is called',
    applies: otherGpu,
  },
  {
    id: 'odd-adapter',
    title: 'Impossible adapter',
    applies(record) {
      const why = oddAdapter(record);
      return why && `${why} So the adapter is not what the record says, and its figures are of something else.`;
    },
  },
  {
    id: 'odd-times',
    title: 'Times that no clock shows',
    applies(record) {
      const why = oddTimes(record);
      return why && `${why} Clocks show no such times: they were changed or made up, and so is every figure of them.`;
    },
  },
  {
    id: 'overlapping-regions',
    title: 'Regions overlap',
    applies(record) {
      const overlap = overlaps(record);
      return overlap
        ? `${overlap.count} of ${overlap.of} timed regions began before the one before them had ended. A run times one after the other: the times were changed or made up.`
        : undefined;
    },
  },
  {
    id: 'missing-cases',
    title: 'Cases are missing',
    applies(record) {
      const ms = missingMs(record);
      return ms === undefined
        ? undefined
        : `In most rounds, ${significant(ms, 2)} ms or more passed in which nothing was timed, in a different place each round, as if a case were visited that is not in the record. It may have been the slowest.`;
    },
  },
  {
    id: 'odd-bytes',
    title: 'More bytes than there were',
    applies(record) {
      const why = oddBytes(record);
      return why && `${why} So its bytes per second are too many.`;
    },
  },
  {
    id: 'not-verified',
    title: 'Not verified',
    applies(record) {
      const why = notVerified(record);
      return why && `${why} Nothing shows that the kernels computed anything.`;
    },
  },
  {
    id: 'probe-differs',
    title: 'First look and figures disagree',
    applies(record) {
      const gbps = streamingGBps(record)?.value;
      const { probeGBps } = record.plan;
      const above = MAX_OVER_PROBE[isSoftware(record.adapter) ? 'software' : 'gpu'];
      if (gbps === undefined || (gbps <= above * probeGBps && probeGBps <= MAX_OVER_STREAM * gbps)) {
        return undefined;
      }
      return `Memory was read at ${significant(probeGBps)} GB/s when the cases were planned, and at ${significant(gbps)} GB/s when they were timed. Another program was busy in one of them, or one of the figures was changed.`;
    },
  },
];

/** The day of the first run of HBMark that left a record. */
const FIRST_RUN = Date.parse('2026-11-20T00:00:00Z');

/** Two clocks may differ by a day: time zones that are set wrongly are the usual cause. */
const CLOCKS_APART_MS = 24 * 3600 * 1000;

/**
 * The streaming rate may be above the first look's by this factor, of a GPU and of a program on the CPU: a cold machine,
 * a layout that was raced since, and other programs, which take turns with a program on the CPU.
 */
const MAX_OVER_PROBE = { gpu: 2, software: 4 };

/** The first look's rate may be above the streaming rate by this factor: other programs on a software adapter. */
const MAX_OVER_STREAM = 6;

/** Says that the GPU that was reported cannot be the adapter: it is of another vendor or architecture, or none at all. */
function otherGpu({ reported, adapter }: RecordBody): string | undefined {
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
  const [architecture] = gpusOfArchitecture(adapter).map((one) => one.architecture);
  const others = meant.every((one) => one.architecture !== undefined && one.architecture !== architecture);
  return architecture && meant.length > 0 && others ? `${named}, a GPU of another architecture.` : undefined;
}

const KNOWN_VENDORS: ReadonlySet<string> = new Set(['nvidia', 'amd', 'intel', 'apple', 'qualcomm', 'arm']);

/**
 * The subgroups that the GPUs of a vendor can have, by all of its architectures that run WebGPU: a warp of 32 (CUDA
 * C++ Programming Guide, "SIMT architecture"), waves of 32 and 64 (AMD's RDNA 4 ISA guide, §2; GCN has 64), SIMD8 to
 * SIMD32 (Intel's "GPU Occupancy" guide).
 */
const SUBGROUPS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['nvidia', [32, 32]],
  ['amd', [32, 64]],
  ['intel', [8, 32]],
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

/** Says what of an adapter no adapter of its vendor, or none at all, has. */
function oddAdapter(record: RecordBody): string | undefined {
  const { vendor, subgroupMinSize, subgroupMaxSize, features, limits } = record.adapter;
  const [least, most] = SUBGROUPS.get(vendor) ?? [0, Number.POSITIVE_INFINITY];
  const isUnknown = NO_SUBGROUPS.some(([min, max]) => min === subgroupMinSize && max === subgroupMaxSize);
  if (!isUnknown && (subgroupMinSize < least || subgroupMaxSize > most)) {
    return `Its subgroups are of ${subgroupMinSize} to ${subgroupMaxSize} threads, and those of ${vendor} have ${least === most ? least : `${least} to ${most}`}.`;
  }
  if (subgroupMinSize > subgroupMaxSize) {
    return `Its smallest subgroups, of ${subgroupMinSize} threads, are larger than its largest, of ${subgroupMaxSize}.`;
  }
  // Desktop GPUs of NVIDIA decode neither (https://vulkan.gpuinfo.org, textureCompressionETC2 and ASTC_LDR).
  const mobile = features.find((feature) => /^texture-compression-(?:etc2|astc)/.test(feature));
  if (vendor === 'nvidia' && mobile) return `It has the feature ${mobile}, which no GPU of nvidia for computers has.`;
  for (const [name, value] of LEAST) {
    const limit = limits[name];
    if (limit !== undefined && limit < value) return `Its ${name} is ${limit}, and WebGPU has at least ${value}.`;
  }
  const alignment = limits.minStorageBufferOffsetAlignment;
  if (alignment !== undefined && (alignment > 256 || !Number.isInteger(Math.log2(alignment)))) {
    return `Its minStorageBufferOffsetAlignment is ${alignment}, and WebGPU’s are powers of two up to 256.`;
  }
  const { maxStorageBufferBindingSize: bound = Number.POSITIVE_INFINITY, maxBufferSize: largest = bound } = limits;
  if (bound > largest) return `It binds ${bound} bytes of a buffer of at most ${largest}.`;
  const beyond = record.plan.largestDispatchBytes > bound;
  return beyond
    ? `A dispatch streamed ${record.plan.largestDispatchBytes} bytes, and it binds ${bound} at most.`
    : undefined;
}

/** The share of odd times from which they are no chance. */
const MOST = 0.5;

/** A time lies on a grid if it is off by no more than this many steps: times are floating-point numbers. */
const ON_GRID = 0.02;

/** Says why the times of regions are none that the record's clocks can show. */
function oddTimes(record: RecordBody): string | undefined {
  const samples = timedCases(record).flatMap((m) => m.samples);
  const stamps = [...samples, ...record.clock.readings].flatMap(({ gpuMs }) => (gpuMs === null ? [] : [gpuMs * 1e6]));
  const off = (stepNs: number) => stamps.filter((ns) => Math.abs(ns / stepNs - Math.round(ns / stepNs)) > ON_GRID);
  // Timestamps are whole nanoseconds (https://gpuweb.github.io/gpuweb/#timestamp).
  const broken = off(1).length;
  if (broken > 0) return `${broken} of ${stamps.length} times by timestamps are no whole number of nanoseconds.`;
  const { timestampQuantumNs } = record.clock;
  // Few stamps may have a larger step in common than the clock's, by chance: twice, or four times.
  const stepNs = (timestampQuantumNs ?? 0) / 4;
  const between = stepNs > 1 ? off(stepNs).length : 0;
  if (between > MOST * stamps.length) {
    return `Timestamps advance in steps of ${timestampQuantumNs} ns here, and ${between} of ${stamps.length} times lie between two steps.`;
  }
  return constantDelay(record);
}

/** Samples of fewer than this many say nothing of how a delay varies. */
const MIN_DELAYS = 8;

/** Says that the wall clock followed the timestamps at one distance, as no host can. */
function constantDelay(record: RecordBody): string | undefined {
  const cases = timedCases(record).filter(
    ({ samples }) => samples.length >= MIN_DELAYS && samples.every(({ gpuMs }) => gpuMs !== null),
  );
  const constant = cases.filter(({ samples }) => {
    const delays = samples.map(({ wallMs, gpuMs }) => (wallMs - (gpuMs ?? 0)).toFixed(6));
    return 2 * new Set(delays).size <= delays.length;
  }).length;
  return constant > MOST * cases.length
    ? `In ${constant} of ${cases.length} cases the host learned of most ends after the same time, to the nanosecond.`
    : undefined;
}

/** The share of regions that may overlap: a clock that is set while it runs moves one or two. */
const FEW = 0.01;

/** Counts regions that began before the one before them ended. Undefined: few did. */
function overlaps(record: RecordBody): { readonly count: number; readonly of: number } | undefined {
  const all = inOrder(record);
  // Times are rounded to the clock's step at both ends.
  const slackMs = 2 * record.clock.wallQuantumMs + 1e-3;
  const count = all.filter((sample, i) => {
    const before = all[i - 1];
    return before !== undefined && before.atMs + before.wallMs > sample.atMs + slackMs;
  }).length;
  return count > FEW * all.length ? { count, of: all.length } : undefined;
}

/** All timed regions in the order in which they began, discarded ones included. */
const inOrder = (record: RecordBody): Sample[] =>
  timedCases(record)
    .flatMap((m): Sample[] => [...m.samples, ...m.discarded])
    .sort((a, b) => a.atMs - b.atMs);

/** The minimum of rounds in which time is missing, and their share of all rounds. */
const [MIN_MISSED, MOST_ROUNDS] = [3, 0.75];

/**
 * The time that is missing in most rounds: the minimum of their longest waits between two cases, beyond what the case
 * before the wait always takes, for the check of its output. A case that was removed leaves the time of its visit, after
 * another case each round, since rounds are shuffled. Undefined where no such time is missing.
 */
function missingMs(record: RecordBody): number | undefined {
  const visits = visitsOf(record);
  const typicalMs = visits.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(visits.length / 2)] ?? 0;
  const waits = visits.slice(0, -1).flatMap(({ of, round, endMs }, i) => {
    const next = visits[i + 1];
    return next?.round === round ? [{ of, round, ms: next.startMs - endMs }] : [];
  });
  const own = new Map([...groupBy(waits, ({ of }) => of)].map(([of, all]) => [of, leastOf(all)]));
  const perRound = [...groupBy(waits, ({ round }) => round).values()].filter((all) => all.length > 1);
  const beyond = perRound.map((all) => mostOf(all.map(({ of, ms }) => ({ of, ms: ms - (own.get(of) ?? 0) }))));
  const missed = beyond.filter(({ ms }) => ms > typicalMs / 2).sort((a, b) => a.ms - b.ms);
  const places = new Set(missed.map(({ of }) => of)).size;
  const isMost = missed.length >= MIN_MISSED && missed.length >= MOST_ROUNDS * perRound.length && places > 1;
  return isMost ? missed[0]?.ms : undefined;
}

const leastOf = (waits: readonly { readonly ms: number }[]): number =>
  waits.reduce((least, { ms }) => Math.min(least, ms), Number.POSITIVE_INFINITY);

const mostOf = <W extends { readonly ms: number }>(waits: readonly W[]): W =>
  waits.reduce((most, wait) => (wait.ms > most.ms ? wait : most));

/** A visit of a case in a round. */
interface Visit {
  /** The index of the case. */
  readonly of: number;
  readonly round: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly ms: number;
}

/** The visits of kernels' cases in the order in which they began. */
function visitsOf({ measurements }: RecordBody): Visit[] {
  return measurements
    .flatMap((m, of) =>
      m.status !== 'measured'
        ? []
        : [...groupBy([...m.samples, ...m.discarded], ({ round }) => round)].map(([round, samples]): Visit => {
            const startMs = samples.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
            const endMs = samples.reduce((most, { atMs, wallMs }) => Math.max(most, atMs + wallMs), 0);
            return { of, round, startMs, endMs, ms: endMs - startMs };
          }),
    )
    .sort((a, b) => a.startMs - b.startMs);
}

/** A dispatch may read its vectors and scales besides: this much more than its streamed bytes. */
const BESIDES = 1.1;

/** Says which case moved more bytes than it could have. */
function oddBytes({ measurements, decode = [] }: RecordBody): string | undefined {
  for (const m of measurements) {
    if (m.status !== 'measured') continue;
    const most = mostBytes(m);
    if (m.work.bytesRead > BESIDES * most) {
      return `A dispatch of ${m.case.kernel} read ${bytesText(m.work.bytesRead)}, and its shape has ${bytesText(most)}.`;
    }
  }
  for (const m of decode) {
    if (m.status !== 'measured') continue;
    const most = 2 * stepMemory(m);
    if (m.work.bytesRead > most) {
      return `A decode step of ${m.case.model} read ${bytesText(m.work.bytesRead)} of ${bytesText(most)} that all of its layers take.`;
    }
  }
  return undefined;
}

/** The most bytes that a dispatch of a kernel's shape reads: a matrix in the widest format, or what is streamed. */
function mostBytes({ case: { kernel, params }, rotationBytes, workingSetBytes }: Measured): number {
  const { bytes, rows, columns, batch, planes } = params;
  const numbers = (...all: unknown[]): number[] => all.map((one) => (typeof one === 'number' ? one : 1));
  if (kernel === 'stream-read' && typeof bytes === 'number') return bytes;
  if (kernel === 'gemv' && typeof rows === 'number' && typeof columns === 'number') {
    const [sequences = 1, times = 1] = numbers(batch, planes);
    const matrices = params.form === 'gate-up' ? 2 : 1;
    return 4 * matrices * rows * columns + 16 * sequences * times * (rows + columns);
  }
  return workingSetBytes === undefined && rotationBytes > 0 ? 4 * rotationBytes : Number.POSITIVE_INFINITY;
}

/** The bytes that all layers of a step take, those that share memory counted each. */
const stepMemory = ({ residentBytes, layers }: DecodeMeasured): number =>
  residentBytes * Math.max(1, layers.total / layers.distinct);

/** Cases with one checksum must be this many before that is no chance. */
const MIN_ALIKE = 3;

/** Says why the outputs of a record's cases were not verified. */
function notVerified(record: RecordBody): string | undefined {
  const timed = timedCases(record);
  const bare = timed.filter(({ verification: { shapes, outputs } }) => shapes === 0 || outputs === 0).length;
  if (bare > 0) return `${bare} of ${timed.length} cases were timed without an output compared with the reference.`;
  const kernels = record.measurements.filter((m): m is Measured => m.status === 'measured');
  const unchecked = kernels.filter(({ checks }) => checks.length === 0).length;
  if (unchecked > 0) return `${unchecked} of ${timed.length} cases were timed without a check of their output.`;
  const sums = new Set(kernels.flatMap(({ checks }) => checks.map(({ checksum }) => checksum)));
  if (kernels.length >= MIN_ALIKE && sums.size === 1) return 'All cases have the same checksum in every round.';
  for (const { case: of, checks } of kernels) {
    const known = new Map<number, string>();
    for (const { region, checksum } of checks) {
      if ((known.get(region) ?? checksum) !== checksum) {
        return `Two checks of ${of.kernel} over the same bytes have different checksums.`;
      }
      known.set(region, checksum);
    }
  }
  return undefined;
}
