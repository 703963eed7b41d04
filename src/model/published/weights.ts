/** Weights of a published result in the format that it names. */

import type { ThroughputRow } from '../../../results/published.ts';
import { modelById } from '../models/index.ts';
import { allIn, type SizedTensor, tensorsIn } from '../models/tensors.ts';

/** Formats by the names that publishers use. `fp4` means NVFP4, since only NVIDIA's GPUs have rows with it. */
const FORMATS: Readonly<Record<string, string>> = { fp16: 'f16', bf16: 'f16', fp8: 'fp8', fp4: 'nvfp4' };

/** The tensors of a row's model. @throws RangeError for an unknown format, naming the known ones. */
export const publishedTensors = ({ model, weights }: Pick<ThroughputRow, 'model' | 'weights'>): SizedTensor[] =>
  tensorsIn(modelById(model), allIn(FORMATS[weights] ?? weights));
