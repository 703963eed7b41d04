/**
 * Peak bandwidth and size of GPUs' memory, by the GPU's name. Each row of `data/reference/gpus.json` has its source,
 * and only GPUs with certain figures have a row.
 */

import rows from './data/reference/gpus.json';
import { maxOf } from './lists.ts';

export interface GpuSpec {
  readonly name: string;
  /** Memory of the largest configuration that is sold. GB is 10⁹ bytes, as vendors round it. */
  readonly memoryGB: number;
  /** Peak bandwidth of the memory, by its vendor. */
  readonly gbps: number;
  readonly source: string;
  /**
   * Vendor and architecture as a WebGPU adapter gives them (`src/dawn/gpu_info.json` of google/dawn@1e975e2). A row has
   * it only if the fastest GPU of that architecture is in the table: then no GPU of it can exceed these peaks. Apple's
   * `metal-3` is the name of every generation, `pascal` also that of the V100S, and `xe-2hpg` may get a faster card.
   */
  readonly architecture?: string;
  /** Other names of the GPU, some of which another GPU shares. */
  readonly alsoCalled?: readonly string[];
}

export const GPUS: readonly GpuSpec[] = rows;

/** Words that a name may have or leave out. */
const OPTIONAL = [
  'nvidia',
  'geforce',
  'tesla',
  'amd',
  'radeon',
  'instinct',
  'intel',
  'apple',
  'arc',
  'rtx',
  'rx',
  'gpu',
];

/** Words that make a name before them that of another GPU. */
const QUALIFIERS = [
  ...['ti', 'super', 'd', 'xt', 'xtx', 'gre', 's', 'm', 'pro', 'max', 'ultra', 'nvl', 'pcie', 'ada', 'se'],
  ...['laptop', 'mobile', 'notebook', 'maxq', 'v2', 'plus'],
];

/**
 * The GPUs that `text` may mean, the one with the highest peak first: all that share the longest name in it, narrowed
 * to those with as much memory as the text says. Empty for a GPU that is not in the table, such as "RTX 4090 Laptop":
 * it has another peak than the RTX 4090.
 */
export function gpusNamed(text: string): GpuSpec[] {
  const words = wordsOf(text);
  const named = GPUS.map((gpu) => {
    const names = [gpu.name, ...(gpu.alsoCalled ?? [])].map(wordsOf);
    return { gpu, length: maxOf(names.map((name) => (holds(words, name) ? name.length : 0))) };
  });
  const longest = maxOf(named.map(({ length }) => length));
  if (longest === 0) return [];
  const meant = named.filter(({ length }) => length === longest).map(({ gpu }) => gpu);
  const narrowed = meant.filter(({ memoryGB }) => memoryIn(text).includes(memoryGB));
  return (narrowed.length > 0 ? narrowed : meant).sort((a, b) => b.gbps - a.gbps);
}

/** The one GPU whose own name `text` is, and nothing else. */
export function gpuOfName(text: string): GpuSpec | undefined {
  const words = wordsOf(text).join(' ');
  const own = GPUS.filter(({ name }) => wordsOf(name).join(' ') === words);
  return own.length === 1 ? own[0] : undefined;
}

/** The one GPU whose own name `text` is; without one, all GPUs that it may mean. */
export function gpusCalled(text: string): GpuSpec[] {
  const own = gpuOfName(text);
  const named = gpusNamed(text);
  return own && named.includes(own) ? [own] : named;
}

/** Whether `words` contain `name` and no qualifier follows it. */
function holds(words: readonly string[], name: readonly string[]): boolean {
  return words.some(
    (_, start) =>
      name.every((word, i) => words[start + i] === word) && !QUALIFIERS.includes(words[start + name.length] ?? ''),
  );
}

const MEMORY = /\b(\d+)\s*gi?b\b/g;

const memoryIn = (text: string): number[] => [...text.toLowerCase().matchAll(MEMORY)].map(([, size]) => Number(size));

/** The words that tell names apart: those of "NVIDIA GeForce RTX4070Ti 12 GB" and "rtx 4070 ti" are the same. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(MEMORY, ' ')
    .replace(/\((r|tm|c)\)|[®™]/g, ' ')
    .replace(/max-q/g, 'maxq')
    .split(/[^a-z0-9]+/)
    .flatMap((word) => word.replace(/^(?:rtx|rx)(?=\d)/, '').match(/^\d{4}|.+/g) ?? [])
    .filter((word) => !OPTIONAL.includes(word) && !/^sxm\d?$/.test(word));
}
