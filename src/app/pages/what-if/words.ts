/** Names and amounts as the page says them. */

import { givenText, integerText, significant } from '../../../../results/text/figures.ts';
import type { EngineId } from '../../../model/predict/engines.ts';

/** Makers' words before a name that tells a GPU apart by itself. */
const MAKERS = /^(?:NVIDIA (?:GeForce )?|AMD (?:Radeon |Instinct )?)/;

/** The name by which people call a GPU: `RTX 4090` for `NVIDIA GeForce RTX 4090`. */
export const shortName = (gpu: string): string => gpu.replace(MAKERS, '');

/** Letters whose names begin with a vowel: an "RTX", an "H100". */
const SOUNDS_OPEN = /^[AEFHILMNORSX](?=[A-Z\d]|\b)/;

/** A name with its article: `an RTX 4090`, `a B200`, `an Apple M4`. */
export const withArticle = (name: string): string =>
  `${SOUNDS_OPEN.test(name) || /^[AEIO][a-z]/.test(name) ? 'an' : 'a'} ${name}`;

/** A format as people say it: `int4` for `int4-g32`. */
export const formatName = (id: string): string => id.replace(/-g\d+$/, '');

/** A length of text: `8k` for 8192, and whatever is no multiple of 1024 in full. */
export const contextText = (positions: number): string =>
  positions >= 1024 && positions % 1024 === 0 ? `${integerText(positions / 1024)}k` : integerText(positions);

/** A number of readers: `one reader`, `18 readers`. */
export const readersText = (readers: number): string =>
  readers === 1 ? 'one reader' : `${integerText(readers)} readers`;

/** A factor: `×2.00`. */
export const timesText = (factor: number): string => `×${significant(factor)}`;

export const memoryText = (memoryGB: number): string => `${givenText(memoryGB)} GB`;
export const bandwidthText = (gbps: number): string => `${givenText(gbps)} GB/s`;

const ENGINE_NAMES: Readonly<Record<EngineId, string>> = {
  'llama.cpp': 'llama.cpp',
  'llama.cpp-vulkan': 'llama.cpp by Vulkan',
  localscore: 'llamafile, as LocalScore runs it,',
  hbmark: 'HBMark',
  vllm: 'vLLM',
  peak: 'none: the bound alone',
};

/** A serving engine as a sentence begins with it. */
export const engineName = (engine: EngineId): string => ENGINE_NAMES[engine];
