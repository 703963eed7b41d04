/**
 * The memory budget of a run: the maximum of bytes of all its pools together. A person may name it. Otherwise it is
 * what the profile asks for, or less on a machine that would not refuse too much but end the program, or page. WebGPU
 * does not tell how much memory a GPU has, so the caps below follow from what it does tell.
 */

import { isHandheld, placeOf } from '../../results/machine/place.ts';
import type { AdapterInfo, HostInfo } from '../../results/record/schema.ts';
import { bytesText } from '../../results/text/figures.ts';
import type { MemoryBudget, MemoryNeeds } from '../memory-needs.ts';
import type { Profile } from '../profiles.ts';
import { poolSizes, type SidePools } from './pools.ts';

/** The minimum GPU memory of a run: less cannot hold four of the smallest matrices worth timing. */
export const MIN_MEMORY_BYTES = 64 * 2 ** 20;

/** What is known of a machine before it is measured. */
export interface Machine {
  readonly adapter: AdapterInfo;
  readonly host: HostInfo;
  /** The machine's main memory in bytes, as far as the host tells. Browsers round it, and Safari and Firefox hide it. */
  readonly systemMemoryBytes?: number | undefined;
}

/** A limit of the budget where a person names none. */
interface Cap {
  readonly reason: string;
  applies(machine: Machine): boolean;
  bytes(machine: Machine): number;
}

/**
 * The largest buffer of an adapter with room to spare: 1 GiB. The default of WebGPU is 256 MiB, and an adapter that
 * offers no more than that is old or small.
 */
const AMPLE_BUFFER_BYTES = 2 ** 30;

/** The part of a machine's main memory that a GPU without memory of its own may take: a run is not alone on it. */
const SHARE_OF_MAIN_MEMORY = 1 / 4;

/** The caps. The least of those that apply is the budget. */
const CAPS: readonly Cap[] = [
  {
    // iOS ends a page at 1.5 GB (https://github.com/WebKit/WebKit/pull/49472, August 2025), its own code, buffers on
    // their way to the GPU and whatever else it holds included. A third of that leaves room on smaller phones.
    reason: 'phones and tablets do not refuse memory: they end a page that takes too much',
    applies: ({ host }) => isHandheld(placeOf(host)),
    bytes: () => 0.5e9,
  },
  {
    reason: 'this adapter offers no buffer of 1 GiB, as if it had little memory',
    applies: ({ adapter }) => (adapter.limits.maxBufferSize ?? AMPLE_BUFFER_BYTES) < AMPLE_BUFFER_BYTES,
    bytes: () => 1e9,
  },
  {
    // Safari and Firefox hide the figure: 2 GiB is a quarter of 8 GiB, which few computers with either fall short of.
    reason: 'nothing shows that this GPU has memory of its own, and a shared one must leave room for other programs',
    applies: ({ adapter }) => !isDiscrete(adapter),
    bytes: ({ systemMemoryBytes }) =>
      systemMemoryBytes === undefined ? 2 * 2 ** 30 : SHARE_OF_MAIN_MEMORY * systemMemoryBytes,
  },
];

/** A kind of GPU with memory of its own, by the words that its adapter has for it. */
interface Discrete {
  readonly vendor: RegExp;
  readonly names: RegExp;
}

/**
 * GPUs with memory of their own. Architectures are those of Dawn (src/dawn/gpu_info.json), in which integrated and
 * discrete GPUs of AMD share their names: only the GPU's name tells those apart. Integrated GPUs of Intel are called
 * Arc, too; discrete ones have a letter and three digits.
 */
const DISCRETE: readonly Discrete[] = [
  { vendor: /nvidia/i, names: /^(?!.*\b(tegra|orin|xavier|thor|gb10)\b)/i },
  { vendor: /amd|advanced micro|\bati\b/i, names: /radeon\W*(\(tm\)\W*)?(rx|pro|vii)\b|instinct|firepro|cdna/i },
  { vendor: /intel/i, names: /\barc\b.*\b[ab]\d{3}\b|gen-12hp|xe-2hpg|data center gpu/i },
];

/** Whether anything shows that the adapter is a GPU with memory of its own. */
export function isDiscrete({ vendor, architecture, device, description, renderer, ...adapter }: AdapterInfo): boolean {
  if (adapter.isFallbackAdapter) return false;
  const own = [vendor, architecture, device, description].join(' ');
  return DISCRETE.some((kind) => {
    // WebGL may run on another GPU of the machine: its name counts if the vendor is the same, or no other is known.
    const isSame = renderer !== null && kind.vendor.test(renderer) && (own.trim() === '' || kind.vendor.test(own));
    const text = isSame ? `${own} ${renderer}` : own;
    return kind.vendor.test(text) && kind.names.test(text);
  });
}

/** What a run asks for. */
export interface MemoryWishes {
  readonly profile: Pick<Profile, 'poolBytes'>;
  readonly side: SidePools;
  /** Whether decode steps follow the kernels. They have the budget for themselves. */
  readonly hasSteps: boolean;
  /** The budget that a person has named. Undefined: none. */
  readonly named?: number | undefined;
  /** A limit that an earlier run has taught. It does not hold if a person names a budget. */
  readonly learned?: MemoryBudget | undefined;
  /** The budget of a run that has lost a device over its memory; it takes the place of all other limits. */
  readonly lessened?: MemoryBudget | undefined;
}

/** Returns the memory that a run is going to use on a machine. */
export function memoryNeeds(machine: Machine, wishes: MemoryWishes): MemoryNeeds {
  const { profile, side, hasSteps, named, lessened } = wishes;
  const { poolBytes } = profile;
  const steps = (bytes: number) => (hasSteps ? bytes : 0);
  const wishedBytes = Math.max(poolSizes(poolBytes, side).total, steps(poolBytes + MAX_WARM_UP_BYTES));
  const budget = lessened ?? memoryBudget(machine, wishedBytes, wishes);
  const pools = poolSizes(poolBytes, side, budget.bytes);
  const maxStepBytes = named === undefined ? poolBytes : Number.POSITIVE_INFINITY;
  const warmUp = warmUpBytes(budget.bytes);
  const stepBytes = steps(Math.min(maxStepBytes, budget.bytes - warmUp));
  const totalBytes = Math.max(pools.total, steps(stepBytes + warmUp));
  return { budget, isNamed: named !== undefined && !lessened, wishedBytes, pools, stepBytes, totalBytes };
}

function memoryBudget(machine: Machine, wishedBytes: number, { named, learned }: MemoryWishes): MemoryBudget {
  if (named !== undefined) return { bytes: named, reason: 'it was asked for' };
  const caps = CAPS.filter((cap) => cap.applies(machine)).map((cap) => ({
    bytes: Math.max(MIN_MEMORY_BYTES, Math.floor(cap.bytes(machine))),
    reason: cap.reason,
  }));
  const limits = [{ bytes: wishedBytes, reason: 'the profile asks for it' }, ...caps, ...(learned ? [learned] : [])];
  return limits.reduce((least, one) => (one.bytes < least.bytes ? one : least));
}

/** The maximum of bytes that stay allocated for warm-ups beside decode steps: some dispatches of the probe. */
const MAX_WARM_UP_BYTES = 64 * 2 ** 20;

/** The maximum share of the budget that stays allocated for warm-ups. */
const WARM_UP_SHARE = 1 / 8;

/** Returns the bytes that stay allocated for warm-ups while decode steps have the rest of the budget. */
export const warmUpBytes = (budgetBytes: number): number =>
  Math.floor(Math.min(MAX_WARM_UP_BYTES, WARM_UP_SHARE * budgetBytes));

/** Returns half of a budget whose memory cost the run its device. */
export function halved({ bytes }: MemoryBudget): MemoryBudget {
  return {
    bytes: Math.max(MIN_MEMORY_BYTES, Math.floor(bytes / 2)),
    reason: `the GPU was lost before anything was measured, with a budget of ${bytesText(bytes)}`,
  };
}
