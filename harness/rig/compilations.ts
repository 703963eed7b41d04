/**
 * A case compiled more than once, and the fastest of its compilations.
 *
 * Where a compiler happens to put its code can cost more than anything that is measured: on lavapipe (Mesa 25.0), one
 * compilation in twelve of the same text runs at a third of the rate of the others, for as long as it lives and over
 * whatever buffers it is bound to (`npm run bench:compilations`). Nothing makes code faster than the machine, so that
 * the fastest of some compilations is the one that shows it, as with wall times, of which the shortest is the least
 * disturbed. Drivers that cache by content give the same code each time, and lose next to nothing.
 */

import type { Clock } from '../clock/clock.ts';
import { firstLookMs } from '../clock/first-look.ts';
import { compile, type KernelCase } from '../device/program.ts';
import { type Prepared, prepare } from '../sampling/prepared.ts';
import type { Bench } from './setup.ts';

/** At one slow compilation in twelve, all of three are in one case of two thousand. */
const COMPILATIONS = 3;

export interface FirstLook {
  readonly prepared: Prepared;
  /** About how long a dispatch takes. */
  readonly dispatchMs: number;
}

export interface FastestOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly kernelCase: KernelCase;
  /** The longest region that is going to be timed, in ms. */
  readonly regionMs: number;
  /** How often the case is compiled; default: often enough for a driver whose code is slow now and then. */
  readonly compilations?: number | undefined;
}

/** Compiles and prepares a case several times, times each for a moment, and keeps the fastest. @throws GpuError */
export async function prepareFastest(bench: Bench, options: FastestOptions): Promise<FirstLook> {
  const { gpu, filler, memory } = bench;
  const { clock, seed, kernelCase, regionMs, compilations = COMPILATIONS } = options;
  // All before the first is timed, which a compiler would disturb.
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
