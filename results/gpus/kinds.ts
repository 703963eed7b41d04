/**
 * The kind of a GPU by its name: its vendor, and the architecture that it shares with others. Engines have kernels and
 * drivers for each, so that what was measured on one GPU says most of others of its kind.
 */

export type Vendor = 'NVIDIA' | 'AMD' | 'Apple' | 'Intel';

export interface GpuKind {
  readonly vendor: Vendor;
  /** The architecture, and apart from it the kind of memory or machine where speeds differ: `Ada laptop`. */
  readonly architecture: string;
}

/** Architectures by words of a name in lower case; the first that matches counts. */
const NAMES: readonly (readonly [RegExp, Vendor, string])[] = [
  [/\bapple m\d|^m\d( (pro|max|ultra))?( \d+c)?$/, 'Apple', 'M'],
  [/\b(arc )?b[56]\d0\b|\bpro b\d0\b/, 'Intel', 'Battlemage'],
  [/\barc (pro )?a\d{2,3}m?\b/, 'Intel', 'Alchemist'],
  [/\bintel (?!gaudi)|\biris\b|\barc\b/, 'Intel', 'Xe'],
  [/\bg?b[123]00\b/, 'NVIDIA', 'Blackwell HBM'],
  [/\bblackwell\b|\bgb10\b|\bdgx spark\b|\bthor\b|\b(rtx|geforce) ?50[5-9]0\b/, 'NVIDIA', 'Blackwell'],
  [/\bg?h[12]00\b|\bh20\b|\bh800\b/, 'NVIDIA', 'Hopper'],
  [/\bada\b|\bl(4|20|40s?)\b|\b(rtx|geforce) ?40[5-9]0\b/, 'NVIDIA', 'Ada'],
  [/\ba(100|800|30)x?\b/, 'NVIDIA', 'Ampere HBM'],
  [/\b(rtx|geforce) ?30[5-9]0\b|\ba(2|10g?|16|40|[1-6]0?00|[45]500)\b|\borin\b|\brtx ?2050\b/, 'NVIDIA', 'Ampere'],
  [/\bv100s?\b|\btitan v\b|\bgv100\b|\bxavier\b/, 'NVIDIA', 'Volta'],
  [
    /\b(rtx|geforce) ?20[5-9]0\b|\bgtx ?16[356]0\b|\bt4g?\b|\btitan rtx\b|\bquadro rtx\b|\bmx[45]\d0\b|\bt\d{3,4}\b/,
    'NVIDIA',
    'Turing',
  ],
  [
    /\bgtx? ?10[3-8]0\b|\bgp100\b|\b(tesla|quadro) p\d+\b|\bp(4|40|100)\b|\btitan xp?\b|\bmx[123]\d0\b/,
    'NVIDIA',
    'Pascal',
  ],
  [/\bgtx ?(9[5-8]0|750|745)\b|\b(tesla|quadro) [mk]\d+\b|\bm(40|60)\b/, 'NVIDIA', 'Maxwell'],
  [/\bnvidia\b|\bgeforce\b|\bquadro\b/, 'NVIDIA', 'its architecture'],
  [/\bmi\d{2,3}[xa]?\b|\binstinct\b/, 'AMD', 'CDNA'],
  [/\brx ?90[67]0\b|\bai pro r9\d00\b/, 'AMD', 'RDNA 4'],
  [/\b(8[0-9]0m|80[56]0s)\b|\bstrix\b|\bryzen ai\b/, 'AMD', 'RDNA 3.5'],
  [/\brx ?7[3-9]\d0|\bw7[5-9]00\b|\b7[468]0m\b/, 'AMD', 'RDNA 3'],
  [/\brx ?6[3-9]\d0|\bw6[3-9]00x?\b|\bv620\b|\b6[468]0m\b|\bsteam deck\b|\bvan ?gogh\b/, 'AMD', 'RDNA 2'],
  [/\b(rx|pro) ?5[3-7]00m?\b|\bw5[57]00x?\b/, 'AMD', 'RDNA 1'],
  [/\bvega\b|\bradeon vii\b|\brx ?[45][5-9]0\b|\bpolaris\b/, 'AMD', 'GCN'],
  [/\bamd\b|\bradeon\b/, 'AMD', 'its architecture'],
];

/** Cards such as the T4, whose 70 W hold their clocks below what their memory could feed. */
const LOW_POWER = /\bt4g?\b|\bl4\b|\ba2\b|\bt1?[0246]00\b/;

const LAPTOP = /\blaptop\b|\bmobile\b|(?<!blackwell )\bmax-?q\b|\bnotebook\b/;

/** Returns undefined for the name of a GPU of another vendor, or of none. */
export function kindOf(name: string): GpuKind | undefined {
  const text = name
    .toLowerCase()
    .replace(/\((r|tm|c)\)|[®™]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const found = NAMES.find(([words]) => words.test(text));
  if (!found) return undefined;
  const [, vendor, family] = found;
  const generation = vendor === 'Apple' ? family + (/\bm(\d)/.exec(text)?.[1] ?? '') : family;
  const machine = LAPTOP.test(text) ? ' laptop' : LOW_POWER.test(text) ? ' at 70 W' : '';
  return { vendor, architecture: `${generation}${machine}` };
}

/** Words that a name may have or leave out, and that tell no GPUs apart. */
const OPTIONAL = new Set(
  'nvidia geforce tesla quadro amd radeon instinct intel apple arc rtx rx gpu graphics tm r generation dgx spark'.split(
    ' ',
  ),
);

/** What names of one GPU have in common: `3060 ti` of `NVIDIA GeForce RTX 3060 Ti 8GB`, `m2 pro` of `Apple M2 Pro 19c`. */
export const deviceOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\b\d+ ?gi?b\b|\b\d+(c|-core)\b|\b(\d+p\+)?(\d+e\+)?\d+gpu\b|sxm\d?/g, ' ')
    .replace(/max-q( design)?/g, 'maxq')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && word !== 'with' && !OPTIONAL.has(word))
    .join(' ');
