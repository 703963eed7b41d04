/**
 * The known architectures: how a model's layers follow from the fields of its file. Config files name an architecture
 * by `model_type`, GGUF files by `general.architecture`; `config.ts` and `gguf.ts` have what differs between them.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`).
 */

import { quoted } from '../../../results/shown.ts';
import { parameters } from '../models/accounting.ts';
import type { Attention, DenseMlp, ExpertsMlp, GroupedAttention, Layer, Mlp, Model } from '../models/model.ts';
import { complete, type FieldName, type Fields, type KeyOf, type Known } from './fields.ts';
import { ModelFileError } from './source.ts';

/** An architecture: a function from a file's fields to the model's layers. */
export interface Architecture {
  layers(fields: Fields, keyOf: KeyOf): readonly Layer[];
}

const BASE = ['layers', 'hidden', 'vocabulary'] as const;
const GROUPED = [...BASE, 'queryHeads', 'ffn'] as const;

type Base = Known<(typeof BASE)[number]>;
type Grouped = Known<'layers' | 'hidden' | 'queryHeads'>;

/** Makes an architecture from the fields that it needs and a function of them. */
const architecture = <K extends FieldName>(
  needs: readonly K[],
  layers: (fields: Known<K>, keyOf: KeyOf) => readonly Layer[],
): Architecture => ({ layers: (fields, keyOf) => layers(complete(fields, needs, keyOf), keyOf) });

const layerByLayer = ({ layers }: Known<'layers'>, layer: (index: number) => Layer): Layer[] =>
  Array.from({ length: layers }, (_, index) => layer(index));

/**
 * The attention of each layer. Layers for which `slides` is true have the window, unless the file lists layer types.
 */
function groupedAttention(
  f: Grouped,
  keyOf: KeyOf,
  slides: (layer: number) => boolean,
  traits: Pick<GroupedAttention, 'headNorms' | 'sinks'> = {},
): (layer: number) => Attention {
  const { queryHeads, kvHeads = queryHeads, headDim = f.hidden / queryHeads, layerTypes, window } = f;
  if (!Number.isInteger(headDim)) {
    throw new ModelFileError(
      `${keyOf('queryHeads')} must divide ${keyOf('hidden')} where ${keyOf('headDim')} is not given; got ${queryHeads} and ${f.hidden}`,
    );
  }
  if (queryHeads % kvHeads !== 0) {
    throw new ModelFileError(
      `${keyOf('kvHeads')} must divide ${keyOf('queryHeads')}; got ${kvHeads} and ${queryHeads}`,
    );
  }
  if (layerTypes && layerTypes.length !== f.layers) {
    throw new ModelFileError(`${keyOf('layerTypes')} must name ${f.layers} layers; it names ${layerTypes.length}`);
  }
  const { qkvBias = false, outputBias = false } = f;
  const whole: GroupedAttention = { kind: 'grouped', queryHeads, kvHeads, headDim, qkvBias, outputBias, ...traits };
  return (layer) => {
    const sliding = layerTypes ? layerTypes[layer] === 'sliding_attention' : slides(layer);
    if (!sliding) return whole;
    return { ...whole, window: complete({ window }, ['window'], keyOf).window };
  };
}

const denseMlp = (f: Known<'ffn'>): DenseMlp => ({ kind: 'dense', ffn: f.ffn, biases: f.mlpBias ?? false });

function expertsMlp(
  f: Known<'experts' | 'activeExperts'>,
  ffn: number,
  keyOf: KeyOf,
  traits: Pick<ExpertsMlp, 'sharedFfn' | 'routerBias' | 'biases'> = {},
): ExpertsMlp {
  const { experts, activeExperts: active } = f;
  if (active > experts) {
    throw new ModelFileError(
      `${keyOf('activeExperts')} must not exceed ${keyOf('experts')}; got ${active} and ${experts}`,
    );
  }
  return { kind: 'experts', experts, active, ffn, ...traits };
}

/** Llama, Mistral, Mixtral and Phi-3. If there is a window, every layer has it. */
export const llama = architecture(GROUPED, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, () => f.window !== undefined);
  const mlp = f.experts
    ? expertsMlp(complete(f, ['experts', 'activeExperts'], keyOf), f.expertFfn ?? f.ffn, keyOf)
    : denseMlp(f);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp }));
});

/** Whether a layer slides where only layers from `layersBeforeWindow` on do. */
const slidesLate = (f: Fields) => (layer: number) => f.slides === true && layer >= (f.layersBeforeWindow ?? 0);

/** Qwen2 and Qwen2.5, whose queries, keys and values have biases. */
export const qwen2 = architecture(GROUPED, (f, keyOf) => {
  const attention = groupedAttention({ ...f, qkvBias: true }, keyOf, slidesLate(f));
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f) }));
});

export const qwen3 = architecture(GROUPED, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, slidesLate(f), { headNorms: true });
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f) }));
});

export const qwen3Moe = architecture(
  [...BASE, 'queryHeads', 'experts', 'activeExperts', 'expertFfn'] as const,
  (f, keyOf) => {
    const attention = groupedAttention(f, keyOf, slidesLate(f), { headNorms: true });
    const experts = expertsMlp(f, f.expertFfn, keyOf);
    const denseAt = new Set(f.denseAt);
    const isDense = (layer: number): boolean => denseAt.has(layer) || (layer + 1) % (f.expertsEvery ?? 1) !== 0;
    const mlp = (layer: number): Mlp => (isDense(layer) ? denseMlp(complete(f, ['ffn'], keyOf)) : experts);
    return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: mlp(layer) }));
  },
);

/** Whether a layer slides where every other one does, beginning with the first. */
const slidesEvenly = (layer: number): boolean => layer % 2 === 0;

export const gemma2 = architecture([...GROUPED, 'headDim'] as const, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, slidesEvenly);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f), outputNorms: true }));
});

export const gemma3 = architecture([...GROUPED, 'headDim'] as const, (f, keyOf) => {
  const slides = (layer: number): boolean => (layer + 1) % (f.globalEvery ?? 6) !== 0;
  const attention = groupedAttention(f, keyOf, slides, { headNorms: true });
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f), outputNorms: true }));
});

/** DeepSeek-V2, V3 and R1, and Kimi K2. */
export const deepseek = architecture(
  [
    ...BASE,
    ...(['queryHeads', 'kvRank', 'nopeDim', 'ropeDim', 'valueDim'] as const),
    ...(['experts', 'activeExperts', 'expertFfn', 'sharedExperts', 'denseLayers'] as const),
  ] as const,
  (f, keyOf) => {
    const { queryHeads: heads, queryRank, kvRank, nopeDim, ropeDim, valueDim } = f;
    if (f.qkvBias || f.outputBias) throw new ModelFileError(`${keyOf('qkvBias')} must be false with MLA; got true`);
    const attention: Attention = {
      ...{ kind: 'latent', heads, kvRank, nopeDim, ropeDim, valueDim },
      ...(queryRank !== undefined && { queryRank }),
    };
    const experts = expertsMlp(f, f.expertFfn, keyOf, {
      ...(f.sharedExperts > 0 && { sharedFfn: f.sharedExperts * f.expertFfn }),
      routerBias: f.routerBias ?? false,
    });
    const mlp = (layer: number): Mlp => (layer < f.denseLayers ? denseMlp(complete(f, ['ffn'], keyOf)) : experts);
    return layerByLayer(f, (layer) => ({ attention, mlp: mlp(layer) }));
  },
);

export const gptOss = architecture([...GROUPED, 'experts', 'activeExperts'] as const, (f, keyOf) => {
  const attention = groupedAttention({ ...f, qkvBias: true, outputBias: true }, keyOf, slidesEvenly, { sinks: true });
  const mlp = expertsMlp(f, f.expertFfn ?? f.ffn, keyOf, { routerBias: true, biases: true });
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp }));
});

/** Maximum number of parameters: beyond, bytes in f32 would not be exact. It is a thousand times the largest model. */
const MAX_PARAMETERS = 2 ** 50;

/** Makes a model from a file's fields. @throws ModelFileError naming what is missing, or does not fit together. */
export function modelFrom(
  about: Pick<Model, 'id' | 'name' | 'source'>,
  { layers }: Architecture,
  fields: Fields,
  keyOf: KeyOf,
): Model {
  const made = layers(fields, keyOf);
  const { hidden, vocabulary, tied = false }: Base = complete(fields, BASE, keyOf);
  const model: Model = { ...about, hidden, vocabulary, tied, layers: made };
  const total = parameters(model);
  if (total > MAX_PARAMETERS) {
    throw new ModelFileError(`its shapes must make at most 2^50 parameters; they make ${total.toExponential(1)}`);
  }
  return model;
}

/** The architecture of this name, which a file gives under `key`. @throws ModelFileError listing the known ones. */
export function architectureOf<A>(known: Readonly<Record<string, A>>, name: unknown, key: string): A {
  const found = typeof name === 'string' && Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  throw new ModelFileError(`${key} must be one of ${Object.keys(known).join(', ')}; got ${quoted(name)}`);
}
