import { llama31_8b } from './llama-3.1-8b.ts';
import { llama31_70b } from './llama-3.1-70b.ts';
import { llama32_1b } from './llama-3.2-1b.ts';
import { llama32_3b } from './llama-3.2-3b.ts';
import { mistral_7b } from './mistral-7b-v0.3.ts';
import type { Model } from './model.ts';
import { qwen3_06b } from './qwen3-0.6b.ts';
import { qwen3_8b } from './qwen3-8b.ts';
import { smollm2_135m } from './smollm2-135m.ts';
import { smollm2_360m } from './smollm2-360m.ts';

/** Every preset, smallest first. */
export const MODELS: readonly Model[] = [
  smollm2_135m,
  smollm2_360m,
  qwen3_06b,
  llama32_1b,
  llama32_3b,
  mistral_7b,
  llama31_8b,
  qwen3_8b,
  llama31_70b,
];

/** The preset whose estimate is shown until another is picked: it fits most GPUs in f16. */
export const DEFAULT_MODEL = llama32_1b;

/** @throws naming the presets there are. */
export function modelById(id: string): Model {
  const model = MODELS.find((m) => m.id === id);
  if (!model) throw new RangeError(`unknown model "${id}"; there are ${MODELS.map((m) => m.id).join(', ')}`);
  return model;
}
