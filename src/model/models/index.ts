/** All models that are known by name. */

import type { Model } from './model.ts';
import { deepseek_v3 } from './presets/deepseek-v3.ts';
import { gemma3_4b } from './presets/gemma-3-4b.ts';
import { gemma3_27b } from './presets/gemma-3-27b.ts';
import { gptOss_20b } from './presets/gpt-oss-20b.ts';
import { gptOss_120b } from './presets/gpt-oss-120b.ts';
import { kimi_k2 } from './presets/kimi-k2.ts';
import { llama2_7b } from './presets/llama-2-7b.ts';
import { llama2_13b } from './presets/llama-2-13b.ts';
import { llama2_70b } from './presets/llama-2-70b.ts';
import { llama31_8b } from './presets/llama-3.1-8b.ts';
import { llama31_70b } from './presets/llama-3.1-70b.ts';
import { llama31_405b } from './presets/llama-3.1-405b.ts';
import { llama32_1b } from './presets/llama-3.2-1b.ts';
import { llama32_3b } from './presets/llama-3.2-3b.ts';
import { mistral_7b } from './presets/mistral-7b-v0.3.ts';
import { mixtral_8x7b } from './presets/mixtral-8x7b.ts';
import { phi4_mini } from './presets/phi-4-mini.ts';
import { qwen25_7b } from './presets/qwen2.5-7b.ts';
import { qwen3_06b } from './presets/qwen3-0.6b.ts';
import { qwen3_8b } from './presets/qwen3-8b.ts';
import { qwen3_30b_a3b } from './presets/qwen3-30b-a3b.ts';
import { qwen3_235b_a22b } from './presets/qwen3-235b-a22b.ts';
import { smollm2_135m } from './presets/smollm2-135m.ts';
import { smollm2_360m } from './presets/smollm2-360m.ts';
import { SLICES } from './slices.ts';

/** All presets, by ascending number of parameters. */
export const MODELS: readonly Model[] = [
  smollm2_135m,
  smollm2_360m,
  qwen3_06b,
  llama32_1b,
  llama32_3b,
  phi4_mini,
  gemma3_4b,
  llama2_7b,
  mistral_7b,
  qwen25_7b,
  llama31_8b,
  qwen3_8b,
  llama2_13b,
  gptOss_20b,
  gemma3_27b,
  qwen3_30b_a3b,
  mixtral_8x7b,
  llama2_70b,
  llama31_70b,
  gptOss_120b,
  qwen3_235b_a22b,
  llama31_405b,
  deepseek_v3,
  kimi_k2,
];

/** The preset that is shown until another is picked: it fits most GPUs in f16. */
export const DEFAULT_MODEL = llama32_1b;

/** All models that a record may name and whose shapes are known: presets, and models made for experiments. */
export const NAMED_MODELS: readonly Model[] = [...MODELS, ...SLICES];

/** The model with the id of a decode case; undefined for a model that came from a file. */
export const modelOfCase = (id: string): Model | undefined => NAMED_MODELS.find((m) => m.id === id);

/** The preset with this id. @throws RangeError for an unknown id, naming the known ones. */
export function modelById(id: string): Model {
  const model = MODELS.find((m) => m.id === id);
  if (!model) throw new RangeError(`unknown model "${id}"; there are ${MODELS.map((m) => m.id).join(', ')}`);
  return model;
}
