/** The identity of a kernel's code, for records and for stored tunings. */

import { digest } from '../../results/digest.ts';
import { assemble } from '../../shaders/assemble.ts';
import type { Kernel } from '../../shaders/kernel.ts';

/** Hundreds of examples make a digest, and a kernel does not change. */
const knownDigests = new WeakMap<Kernel, string>();

/** A kernel's code, as far as a tuning depends on it: the WGSL of its examples in every variant, and what is tuned. */
export function kernelDigest(kernel: Kernel): string {
  const known = knownDigests.get(kernel) ?? digestOf(kernel);
  knownDigests.set(kernel, known);
  return known;
}

function digestOf(kernel: Kernel): string {
  return digest({
    id: kernel.id,
    tunable: kernel.tunable,
    defaults: kernel.defaults,
    wgsl: Object.entries(kernel.variants).map(([variant, { exists }]) =>
      kernel.examples.filter((p) => exists?.(p) ?? true).map((p) => assemble(kernel, p, variant, kernel.defaults)),
    ),
  });
}
