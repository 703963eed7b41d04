import type { Kernel, KernelSet } from './kernel.ts';

const modules = import.meta.glob<Kernel>('./*/kernel.ts', { eager: true, import: 'default' });

/** Every kernel, by the folder it was found in; a contract test holds a kernel's id to its folder. */
export const KERNEL_FOLDERS: ReadonlyMap<string, Kernel> = new Map(
  Object.entries(modules).map(([path, kernel]) => [path.split('/')[1] ?? '', kernel]),
);

function inFolder(folder: string): Kernel {
  const kernel = KERNEL_FOLDERS.get(folder);
  if (!kernel) throw new Error(`there is no kernel in shaders/${folder}`);
  return kernel;
}

/** What a run of HBMark measures, and with what. */
export const KERNELS: KernelSet = {
  measured: [...KERNEL_FOLDERS.values()],
  fill: inFolder('fill'),
  ceiling: inFolder('stream-read'),
};
