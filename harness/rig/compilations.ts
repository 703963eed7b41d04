/**
 * Compiles a case twice, a third time if the two differ, and keeps the fastest of its compilations.
 *
 * The address at which a compiler happens to put its code can matter more than anything that is measured. On lavapipe
 * (Mesa 25.0), one compilation in twelve of the same text runs at a third of the rate of the others for as long as it
 * lives, whatever buffers it is bound to (`npm run bench:compilations`). No code runs faster than the machine, so the
 * fastest compilation tells the machine's rate best. A driver that caches by content gives the same code each time, and
 * loses almost no time. Delete this when `npm run bench:compilations` shows one rate on a current Mesa.
 */

import type { Clock } from '../clock/clock.ts';
import { firstLookMs } from '../clock/first-look.ts';
import { type CompilerWait, WAITS_FOR_COMPILERS } from '../deadline.ts';
import { compile, type KernelCase } from '../device/program.ts';
import { type Prepared, prepare } from '../sampling/prepared.ts';
import type { Rig } from './setup.ts';

/** The number of compilations that every case has: if one in twelve is slow, both are in one case of 144. */
const COMPARED = 2;

/** The maximum number of compilations of a case. */
export const MAX_COMPILATIONS = 3;

/**
 * Two compilations are alike if a dispatch of the slower one takes longer by no more than this share. Slow code takes
 * three times as long. First looks at equal code differ by some per cent on a quiet machine.
 */
const ALIKE_WITHIN = 0.25;

export interface FirstLook {
  readonly prepared: Prepared;
  /** About how long a dispatch takes, in ms. */
  readonly dispatchMs: number;
}

export interface FastestOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly kernelCase: KernelCase;
  /** The length of the longest region that will be timed, in ms. */
  readonly regionMs: number;
  /** The maximum number of compilations. Default: MAX_COMPILATIONS. */
  readonly compilations?: number | undefined;
  /** Default: compilers have the time that they take. */
  readonly compiled?: CompilerWait;
}

/**
 * Compiles and prepares a case, takes a first look at each of its compilations, and keeps the fastest.
 *
 * @throws GpuError
 * @throws OutOfTime if a compiler is not done in time
 */
export async function prepareFastest({ gpu, filler, memory }: Rig, options: FastestOptions): Promise<FirstLook> {
  const {
    clock,
    seed,
    kernelCase,
    regionMs,
    compilations = MAX_COMPILATIONS,
    compiled = WAITS_FOR_COMPILERS,
  } = options;
  const programOf = (nth: number) => compile(gpu, kernelCase, nth);
  const compared = Math.min(COMPARED, compilations);
  // Those that are compared are compiled before the first is timed: a compiler at work would disturb it.
  const programs = await compiled(Promise.all(Array.from({ length: compared }, (_, nth) => programOf(nth))));
  const looks: FirstLook[] = [];
  let kept: FirstLook | undefined;
  try {
    for (let nth = 0; nth < compared || (nth < compilations && !fastestAgree(looks)); nth++) {
      const program = programs[nth] ?? (await compiled(programOf(nth)));
      const prepared = await prepare({ gpu, filler, memory, seed, kernelCase, program });
      const look = { prepared, dispatchMs: Number.POSITIVE_INFINITY };
      looks.push(look);
      look.dispatchMs = await firstLookMs(clock, prepared, { regionMs, guessMs: looks[0]?.dispatchMs });
    }
    kept = looks.reduce((fastest, look) => (look.dispatchMs < fastest.dispatchMs ? look : fastest));
    return kept;
  } finally {
    for (const look of looks) if (look !== kept) look.prepared.destroy();
  }
}

/** Whether the two fastest compilations are alike, so that another one would hardly be faster. */
export function fastestAgree(looks: readonly Pick<FirstLook, 'dispatchMs'>[]): boolean {
  const [fastest = 0, second = Number.POSITIVE_INFINITY] = looks
    .map(({ dispatchMs }) => dispatchMs)
    .sort((a, b) => a - b);
  return second <= fastest * (1 + ALIKE_WITHIN);
}
