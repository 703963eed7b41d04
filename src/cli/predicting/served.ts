/** Models as `hbmark predict` is asked to serve them: with the formats of their weights and of their KV caches. */

import { FORMATS } from '../../../shaders/formats/index.ts';
import { nearestFormat } from '../../model/files/nearest-format.ts';
import { QUANTISATIONS, quantisationNamed, quantisedTensors } from '../../model/files/quantisations.ts';
import type { ModelFile } from '../../model/files/read-model.ts';
import { weightBytesHeld } from '../../model/models/accounting.ts';
import { tensorsAllIn } from '../../model/models/tensors.ts';
import {
  CACHE_FORMAT_NAMES,
  CACHE_FORMATS,
  cacheFormatNamed,
  type Machine,
  type PredictedPoint,
  type Served,
} from '../../model/predict/predict.ts';
import { neededOn } from '../../model/serving/machine-step.ts';

export const WEIGHTS = {
  name: 'weights',
  value: 'format',
  help: 'Format, or a quantisation such as Q4_K_M (default: as the file has them, else f16)',
  param: {
    rule: `one of ${Object.keys(FORMATS).join(', ')}, or of "hbmark list quantisations", in any case`,
    parse: weightsNamed,
  },
};

/** The format of weights of this name, in any case: one of ours, or a quantisation of llama.cpp. */
function weightsNamed(text: string): string | undefined {
  if (QUANTISATIONS.includes(text)) return text;
  const lower = text.toLowerCase();
  return Object.keys(FORMATS).find((id) => id === lower) ?? quantisationNamed(text);
}

export const KV = {
  name: 'kv',
  value: 'format',
  help: 'Format of the KV cache, as fp8 or q8_0 (default: f16)',
  param: {
    rule: `one of ${[...CACHE_FORMATS, ...CACHE_FORMAT_NAMES].join(', ')}, in any case`,
    parse: (text: string): CacheFormat | undefined => {
      const id = cacheFormatNamed(text);
      return id === undefined ? undefined : { id, name: text.toLowerCase() };
    },
  },
};

/** A format of KV caches, and the name that it was asked for by. */
export interface CacheFormat {
  readonly id: string;
  readonly name: string;
}

/** A model, and the format whose measurements stand for its weights'. */
export type ServedIn = Served & { readonly measuredIn: string };

/** Returns the model with its weights in the format or quantisation that was asked for, else as stored, else in f16. */
export function servedIn(
  { model, weights: stored, quantisation }: ModelFile,
  format: string | undefined,
  kv: CacheFormat,
): ServedIn {
  const about = { model, kv: kv.id, kvName: kv.name };
  const quantised = format !== undefined && QUANTISATIONS.includes(format);
  const tensors = quantised ? quantisedTensors(model, format) : format === undefined ? stored?.tensors : undefined;
  if (tensors) {
    const [largest] = [...tensors].sort((a, b) => b.bytes - a.bytes);
    const measuredIn = largest ? nearestFormat(largest).format : 'f16';
    const own = format === undefined ? { quantisation } : {};
    return { ...about, tensors, weights: format ?? 'stored', measuredIn, ...own };
  }
  const weights = format ?? 'f16';
  return { ...about, tensors: tensorsAllIn(model, weights), weights, measuredIn: weights };
}

/** The largest quantisation of llama.cpp in which a model would fit at a point; null for none. */
export function quantisationThatFits(served: Served, machine: Machine, point: PredictedPoint): string | null {
  const { context, batch, mix } = point;
  const at = { context: mix ?? context, batch };
  const fitting = QUANTISATIONS.map((name) => ({ name, tensors: quantisedTensors(served.model, name) })).filter(
    ({ tensors }) => neededOn({ ...served, tensors }, machine, at) <= machine.memoryBytes,
  );
  const [largest] = fitting.sort((a, b) => weightBytesHeld(b.tensors) - weightBytesHeld(a.tensors));
  return largest?.name ?? null;
}
