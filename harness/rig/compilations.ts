/**
 * Compiles a case more than once, and keeps the fastest of its compilations.
 *
 * The address at which a compiler happens to put its code can matter more than anything that is measured. On lavapipe
 * (Mesa 25.0), one compilation in twelve of the same text runs at a third of the rate of the others for as long as it
 * lives, whatever buffers it is bound to (`npm run bench:compilations`). No code runs faster than the machine, so the
 * fastest compilation tells the machine's rate best. A driver that caches by content gives the same code each time, and
 * loses almost no time. Delete this when `npm run bench:compilations` shows one rate on a current Mesa.
 */

import type { Clock } from '../clock/clock.ts';
import { firstLookMs } from '../clock/first-look.ts';
import { compile, type KernelCase } from '../device/program.ts';
import { type Prepared, prepare } from '../sampling/prepared.ts';
import type { Rig } from './setup.ts';

/** The number of compilations of a case. If one in twelve is slow, all three are slow in one case of two thousand. */
const COMPILATIONS = 3;

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
  /** The number of compilations. Default: COMPILATIONS. */
  readonly compilations?: number | undefined;
}

/** Compiles and prepares a case several times, takes a first look at each, and keeps the fastest. @throws GpuError */
export async function prepareFastest({ gpu, filler, memory }: Rig, options: FastestOptions): Promise<FirstLook> {
  const { clock, seed, kernelCase, regionMs, compilations = COMPILATIONS } = options;
  // All are compiled before the first is timed: a compiler at work would disturb it.
  const programs = await Promise.all(Array.from({ length: compilations }, (_, nth) => compile(gpu, kernelCase, nth)));
  const looks: FirstLook[] = [];
  let kept: FirstLook | undefined;
  try {
    for (const program of programs) {
      const prepared = await prepare({ gpu, filler, memory, seed, kernelCase, program });
      const look = { prepared, dispatchMs: Number.POSITIVE_INFINITY };
      looks.push(look);
      look.dispatchMs = await firstLookMs(clock, prepared, { regionMs });
    }
    kept = looks.reduce((fastest, look) => (look.dispatchMs < fastest.dispatchMs ? look : fastest));
    return kept;
  } finally {
    for (const look of looks) if (look !== kept) look.prepared.destroy();
  }
}
