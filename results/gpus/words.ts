/**
 * What a text says of a GPU, out of drivers, browsers and people: `NVIDIA GeForce RTX 4060 Laptop GPU/PCIe/SSE2`,
 * `ANGLE (AMD, AMD Radeon RX 6800 XT (0x000073BF) Direct3D11 …)`, `Apple M4 Max 12P+4E+40GPU`, `rtx4070ti super 16gb`.
 */

import { rendererOf } from '../machine/renderer.ts';

/** A text taken apart. */
export interface Said {
  /** The words that tell parts apart, in their order: neither brands, nor sizes, nor what every GPU is called. */
  readonly words: readonly string[];
  /** Words of vendors and their series: a part of another one is not meant. */
  readonly brands: readonly string[];
  /** Sizes of memory, in GB or GiB as people write them. */
  readonly sizesGB: readonly number[];
  /** Numbers of GPU cores, by which Apple's bins are told apart. */
  readonly cores: readonly number[];
  /** Numbers of cores that may be the processor's as well. */
  readonly anyCores: readonly number[];
  /** `gddr6x`, of parts that are sold with several kinds of memory. */
  readonly memoryKinds: readonly string[];
  /** Whether the text says that the GPU is a laptop's. */
  readonly isLaptop: boolean;
}

/** Vendors by the words that they call themselves and their series by. */
const VENDOR_OF: ReadonlyMap<string, string> = new Map(
  Object.entries({
    nvidia: ['nvidia', 'geforce', 'quadro', 'tesla', 'gtx', 'rtx', 'gt', 'jetson', 'tegra'],
    amd: ['amd', 'ati', 'radeon', 'rx', 'instinct', 'ryzen', 'firepro'],
    intel: ['intel', 'arc', 'iris', 'uhd', 'hd', 'xe', 'gaudi'],
    apple: ['apple'],
    qualcomm: ['qualcomm', 'adreno', 'snapdragon'],
    arm: ['arm', 'mali', 'immortalis'],
    samsung: ['xclipse'],
    imagination: ['powervr', 'imagination'],
    google: ['google', 'tensor'],
  }).flatMap(([vendor, words]) => words.map((word) => [word, vendor] as const)),
);

/** The vendors that words of brands belong to. */
export const vendorsOf = (brands: readonly string[]): string[] => [
  ...new Set(brands.flatMap((brand) => VENDOR_OF.get(brand) ?? [])),
];

/** Whether a word is only its vendor's name, which says nothing of the part. */
export const isVendorWord = (word: string): boolean => VENDOR_OF.get(word) === word || word === 'ati';

/** What everything is called. `Blackwell` says no more than `PRO` does. */
const NEUTRAL = new Set([
  ...['gpu', 'gpus', 'graphics', 'card', 'with', 'design', 'generation', 'workstation', 'edition', 'series', 'chip'],
  ...['hbm2', 'hbm2e', 'hbm3', 'hbm3e', 'blackwell', 'sxm', 'sxm2', 'sxm4', 'sxm5', 'sxm6', 'founders'],
]);

const LAPTOP = new Set(['laptop', 'laptops', 'mobile', 'notebook', 'notebooks']);

/** Sizes: `12 GB`, `24G`, `24564MiB`; not `1008 GB/s`. */
const SIZE = /(?<![a-z\d.])(\d+(?:\.\d+)?)\s*(gi?b?|mi?b)(?![a-z0-9/])/g;

/** Numbers of GPU cores: `40GPU`, `40-core GPU`, `40 GPU cores`; `40-core` and `(40c)`, which may be the processor's. */
const CORES = /(?<![\w-])(\d+)[\s-]?(?:((?:cores? )?gpu)(?:[\s-]cores?)?|c(?:ores?)?)\b/g;

/** What is said beside the part, and may hold a number that looks like one. The order matters. */
const BESIDE: readonly (readonly [RegExp, string])[] = [
  [/\((?:r|tm|c)\)|[®™©]/g, ' '],
  [/max[\s-]?q\b/g, 'maxq'],
  // Versions, APIs, numbers of devices.
  [/\b0x[0-9a-f]+\b/g, ' '],
  [/\bdrivers?\b[^,;()]*/g, ' '],
  [/\b(?:vulkan|opengl(?: es)?|direct3d|d3d|directx|dx|cuda|rocm|metal|llvm|drm|version)\s*\d[\d._]*/g, ' '],
  [/\b[vp]s_\d_\d\b/g, ' '],
  [/\b\d+(?:\.\d+)+\b/g, ' '],
  // Computers and processors.
  [/\b(?:apple )?(?:mac ?book|imac|mac|ipad)(?: (?:pro|air|mini|studio|max))?\b/g, ' '],
  [/\biphone(?: \d+)?(?: (?:pro|plus|max|mini))*/g, ' '],
  [/\b(?:intel|amd) (?:core|xeon|epyc|threadripper)\b/g, ' '],
  [/\b(?:core )?(?:i[3579]|ultra [579])[\s-]\d{3,5}[a-z]{0,2}\b/g, ' '],
  [/\bryzen (?:threadripper )?(?:pro )?[3579] (?:pro )?\d{4}[a-z0-9]*/g, 'ryzen'],
];

/** Layers that give the name of the GPU under them: `D3D12 (NVIDIA GeForce RTX 3060)`, as in WSL. */
const LAYER = /^(?:microsoft )?(?:direct3d12|d3d12|dozen|zink)[^(]*\((.+)\)$/i;

/** Dawn joins the words of a device by hyphens: `intel-r-arc-tm-a770-graphics-dg2-`. */
export const spaced = (text: string): string =>
  /^\S+-\S+-\S*$/.test(text) ? text.replace(/-(?:r|tm)(?=-)/gi, '').replaceAll('-', ' ') : text;

/** The words that say what a text means; of what WebGL gives, those within it. */
export function saidIn(text: string): Said {
  const within = LAYER.exec(text)?.[1];
  if (within !== undefined) return saidIn(within);
  const wrapped = /^ANGLE \(|Direct3D|\/PCIe?\b|\/SSE|OpenGL Engine/i.test(text);
  let rest = (wrapped ? (rendererOf(text)?.name ?? '') : spaced(text)).normalize('NFKC').toLowerCase();
  const sizesGB: number[] = [];
  const [cores, anyCores]: [number[], number[]] = [[], []];
  const isApple = /\bm\d\b|\bm\d(?:pro|max|ultra)|apple/.test(rest);
  // Of a card, what is called RAM is the computer's.
  if (!isApple && !/ryzen|8060s/.test(rest))
    rest = rest.replace(/\d+\s*gi?b\s+(?:of\s+)?(?:system\s+)?(?:ram|ddr\d)\b/g, ' ');
  rest = rest.replace(/\b(?:\d+-cores? cpu|\d+ cpu cores?)\b/g, ' ').replace(/\b(?:\d+[a-z]\+)+(?=\d+gpu)/g, ' ');
  rest = rest.replace(SIZE, (_, size: string, unit: string) => {
    sizesGB.push(unit.startsWith('m') ? Number(size) / 1024 : Number(size));
    return ' ';
  });
  if (isApple) {
    rest = rest.replace(CORES, (_, count: string, gpu?: string) => {
      (gpu === undefined ? anyCores : cores).push(Number(count));
      return ' ';
    });
  }
  for (const [beside, kept] of BESIDE) rest = rest.replace(beside, kept);
  const all = rest.split(/[^a-z0-9]+/).flatMap(partsOf);
  const joined = all.reduce<string[]>((words, word) => {
    const before = words.at(-1);
    // "6800 M" is the 6800M, and "TITAN V" no V of another name.
    if (before !== undefined && (word === 'm' || word === 's') && /^\d{4}$/.test(before))
      words.splice(-1, 1, before + word);
    else if (before === 'titan') words.splice(-1, 1, before + word);
    else words.push(word);
    return words;
  }, []);
  const words = joined;
  return {
    words: words.filter(
      (word) => word !== '' && !NEUTRAL.has(word) && !LAPTOP.has(word) && !VENDOR_OF.has(word) && !isKind(word),
    ),
    brands: words.filter((word) => VENDOR_OF.has(word)),
    ...{ sizesGB, cores, anyCores },
    memoryKinds: words.filter(isKind),
    isLaptop: words.some((word) => LAPTOP.has(word)),
  };
}

const isKind = (word: string): boolean => /^gddr\dx?$/.test(word);

/** Splits what is written as one: `rtx4070ti` into `rtx`, `4070` and `ti`; `6800m` stays. */
function partsOf(word: string): string[] {
  const series =
    /^(rtx|gtx|gt(?=\d{3})|rx|arc|radeon|geforce|quadro|tesla|adreno|uhd|hd|pro|apple)(pro|[a-z]?\d.*)$/.exec(word);
  if (series) return [series[1] ?? '', ...partsOf(series[2] ?? '')];
  const suffix = /^(\d{4})(ti|super|xtx|xt|gre|dv\d|d|laptop|mobile|maxq)(.*)$/.exec(word);
  if (suffix) {
    const [, number = '', first = '', rest = ''] = suffix;
    const named = first.startsWith('dv') ? ['d', first.slice(1)] : [first];
    return [number, ...named, ...partsOf(rest)];
  }
  const bin = /^(m\d|[abhv]\d{3})(pro|max|ultra|pcie|nvl|sxm\d?)$/.exec(word);
  return bin ? [bin[1] ?? '', bin[2] ?? ''] : [word];
}
