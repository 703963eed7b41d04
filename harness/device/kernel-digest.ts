/** The digest of a kernel's code identifies it in records and stored tunings. */

import { digest } from '../../results/record/digest.ts';
import { assemble } from '../../shaders/assemble.ts';
import { defaultTuning, type Kernel, type KernelSet } from '../../shaders/kernel.ts';

/** The digests by kernel. Making one assembles hundreds of examples, and a kernel does not change. */
const knownDigests = new WeakMap<Kernel, string>();

/**
 * Returns the digest of what a tuning depends on: the WGSL of the kernel's examples in every variant, and its tunables.
 */
export function kernelDigest(kernel: Kernel): string {
  const known = knownDigests.get(kernel) ?? digestOf(kernel);
  knownDigests.set(kernel, known);
  return known;
}

/** Returns the digest of all kernels' code, in the order in which they are measured. */
export const kernelsDigest = ({ measured, fill, ceiling }: KernelSet): string =>
  digest([...new Set([...measured, fill, ceiling])].map(kernelDigest));

function digestOf(kernel: Kernel): string {
  return digest({
    id: kernel.id,
    tunable: kernel.tunable,
    defaults: kernel.defaults,
    wgsl: Object.entries(kernel.variants).map(([variant, { exists }]) =>
      kernel.examples
        .filter((p) => exists?.(p) ?? true)
        .map((p) => assemble(kernel, p, variant, defaultTuning(kernel, variant, p))),
    ),
  });
}
