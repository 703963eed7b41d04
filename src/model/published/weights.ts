/** Weights of a published result, in the format that it names. */

import type { ThroughputRow } from '../../../results/published.ts';
import { modelById } from '../models/index.ts';
import { allIn, type SizedTensor, tensorsIn } from '../models/tensors.ts';

/** As publishers call them; `fp4` is NVIDIA's, of NVIDIA's GPUs. */
const FORMATS: Readonly<Record<string, string>> = { fp16: 'f16', bf16: 'f16', fp8: 'fp8', fp4: 'nvfp4' };

/** The tensors of a row's model. @throws RangeError naming the formats there are. */
export const publishedTensors = ({ model, weights }: Pick<ThroughputRow, 'model' | 'weights'>): SizedTensor[] =>
  tensorsIn(modelById(model), allIn(FORMATS[weights] ?? weights));
