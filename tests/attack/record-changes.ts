/** Changes to a record that keep it true to the schema, or nearly: each is what some reader is not made for. */

import {
  FORMAT_IDS,
  KV_FORMAT_IDS,
  MAX_BATCH,
  MAX_CONTEXT,
  MAX_DISPATCHES,
  MAX_EVENTS,
  MAX_GBPS,
  MAX_LAYERS,
  MAX_LIMIT,
  MAX_MEMORY_GB,
  MAX_MS,
  MAX_REGIONS,
  MAX_ROUND,
  MAX_STEP_DISPATCHES,
  MAX_TIMESTAMP_NS,
  MIN_GBPS,
  MIN_MEMORY_GB,
  MIN_MS,
} from '../../results/record/bounds.ts';
import type { DecodeMeasured, Measured, RecordBody } from '../../results/record/schema.ts';
import { shuffled } from '../../results/statistics.ts';
import { CLAIM_STEPS } from '../../src/model/claims/index.ts';
import { NAMED_MODELS } from '../../src/model/models/index.ts';
import type { Dice } from './dice.ts';
import { ODD_NUMBERS, oddText, plainOddText } from './odd.ts';

type Change = (body: RecordBody, dice: Dice) => void;

const MAX_BYTES = Number.MAX_SAFE_INTEGER;
const MS = [0, MIN_MS, 1e-6, 1e-3, 1, MAX_MS];

/** The edges of a number's range, by its key. Those of other keys are sizes in bytes, or counts like them. */
const EDGES: Readonly<Record<string, readonly number[]>> = {
  dispatches: [1, 2, MAX_DISPATCHES, MAX_STEP_DISPATCHES],
  preRollDispatches: [0, 1, MAX_DISPATCHES],
  preRollSteps: [0, 1, MAX_DISPATCHES],
  ...{ wallMs: MS, atMs: MS, wallQuantumMs: MS, emptySubmissionMs: MS, completionMs: MS },
  gpuMs: [...MS, -1, MAX_TIMESTAMP_NS / 1e6, -MAX_TIMESTAMP_NS / 1e6],
  ...{ ms: MS, shortMs: [...MS, -1], longMs: [...MS, -1] },
  round: [0, 1, 2, MAX_ROUND],
  region: [0, MAX_REGIONS - 1],
  timestampQuantumNs: [1, 65_536, 1e6, MAX_TIMESTAMP_NS],
  agreement: [0, 1e-300, 1, -1, MAX_TIMESTAMP_NS, -MAX_TIMESTAMP_NS],
  probeGBps: [MIN_GBPS, 1, MAX_GBPS],
  batch: [1, 2, MAX_BATCH],
  context: [1, MAX_CONTEXT],
  shortest: [1, MAX_CONTEXT],
  ...{ distinct: [1, MAX_LAYERS], total: [1, MAX_LAYERS] },
  nmse: [0, 5e-324, 1e-30, 1e-10],
  tolerance: [0, 1e-30, 1e-3],
  memoryGB: [MIN_MEMORY_GB, MAX_MEMORY_GB],
  ...{ subgroupMinSize: [0, 1, 1024], subgroupMaxSize: [0, 1, 1024], majorVersion: [0, 100_000] },
  seed: [0, 1, 2 ** 32 - 1],
  shapes: [0, 1, 100_000],
};
const BYTES = [0, 1, 2, 2 ** 20, 2 ** 31, 2 ** 40, MAX_BYTES, MAX_LIMIT];

/** A number in the place of another one: mostly within its range. */
function numberFor(key: string, old: number, dice: Dice): number {
  if (dice.chance(0.15)) return dice.pick(ODD_NUMBERS);
  if (dice.chance(0.4)) return old * dice.pick([0.5, 2, 10, 1000]);
  return dice.pick(EDGES[key] ?? BYTES);
}

/** A place in a record. */
interface Place {
  readonly within: Record<string | number, unknown>;
  readonly key: string;
}

/** All places of a value whose content passes a test. */
function placesIn(value: unknown, passes: (content: unknown) => boolean, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found;
  const within = value as Record<string, unknown>;
  for (const [key, content] of Object.entries(within)) {
    if (passes(content)) found.push({ within, key });
    placesIn(content, passes, found);
  }
  return found;
}

const timedIn = ({ measurements, decode = [] }: RecordBody): (Measured | DecodeMeasured)[] =>
  [...measurements, ...decode].flatMap((m) => (m.status === 'measured' ? [m] : []));

/** Changes one of the timed cases, if there are any. */
function withTimed(body: RecordBody, dice: Dice, change: (m: Measured | DecodeMeasured) => void): void {
  const timed = timedIn(body);
  if (timed.length > 0) change(dice.pick(timed));
}

/** Any number of the record. */
const anyNumber: Change = (body, dice) => {
  const places = placesIn(body, (content) => typeof content === 'number');
  if (places.length === 0) return;
  const { within, key } = dice.pick(places);
  within[key] = numberFor(key, Number(within[key]), dice);
};

/** Any number that is not one of a sample, of which there are most. */
const otherNumber: Change = (body, dice) => {
  const places = placesIn(body, (content) => typeof content === 'number').filter(({ within }) => !('wallMs' in within));
  if (places.length === 0) return;
  const { within, key } = dice.pick(places);
  within[key] = numberFor(key, Number(within[key]), dice);
};

/** Any text of the record. */
const anyText: Change = (body, dice) => {
  const places = placesIn(body, (content) => typeof content === 'string');
  if (places.length === 0) return;
  const { within, key } = dice.pick(places);
  within[key] = dice.chance(0.2) ? oddText(dice) : plainOddText(dice);
};

/** Any list of the record: repeated, cut, turned round, emptied, or one of its items twice. */
const anyList: Change = (body, dice) => {
  const places = placesIn(body, Array.isArray);
  const { within, key } = dice.pick(places);
  const items = within[key] as unknown[];
  const [first] = items;
  const lists: readonly unknown[][] = [
    [],
    items.slice(0, dice.below(items.length + 1)),
    items.toReversed(),
    shuffled(items, dice),
    [...items, ...structuredClone(items)],
    first === undefined ? [] : Array.from({ length: dice.pick([2, 64, 65, 130]) }, () => structuredClone(first)),
  ];
  within[key] = dice.pick(lists);
};

/** The clocks of a made-up device: how long a region takes, by its length. Each makes another kind of line. */
const REGION_MS: readonly ((dispatches: number, ms: number, dice: Dice) => number)[] = [
  (n, ms) => n * ms,
  (_, ms) => ms,
  (n, ms) => ms / n,
  (n, ms) => n * n * ms,
  (n, ms, dice) => n * ms * dice.scale(0.5, 2),
  (_, ms, dice) => dice.scale(ms, 1e3 * ms),
];

const withinMs = (ms: number): number => Math.min(MAX_MS, Math.max(MIN_MS, ms));

/** All times of a case, by one scale. */
const times: Change = (body, dice) =>
  withTimed(body, dice, (m) => {
    const [regionMs, ms] = [dice.pick(REGION_MS), dice.chance(0.5) ? dice.scale(1e-9, 1e6) : dice.scale(1e-3, 10)];
    for (const sample of m.samples) {
      const wallMs = withinMs(regionMs(sample.dispatches, ms, dice));
      sample.wallMs = wallMs;
      if (sample.gpuMs !== null) sample.gpuMs = wallMs;
    }
  });

/** The lengths and rounds of a case's regions. */
const lengths: Change = (body, dice) =>
  withTimed(body, dice, (m) => {
    const rounds = dice.pick([1, 2, m.samples.length]);
    m.samples.forEach((sample, i) => {
      sample.dispatches = dice.pick([1, 1 + (i % 2), 1 + i, MAX_DISPATCHES - (i % 2)]);
      sample.round = Math.min(MAX_ROUND, dice.chance(0.9) ? Math.floor(i / rounds) : dice.below(8));
    });
  });

/** The work of a case. */
const work: Change = (body, dice) =>
  withTimed(body, dice, (m) => {
    const bytes = () => dice.pick([0, 1, Math.round(dice.scale(1, MAX_BYTES)), MAX_BYTES]);
    m.work = { bytesRead: bytes(), bytesWritten: bytes(), flops: bytes() };
    m.rotationBytes = bytes();
  });

/** What a kernel was asked to do. */
const params: Change = (body, dice) => {
  if (body.measurements.length === 0) return;
  const m = dice.pick(body.measurements);
  const value = dice.chance(0.5) ? dice.pick([...BYTES, -1, 0.5]) : dice.pick([...FORMAT_IDS, plainOddText(dice)]);
  const key = dice.pick([...Object.keys(m.case.params), 'format', 'bytes', 'workingSetBytes', 'batch', oddText(dice)]);
  m.case = { ...m.case, [dice.pick(['params', 'params', 'tuning'])]: { ...m.case.params, [key]: value } };
  if (dice.chance(0.2)) m.case.kernel = dice.pick(['gemv', 'stream-read', 'working-set-read', plainOddText(dice)]);
  if (dice.chance(0.2)) m.case.variant = plainOddText(dice);
  if (dice.chance(0.2)) m.case.withinBytes = dice.pick(BYTES);
  if (m.status === 'measured' && dice.chance(0.3)) m.workingSetBytes = dice.pick(BYTES);
};

/** The decode step that a case is of. */
const step: Change = (body, dice) => {
  const { decode = [] } = body;
  if (decode.length === 0) return;
  const m = dice.pick(decode);
  const made = {
    model: dice.chance(0.6) ? dice.pick(NAMED_MODELS).id : plainOddText(dice),
    weights: dice.pick([...FORMAT_IDS, 'bogus']),
    kv: dice.pick(KV_FORMAT_IDS),
    batch: dice.pick([1, 2, 8, MAX_BATCH]),
    context: dice.pick([1, 128, 4096, MAX_CONTEXT]),
    ...(dice.chance(0.2) && { shortest: dice.pick([1, 64, MAX_CONTEXT]) }),
    ...(dice.chance(0.2) && { memoryBytes: dice.pick(BYTES) }),
    ...(dice.chance(0.3) && { experiment: true as const }),
  };
  m.case = dice.chance(0.3) ? { ...dice.pick(CLAIM_STEPS), experiment: true } : made;
};

/** A case that was measured has no time after all. */
const untimed: Change = (body, dice) => {
  const reason = plainOddText(dice);
  const status = dice.pick(['skipped', 'failed'] as const);
  const all = dice.chance(0.1);
  body.measurements = body.measurements.map((m) => (all || dice.chance(0.2) ? { status, case: m.case, reason } : m));
  if (body.decode) {
    body.decode = body.decode.map((m) => (all || dice.chance(0.2) ? { status, case: m.case, reason } : m));
  }
};

/** The clock that is trusted, and what it shows. */
const clock: Change = (body, dice) => {
  body.clock = {
    ...body.clock,
    trusted: dice.pick(['timestamp-query', 'queue-drain']),
    completionMs: dice.pick([null, ...MS]),
    timestampQuantumNs: dice.pick([null, 1, 65_536, MAX_TIMESTAMP_NS]),
    agreement: dice.pick([null, 0, 1, -1, MAX_TIMESTAMP_NS]),
  };
  if (dice.chance(0.3)) for (const m of timedIn(body)) for (const sample of m.samples) sample.gpuMs = null;
};

/** The machine and the program. */
const machine: Change = (body, dice) => {
  const { adapter, host } = body;
  const name = () =>
    dice.pick([plainOddText(dice), 'nvidia', 'apple', 'mesa', '', 'NVIDIA GeForce RTX 4090', 'llvmpipe']);
  for (const key of ['vendor', 'architecture', 'device', 'description', 'renderer'] as const) {
    if (dice.chance(0.4)) adapter[key] = name();
  }
  adapter.isFallbackAdapter = dice.chance(0.3);
  body.reported = {
    ...(dice.chance(0.5) && { gpu: name() }),
    ...(dice.chance(0.5) && { memoryGB: dice.pick([MIN_MEMORY_GB, 1, 24, MAX_MEMORY_GB, 5e-324]) }),
    ...(dice.chance(0.2) && { note: plainOddText(dice) }),
  };
  host.kind = dice.pick(['browser', 'node', 'deno']);
  if (dice.chance(0.5)) host.brand = dice.pick(['Firefox', 'Google Chrome', 'Safari', plainOddText(dice)]);
  body.profile = dice.pick(['quick', 'full', 'kernels']);
  adapter.limits[dice.pick([...Object.keys(adapter.limits), oddText(dice)])] = dice.pick(BYTES);
};

/** What happened on the way. */
const course: Change = (body, dice) => {
  const kinds = ['warm-up', 'not-steady', 'hidden', 'clock', 'lost', 'cancelled', 'resumed', 'out-of-time'] as const;
  body.events = Array.from({ length: dice.pick([0, 1, 2, 20, MAX_EVENTS]) }, () => ({
    ...{ atMs: dice.pick(MS), kind: dice.pick(kinds), detail: plainOddText(dice) },
  }));
};

/** The memory of the run, slab by slab. */
const memory: Change = (body, dice) => {
  const ms = dice.scale(1e-9, 1e6);
  const reading = (dispatches: number) => {
    const time = withinMs(dispatches * ms * dice.scale(0.5, 2));
    return { dispatches, wallMs: time, gpuMs: dice.chance(0.9) ? time : null };
  };
  const size = () => Math.max(1, dice.pick(BYTES.filter((bytes) => bytes <= MAX_BYTES)));
  body.plan.memory = {
    ...{ budgetBytes: size(), reason: plainOddText(dice), steps: [{ bytes: size(), given: dice.chance(0.5) }] },
    slabs: Array.from({ length: dice.pick([0, 1, 2, 3, 8]) }, () => ({
      bytes: size(),
      readings: Array.from({ length: dice.pick([0, 1, 2, 10]) }, (_, i) => reading(dice.pick([1, 2, 1 + (i % 2) * 3]))),
    })),
  };
};

const CHANGES: readonly Change[] = [
  ...[anyNumber, otherNumber, otherNumber, anyText, anyList, times, times, lengths, work, work],
  ...[params, params, step, step, untimed, clock, machine, course, memory],
];

/** Changes a record in one way. Afterwards its samples lie in the order of their time, as a run takes them. */
export function changed(body: RecordBody, dice: Dice): void {
  dice.pick(CHANGES)(body, dice);
  if (dice.chance(0.9)) for (const m of timedIn(body)) m.samples.sort((a, b) => a.atMs - b.atMs);
}
