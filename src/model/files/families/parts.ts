/** Attention and MLPs as several families have them. */

import {
  type DeltaAttention,
  type DenseMlp,
  type ExpertsMlp,
  type Extra,
  type GroupedAttention,
  type Mlp,
  type StateFormat,
  vector,
} from '../../models/model.ts';
import { complete, type Fields, type KeyOf, type Known } from '../fields.ts';
import { ModelFileError } from '../source.ts';
import { type Grouped, layerTypes, WINDOWED } from './architecture.ts';

/**
 * The attention of each layer. Layers for which `slides` is true have the window, unless the file lists layer types.
 */
export function groupedAttention(
  f: Grouped,
  keyOf: KeyOf,
  slides: (layer: number) => boolean,
  traits: Partial<Omit<GroupedAttention, 'kind'>> = {},
): (layer: number) => GroupedAttention {
  const { queryHeads, kvHeads = queryHeads, headDim = f.hidden / queryHeads, window } = f;
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
  const types = layerTypes(f, 'layerTypes', WINDOWED, keyOf);
  const { qkvBias = false, outputBias = false } = f;
  const whole: GroupedAttention = { kind: 'grouped', queryHeads, kvHeads, headDim, qkvBias, outputBias, ...traits };
  return (layer) => {
    const sliding = types ? types[layer] === 'sliding_attention' : slides(layer);
    if (!sliding) return whole;
    return { ...whole, window: complete({ window }, ['window'], keyOf).window };
  };
}

export const denseMlp = (f: Known<'ffn'>): DenseMlp => ({ kind: 'dense', ffn: f.ffn, biases: f.mlpBias ?? false });

export function expertsMlp(
  f: Known<'experts' | 'activeExperts'>,
  ffn: number,
  keyOf: KeyOf,
  traits: Partial<ExpertsMlp> = {},
): ExpertsMlp {
  const { experts, activeExperts: active } = f;
  if (active > experts) {
    throw new ModelFileError(
      `${keyOf('activeExperts')} must not exceed ${keyOf('experts')}; got ${active} and ${experts}`,
    );
  }
  return { kind: 'experts', experts, active, ffn, ...traits };
}

/** Whether each MLP has experts, by the lists of a file that has one, else by `otherwise`. */
export function hasExperts(
  f: Known<'layers'>,
  keyOf: KeyOf,
  otherwise: (layer: number) => boolean,
): (layer: number) => boolean {
  const types = layerTypes(f, 'mlpTypes', ['dense', 'sparse', 'moe', 'hash_moe'], keyOf);
  if (types) return (layer) => types[layer] !== 'dense';
  const at = f.expertsAt && new Set(f.expertsAt);
  return at ? (layer) => at.has(layer) : otherwise;
}

/** The MLP of each layer: experts where `has` says so, else a dense one. */
export const mlps =
  (f: Fields, keyOf: KeyOf, experts: ExpertsMlp, has: (layer: number) => boolean) =>
  (layer: number): Mlp => {
    if (has(layer)) return experts;
    const { ffn } = complete({ ...f, ffn: f.denseFfn ?? f.ffn }, ['ffn'], keyOf);
    return denseMlp({ ...f, ffn });
  };

export const LATENT = ['queryHeads', 'kvRank', 'nopeDim', 'ropeDim', 'valueDim'] as const;
export const EXPERTS = ['experts', 'activeExperts', 'expertFfn'] as const;

/** The experts of DeepSeek's kind: shared experts as wide as a number of the others, and a bias of the router. */
export const deepseekExperts = (f: Known<(typeof EXPERTS)[number]>, keyOf: KeyOf): ExpertsMlp => {
  const sharedFfn = f.sharedFfn ?? (f.sharedExperts ?? 0) * f.expertFfn;
  return expertsMlp(f, f.expertFfn, keyOf, {
    ...(sharedFfn > 0 && { sharedFfn }),
    routerBias: f.routerBias ?? false,
    ...(f.latentDim !== undefined && { latentDim: f.latentDim }),
    ...(f.latentDim !== undefined && f.latentNorm && { latentNorm: true }),
  });
};

export const stateFormat = ({ stateFormat: said }: Fields): { readonly state?: StateFormat } =>
  said === 'float16' ? { state: 'f16' } : said === 'bfloat16' ? { state: 'bf16' } : {};

export const DELTA = ['stateHeads', 'stateKeyHeads', 'stateKeyDim', 'stateValueDim', 'convolution'] as const;

export function deltaAttention(f: Known<(typeof DELTA)[number]>, keyOf: KeyOf): DeltaAttention {
  const { stateHeads: valueHeads, stateKeyHeads: keyHeads, stateKeyDim: keyDim, stateValueDim: valueDim } = f;
  if (valueHeads % keyHeads !== 0) {
    throw new ModelFileError(
      `${keyOf('stateKeyHeads')} must divide ${keyOf('stateHeads')}; got ${keyHeads} and ${valueHeads}`,
    );
  }
  return { kind: 'delta', keyHeads, valueHeads, keyDim, valueDim, convolution: f.convolution, ...stateFormat(f) };
}

/** The biases of the norms before attention and MLP, and of the one behind all layers. */
export const normBiases = ({ hidden = 0 }: Fields): Extra[] => [
  vector('attention norm bias', hidden),
  vector('mlp norm bias', hidden),
];
export const finalBias = ({ hidden = 0 }: Fields): Extra[] => [vector('final norm bias', hidden)];

/** A part that a layer does not have. */
export const NONE = { kind: 'none' } as const;

/** Whether a layer slides where every other one does, beginning with the first. */
export const slidesEvenly = (layer: number): boolean => layer % 2 === 0;
