/** All families. A new one is a file here, and a line below. */

import { TYPES as decoders } from './decoders.ts';
import { TYPES as deepseek } from './deepseek.ts';
import { TYPES as gemma } from './gemma.ts';
import { TYPES as glm } from './glm.ts';
import { TYPES as hybrids } from './hybrids.ts';
import type { ModelType } from './keys.ts';
import { TYPES as llama } from './llama.ts';
import { TYPES as mixtures } from './mixtures.ts';
import { TYPES as others } from './others.ts';
import { TYPES as qwen } from './qwen.ts';
import { TYPES as sambay } from './sambay.ts';

/** Models by `model_type`; that of a wrapper's text without its ending `_text`. */
export const MODEL_TYPES: Readonly<Record<string, ModelType>> = {
  ...llama,
  ...qwen,
  ...gemma,
  ...deepseek,
  ...glm,
  ...hybrids,
  ...sambay,
  ...others,
  ...decoders,
  ...mixtures,
};
