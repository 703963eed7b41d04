/** Finds every kernel: the folders of shaders/ that have a `kernel.ts`, and the baselines in their `scalar.ts`. */

import type { Kernel, KernelSet } from './kernel.ts';

const modules = import.meta.glob<Kernel>('./*/kernel.ts', { eager: true, import: 'default' });

/**
 * What was found, by its folder, in the order of the folders' names. Bundlers and test runners each have an order of
 * their own, and the digest of all kernels depends on it.
 */
const byFolder = (found: Readonly<Record<string, Kernel>>): [folder: string, kernel: Kernel][] =>
  Object.entries(found)
    .map(([path, kernel]): [string, Kernel] => [path.split('/')[1] ?? '', kernel])
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** Every kernel, by the folder that it was found in. A test holds a kernel's id to its folder. */
export const KERNEL_FOLDERS: ReadonlyMap<string, Kernel> = new Map(byFolder(modules));

function inFolder(folder: string): Kernel {
  const kernel = KERNEL_FOLDERS.get(folder);
  if (!kernel) throw new Error(`there is no kernel in shaders/${folder}`);
  return kernel;
}

/**
 * The scalar baselines: each is what the kernel of its folder must beat. Decode uses none, so a run leaves them out.
 */
export const BASELINES: readonly Kernel[] = byFolder(
  import.meta.glob<Kernel>('./*/scalar.ts', { eager: true, import: 'default' }),
).map(([, kernel]) => kernel);

/** The kernels that a run of HBMark measures, and those that it measures with. */
export const KERNELS: KernelSet = {
  measured: [...KERNEL_FOLDERS.values()],
  fill: inFolder('fill'),
  ceiling: inFolder('stream-read'),
};

/** A dispatch that does next to nothing, by which the engine knows what a dispatch takes by itself. */
export const EMPTY = { kernel: inFolder('empty').id, variant: 'portable', params: { words: 1 } } as const;

/** The rule for the id of a kernel, as it follows "must be". There are too many for a message to name. */
export const KERNEL_RULE = 'one of stream-read, gemv, attention and the others of "hbmark list kernels"';

/** The length of an unknown id that a message quotes. */
const MAX_QUOTED_ID = 60;

/**
 * Returns the measured kernels with these ids, or all of them if there are no ids. @throws RangeError with the ids that
 * there are.
 */
export function kernelsNamed(ids: readonly string[]): readonly Kernel[] {
  if (ids.length === 0) return KERNELS.measured;
  return [...new Set(ids)].map((id) => {
    const kernel = KERNELS.measured.find((k) => k.id === id);
    if (kernel) return kernel;
    throw new RangeError(`must be ${KERNEL_RULE}; got "${id.slice(0, MAX_QUOTED_ID)}"`);
  });
}

/** Returns the ceiling, these kernels, and the baselines of those that have one. */
export function withBaselines(asked: readonly Kernel[]): KernelSet {
  const kernels = [...new Set([KERNELS.ceiling, ...asked])];
  const baselines = BASELINES.filter(({ baselineOf }) => kernels.some(({ id }) => id === baselineOf));
  return { ...KERNELS, measured: [...kernels, ...baselines] };
}
