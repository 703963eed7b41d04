/**
 * The architectures that are understood: how a model's layers follow from what a file says of it. Config files know
 * them by `model_type`, GGUF by `general.architecture`; what differs between the two is in `config.ts` and `gguf.ts`.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`).
 */

import { parameters } from '../models/accounting.ts';
import type { Attention, DenseMlp, ExpertsMlp, GroupedAttention, Layer, Mlp, Model } from '../models/model.ts';
import { complete, type FieldName, type Fields, type KeyOf, type Known } from './fields.ts';
import { ModelFileError, shown } from './source.ts';

export interface Architecture {
  layers(fields: Fields, keyOf: KeyOf): readonly Layer[];
}

const BASE = ['layers', 'hidden', 'vocabulary'] as const;
const GROUPED = [...BASE, 'queryHeads', 'ffn'] as const;

type Base = Known<(typeof BASE)[number]>;
type Grouped = Known<'layers' | 'hidden' | 'queryHeads'>;

/** An architecture that needs these fields. */
const architecture = <K extends FieldName>(
  needs: readonly K[],
  layers: (fields: Known<K>, keyOf: KeyOf) => readonly Layer[],
): Architecture => ({ layers: (fields, keyOf) => layers(complete(fields, needs, keyOf), keyOf) });

const layerByLayer = ({ layers }: Known<'layers'>, layer: (index: number) => Layer): Layer[] =>
  Array.from({ length: layers }, (_, index) => layer(index));

/** Attention of each layer; those that `slides` names have the window, unless the file says itself which do. */
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

/** Llama, Mistral, Mixtral and Phi-3: where there is a window, every layer has it. */
export const llama = architecture(GROUPED, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, () => f.window !== undefined);
  const mlp = f.experts
    ? expertsMlp(complete(f, ['experts', 'activeExperts'], keyOf), f.expertFfn ?? f.ffn, keyOf)
    : denseMlp(f);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp }));
});

const slidesLate = (f: Fields) => (layer: number) => f.slides === true && layer >= (f.layersBeforeWindow ?? 0);

/** Qwen2 and 2.5: queries, keys and values have biases. */
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
    const isDense = (layer: number): boolean =>
      (f.denseAt?.includes(layer) ?? false) || (layer + 1) % (f.expertsEvery ?? 1) !== 0;
    const mlp = (layer: number): Mlp => (isDense(layer) ? denseMlp(complete(f, ['ffn'], keyOf)) : experts);
    return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: mlp(layer) }));
  },
);

/** Every other layer slides, the first one too. */
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
    if (f.qkvBias || f.outputBias) throw new ModelFileError(`${keyOf('qkvBias')} is not understood with MLA`);
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

/** Beyond this, bytes of f32 would no longer be exact; it is a thousand times the largest model there is. */
const MAX_PARAMETERS = 2 ** 50;

/** @throws ModelFileError naming what is missing, or does not fit together. */
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
    throw new ModelFileError(`its shapes make ${total.toExponential(1)} parameters; at most 2^50 are understood`);
  }
  return model;
}

/** @throws ModelFileError listing the architectures there are. */
export function architectureOf<A>(known: Readonly<Record<string, A>>, name: unknown, key: string): A {
  const found = typeof name === 'string' && Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  throw new ModelFileError(`${key} must be one of ${Object.keys(known).join(', ')}; got ${shown(name)}`);
}
