/**
 * GPUs by name: memory, and the peak of its bandwidth. Each row of `data/reference/gpus.json` has its source, and only
 * GPUs with certain figures have a row. A name means one part or none.
 */

import rows from '../data/reference/gpus.json';
import { isSoftwareName } from '../machine/software.ts';
import { sharedNamed } from './shared.ts';
import { isVendorWord, type Said, saidIn } from './words.ts';

/** Dense operations per second by the type that is multiplied, in 10¹²; sums are f32, or int32 of integers. */
export interface Tflops {
  /** The shader cores' rate. */
  readonly f32?: number;
  /** The matrix units' rate where the GPU has them; bf16 has the same. */
  readonly f16?: number;
  readonly fp8?: number;
  readonly fp4?: number;
  readonly int8?: number;
}

interface GpuRow {
  readonly name: string;
  /** Memory as it is sold, in the number that names give: cards have GiB, which vendors call GB. */
  readonly memoryGB: number;
  /** Memory as the driver reports it. Without it, the driver is taken to report all that is sold. */
  readonly memoryMiB?: number;
  /** Peak bandwidth of the memory, by its vendor. */
  readonly gbps: number;
  /** Width of the bus, and Gbit/s of each of its pins. */
  readonly busBits?: number;
  readonly gbitPerPin?: number;
  readonly tflops?: Tflops;
  /** Power of the card or module, as sold. */
  readonly watts?: number;
  /** The largest cache before memory. */
  readonly cacheMB?: number;
  /** Year and month, or day. */
  readonly launched?: string;
  /** Price at launch in US dollars. */
  readonly usd?: number;
  readonly source: string;
  /** Whether processor and GPU share the memory. */
  readonly shared?: boolean;
  /** All sizes that it is sold with, the largest of which is `memoryGB`. */
  readonly sizesGB?: readonly number[];
  /** The numbers of GPU cores that it is sold with. */
  readonly gpuCores?: readonly number[];
  /** Whether it was announced and not sold when this was written, so that its figures may change. */
  readonly projected?: boolean;
  /**
   * Vendor and architecture as a WebGPU adapter gives them (`src/dawn/gpu_info.json` of google/dawn@1e975e2). A row has
   * it only if the fastest GPU of that architecture is in the table: then no GPU of it can exceed these peaks. Apple's
   * `metal-3` is the name of every generation, `pascal` also that of the V100S, and `xe-2hpg` may get a faster card.
   */
  readonly architecture?: string;
  /** Other names of the GPU, some of which another GPU shares. */
  readonly alsoCalled?: readonly string[];
}

export interface GpuSpec extends GpuRow {
  /** Memory in bytes as the driver reports it: what models, caches and everything else have to fit. */
  readonly memoryBytes: number;
  /** Bytes of the memory that is sold which the driver keeps; undefined where it is not known. */
  readonly keptBytes?: number;
}

const GIB = 2 ** 30;

export const GPUS: readonly GpuSpec[] = (rows as readonly GpuRow[]).map((row) => {
  const { memoryGB, memoryMiB } = row;
  if (memoryMiB === undefined) return { ...row, memoryBytes: memoryGB * GIB };
  const memoryBytes = memoryMiB * 2 ** 20;
  return { ...row, memoryBytes, keptBytes: memoryGB * GIB - memoryBytes };
});

/** What a text means. */
export type Meaning =
  /** The parts that it may mean, the one with the highest peak first: variants of one, or several GPUs. */
  | { readonly kind: 'gpus'; readonly gpus: readonly GpuSpec[] }
  /** A part that is not sold with the memory, or the number of cores, that the text gives. */
  | { readonly kind: 'other-size'; readonly gpus: readonly GpuSpec[] }
  /** A GPU whose memory is the computer's, at a speed that the part does not fix. */
  | { readonly kind: 'shared'; readonly name: string }
  /** A program on the CPU. */
  | { readonly kind: 'software' }
  /** A share of a GPU, or one that a host computer lends. */
  | { readonly kind: 'virtual' }
  /** More than one GPU. */
  | { readonly kind: 'several' }
  | { readonly kind: 'unknown' };

/** Shares of GPUs: MIG slices, NVIDIA's vGPU profiles such as `A40-48Q`, and what hosts lend. */
const VIRTUAL =
  /\b(?:mig|vgpu|grid|virtio|virgl|venus|virtual|vmware|svga3?d?|parallels|qxl|hyper-v|paravirtual\w*)\b|\b\dg\.\d+gb\b|-\d{1,2}[abcq]\b/i;

/** Several GPUs: `2x RTX 4090`, `RTX 4090 x2`, `8 × H100`, `dual 3090`, SLI. `ASUS Dual` is a make of card. */
const SEVERAL =
  /(?:^|[\s(+,])[1-9]\d?\s*[x×*]\s*(?=[a-z]{2}|[a-z]\d|\d{3})|[\s(][x×]\s?(?:[2-9]|1[0-6])\)?\s*(?:$|[,;+]|gpus?\b|cards?\b|nvlink)|(?<!asus )\bdual\b(?![ -](?:slot|fan|bios))|\b(?:quad|two|three|four|eight|sli|hgx|dgx (?!spark))\b/i;

export function meaningOf(text: string): Meaning {
  if (isSoftwareName(text)) return { kind: 'software' };
  if (VIRTUAL.test(text)) return { kind: 'virtual' };
  if (SEVERAL.test(text)) return { kind: 'several' };
  const said = saidIn(text);
  const found = familyOf(said);
  // Laptops since the RTX 30 are no longer sold as Max-Q, though some drivers add it: `RTX 4060 Max-Q / Mobile`.
  const isMaxQ = said.isLaptop && found.family.length === 0;
  const { family, isTwice } = isMaxQ
    ? familyOf({ ...said, words: said.words.filter((word) => word !== 'maxq') })
    : found;
  if (isTwice) return { kind: 'several' };
  if (family.length > 0) {
    const gpus = variantsOf(family, said);
    return gpus.length > 0 ? { kind: 'gpus', gpus } : { kind: 'other-size', gpus: family };
  }
  const name = sharedNamed(text);
  return name === undefined ? { kind: 'unknown' } : { kind: 'shared', name };
}

/**
 * The GPUs that `text` may mean, the one with the highest peak first: all that are sold under the name, narrowed to
 * those with the memory that the text gives. Empty for a GPU that is not in the table, such as an RTX 4090 with 48 GB.
 */
export function gpusNamed(text: string): readonly GpuSpec[] {
  const meaning = meaningOf(text);
  return meaning.kind === 'gpus' ? meaning.gpus : [];
}

/** The one GPU whose own name `text` is, and nothing else. */
export function gpuOfName(text: string): GpuSpec | undefined {
  const said = saidIn(text);
  const spelling = spellingOf(said);
  const own = KNOWN.filter((known) => known.spelling === spelling && hitsOf(known, said).length > 0);
  return own.length === 1 ? own[0]?.gpu : undefined;
}

function spellingOf({ words, sizesGB, cores, memoryKinds, isLaptop }: Said): string {
  return JSON.stringify([words, sizesGB, cores, memoryKinds, isLaptop]);
}

/**
 * The GPU that `text` means, with as much memory as it says. Where GPUs are sold under one name, it is that of which
 * the table has the bare name; without one, all that it may mean.
 */
export function gpusCalled(text: string): readonly GpuSpec[] {
  const named = gpusNamed(text);
  const said = saidIn(text);
  const bare = named.filter((gpu) => isBareNameOf(gpu, named, said));
  const called = named.length > 1 && bare.length === 1 ? bare : named;
  return called.map((gpu) => {
    const size = gpu.sizesGB?.find((one) => said.sizesGB.includes(one));
    return size === undefined || size === gpu.memoryGB ? gpu : { ...gpu, memoryGB: size, memoryBytes: size * GIB };
  });
}

/** Whether a text has a GPU's bare name, under which all of the others are sold, too. */
function isBareNameOf(gpu: GpuSpec, named: readonly GpuSpec[], said: Said): boolean {
  const own = OF.get(gpu.name)?.names[0];
  if (!own || isVariant(gpu) || startsOf(own.words, said.words).length === 0) return false;
  if (gpu.name.includes('Quadro') && !said.brands.includes('quadro')) return false;
  const words = own.words.join(' ');
  return named.every((other) => OF.get(other.name)?.names.some((name) => name.words.join(' ') === words));
}

/** Others that are sold under the bare name of a GPU: `RTX 4060 Ti` has 16 GB here, and is sold with 8 GB, too. */
export const othersCalled = (gpu: GpuSpec): readonly GpuSpec[] =>
  isVariant(gpu) ? [] : gpusNamed(gpu.name).filter(({ name }) => name !== gpu.name);

/** Names in the table that are near to one that means no part there, the nearest first. */
export function nearNames(text: string, most = 3): string[] {
  const said = saidIn(text);
  const wanted = new Set(said.words.filter((word) => /\d/.test(word) && word.length > 1));
  return KNOWN.map(({ gpu, names: [{ words, isLaptop } = { words: [], isLaptop: false }] }) => {
    const shared = words.filter((word) => wanted.has(word) || [...wanted].some((one) => isNear(one, word))).length;
    const apart = words.length + said.words.length - 2 * shared + (isLaptop === said.isLaptop ? 0 : 1);
    return { name: gpu.name, shared, apart };
  })
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared || a.apart - b.apart)
    .slice(0, most)
    .map(({ name }) => name);
}

/** Whether two words differ by no more than a letter before or behind a number of four digits. */
const isNear = (one: string, other: string): boolean => {
  const digits = /\d{4}/.exec(one)?.[0];
  return digits !== undefined && other.includes(digits);
};

interface Name {
  readonly words: readonly string[];
  readonly isLaptop: boolean;
}

interface Known {
  readonly gpu: GpuSpec;
  readonly spelling: string;
  readonly names: readonly Name[];
  /** The brands that may be named beside it. */
  readonly brands: ReadonlySet<string>;
  /** Sizes, cores and kind of memory in its own names: `GH200 480GB` is called after its processor's memory. */
  readonly sizesGB: readonly number[];
  readonly memoryKinds: readonly string[];
  readonly isVariant: boolean;
  /** Whether it makes no difference that a text calls it a laptop's: there is no other. */
  readonly isAnyPlace: boolean;
}

/** Brands that people put before parts which their makers no longer call so. */
const BESIDE: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^NVIDIA (?:[ABHLTV]\d|GH?B?\d|Tesla)/, ['tesla']],
  [/^NVIDIA RTX A\d/, ['quadro']],
  [/^AMD/, ['ati', 'radeon', 'ryzen']],
  [/^Qualcomm|^Snapdragon/, ['qualcomm', 'snapdragon', 'adreno']],
];

const KNOWN: readonly Known[] = GPUS.map((gpu) => {
  const said = [gpu.name, ...(gpu.alsoCalled ?? [])].map(saidIn);
  const [own] = said;
  return {
    gpu,
    spelling: own ? spellingOf(own) : '',
    names: distinct(said.map(({ words, isLaptop }) => ({ words, isLaptop }))),
    brands: new Set([
      ...said.flatMap(({ brands }) => brands),
      ...BESIDE.flatMap(([names, brands]) => (names.test(gpu.name) ? brands : [])),
    ]),
    sizesGB: said.flatMap((one) => one.sizesGB),
    memoryKinds: own?.memoryKinds ?? [],
    isVariant:
      [own?.sizesGB, own?.cores, own?.memoryKinds].some((list) => (list?.length ?? 0) > 0) || / 11Gbps/.test(gpu.name),
    isAnyPlace: gpu.shared === true || /\bMX\d|\d[MS]\b|Max-Q/.test(gpu.name),
  };
});

/** Names without those of the same words: sizes and brands are not among them. */
function distinct(names: readonly Name[]): Name[] {
  const seen = new Set<string>();
  return names.filter(({ words, isLaptop }) => {
    const key = [...words, isLaptop].join(' ');
    return seen.size < seen.add(key).size;
  });
}

const BY_FIRST_WORD: ReadonlyMap<string, readonly Known[]> = (() => {
  const map = new Map<string, Known[]>();
  for (const known of KNOWN) {
    for (const { words } of known.names) map.set(words[0] ?? '', [...(map.get(words[0] ?? '') ?? []), known]);
  }
  return map;
})();

const OF: ReadonlyMap<string, Known> = new Map(KNOWN.map((known) => [known.gpu.name, known]));

const isVariant = ({ name }: GpuSpec): boolean => OF.get(name)?.isVariant ?? false;

/** Words that make a name before them that of another GPU. */
const QUALIFIERS = new Set([
  ...['ti', 'super', 'd', 'xt', 'xtx', 'gre', 's', 'm', 'x', 'pro', 'max', 'ultra'],
  ...['nvl', 'pcie', 'ada', 'se', 'le', 'cpx', 'maxq', 'v2', 'plus', 'gme', 'sff', 'server'],
  ...['embedded', 'sxm3', '3e', 'cnx', 'duo', 'oem', 'extreme', '2048sp'],
]);

interface Hit {
  readonly gpu: GpuSpec;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The parts whose names a text holds: of names within each other, the longest. */
function familyOf(said: Said): { readonly family: GpuSpec[]; readonly isTwice: boolean } {
  const candidates = new Set(said.words.flatMap((word) => BY_FIRST_WORD.get(word) ?? []));
  const hits = [...candidates].flatMap((known) => hitsOf(known, said));
  const whole = hits.filter(
    ({ start, end }) =>
      !hits.some((other) => other.start <= start && other.end >= end && other.end - other.start > end - start),
  );
  const family = [...new Set(whole.map(({ gpu }) => gpu))].sort((a, b) => b.gbps - a.gbps);
  const isTwice = whole.some((hit) => whole.filter(({ gpu, name }) => gpu === hit.gpu && name === hit.name).length > 1);
  return { family, isTwice };
}

function hitsOf({ gpu, names, brands, isAnyPlace }: Known, said: Said): Hit[] {
  if (said.brands.some((brand) => !brands.has(brand))) return [];
  return names.flatMap(({ words, isLaptop }): Hit[] => {
    if (!isAnyPlace && isLaptop !== said.isLaptop) return [];
    if (said.words.includes('maxq') && !words.includes('maxq')) return [];
    if (isWeak(words) && !said.brands.some((brand) => brands.has(brand) && !isVendorWord(brand))) return [];
    return startsOf(words, said.words).map((start) => ({
      gpu,
      name: words.join(' '),
      start,
      end: start + words.length,
    }));
  });
}

/** Where `words` have `name`, and no qualifier behind it. */
const startsOf = (name: readonly string[], words: readonly string[]): number[] =>
  words.flatMap((_, start) =>
    name.length > 0 &&
    name.every((word, i) => words[start + i] === word) &&
    !QUALIFIERS.has(words[start + name.length] ?? '')
      ? [start]
      : [],
  );

/** Whether a name without its brand may be anything's: `580`, `VII`, `4000` of the Quadro RTX 4000. */
const isWeak = (words: readonly string[]): boolean =>
  words.every((word) => /^(?:\d{1,3}|[a-z]{1,3})$/.test(word)) ||
  (words.length === 1 && /^[34568]000$/.test(words[0] ?? ''));

/** The GPUs of a family that have the memory and the cores that the text gives. */
function variantsOf(family: readonly GpuSpec[], said: Said): GpuSpec[] {
  const { sizesGB, cores, memoryKinds } = said;
  const binned = family.filter(({ gpuCores }) => said.anyCores.some((count) => gpuCores?.includes(count)));
  const fits = (binned.length > 0 ? binned : family).filter(
    (gpu) =>
      (sizesGB.length === 0 || sizesGB.some((size) => hasSize(gpu, size))) &&
      (cores.length === 0 || gpu.gpuCores === undefined || cores.some((count) => gpu.gpuCores?.includes(count))),
  );
  if (memoryKinds.length === 0) return fits;
  const kindsOf = (gpu: GpuSpec) => OF.get(gpu.name)?.memoryKinds ?? [];
  const same = fits.filter((gpu) => kindsOf(gpu).some((kind) => memoryKinds.includes(kind)));
  return same.length > 0 ? same : fits.filter((gpu) => kindsOf(gpu).length === 0);
}

/** Whether a GPU is sold with a memory of `size`, or a driver gives that number: 79 GB of an H100 with 79.6 GiB. */
function hasSize(gpu: GpuSpec, size: number): boolean {
  const { memoryGB, memoryBytes } = gpu;
  if ([memoryGB, ...(gpu.sizesGB ?? []), ...(OF.get(gpu.name)?.sizesGB ?? [])].includes(size)) return true;
  const [gib, gb] = [memoryBytes / GIB, memoryBytes / 1e9];
  if (Number.isInteger(size)) return size === Math.floor(gib) || (memoryGB >= 64 && size === Math.round(gb));
  return Math.abs(size - gib) < 0.06 || Math.abs(size - gb) < 0.06;
}
