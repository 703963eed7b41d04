/** Weights of a published result in the format that it names. */

import type { ThroughputRow } from '../../../results/reference/published.ts';
import { modelById } from '../models/predicted.ts';
import { allIn, type SizedTensor, tensorsIn, type WeightFormats } from '../models/tensors.ts';

/** Formats by the names that publishers use. `fp4` means NVFP4, since only NVIDIA's GPUs have rows with it. */
const FORMATS: Readonly<Record<string, string>> = { fp16: 'f16', bf16: 'f16', fp8: 'fp8', fp4: 'nvfp4' };

/** gpt-oss has one set of weights, whatever a table calls it: experts in MXFP4 and all else in bf16. */
const GPT_OSS: WeightFormats = { ...allIn('bf16'), expert: 'mxfp4' };

export const isGptOss = ({ model }: Pick<ThroughputRow, 'model'>): boolean => model.startsWith('gpt-oss-');

/** The tensors of a row's model. @throws RangeError for an unknown format, naming the known ones. */
export const publishedTensors = (row: Pick<ThroughputRow, 'model' | 'weights'>): SizedTensor[] =>
  tensorsIn(modelById(row.model), isGptOss(row) ? GPT_OSS : allIn(FORMATS[row.weights] ?? row.weights));

/** Bytes of a cached value, as servers keep them: in fp8, beside weights in f16 in f16. */
export const cachedValueBytes = ({ weights }: Pick<ThroughputRow, 'weights'>): number =>
  FORMATS[weights] === 'f16' ? 2 : 1;
