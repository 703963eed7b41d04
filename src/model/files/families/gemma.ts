/**
 * Gemma 2 to 4.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`, `configuration_<type>.py`).
 */

import { type Attention, type Extra, type Mlp, vector } from '../../models/model.ts';
import { complete, type Fields } from '../fields.ts';
import { type Architecture, architecture, BASE, GROUPED, layerByLayer } from './architecture.ts';
import { everyNth, listOf, type ModelType, shape, withDefaults } from './keys.ts';
import { denseMlp, expertsMlp, groupedAttention, slidesEvenly } from './parts.ts';

export const gemma2 = architecture([...GROUPED, 'headDim'] as const, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, slidesEvenly);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f), outputNorms: true }));
});

export const gemma3 = architecture([...GROUPED, 'headDim'] as const, (f, keyOf) => {
  const slides = (layer: number): boolean => (layer + 1) % (f.globalEvery ?? 6) !== 0;
  const attention = groupedAttention(f, keyOf, slides, { headNorms: true });
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f), outputNorms: true }));
});

/** Gemma 4: wider heads and fewer KV heads in layers that do not slide, experts beside a dense MLP in some sizes. */
export const gemma4: Architecture = {
  ...architecture([...GROUPED, 'headDim', 'layerTypes'] as const, (f, keyOf) => {
    const { fullHeadDim = f.headDim, fullKvHeads = f.kvHeads, perLayerDim = 0, sharedKvLayers = 0 } = f;
    const slides = groupedAttention(f, keyOf, () => true, { headNorms: true });
    const valuesOfKeys = f.valuesOfKeys === true;
    const full = groupedAttention(
      { ...f, headDim: fullHeadDim, ...(valuesOfKeys && fullKvHeads !== undefined && { kvHeads: fullKvHeads }) },
      keyOf,
      () => false,
      { headNorms: true, ...(valuesOfKeys && { valuesOfKeys }) },
    );
    const isShared = (layer: number): boolean => layer >= f.layers - sharedKvLayers;
    const attention = (layer: number): Attention => {
      const own = (f.layerTypes[layer] === 'sliding_attention' ? slides : full)(layer);
      return isShared(layer) ? { ...own, readsCacheBefore: true } : own;
    };
    const ofLayers = perLayerInputs(f.hidden, perLayerDim);
    if (f.experts) {
      const known = complete(f, ['experts', 'activeExperts', 'expertFfn'], keyOf);
      const mlp = expertsMlp(known, f.expertFfn ?? f.ffn, keyOf, { sharedFfn: f.ffn });
      // The dense MLP and the experts have norms of their own, and the router scales.
      const extras: Extra[] = [
        ...['shared output norm', 'expert norm', 'expert output norm', 'router scale'].map((name) =>
          vector(name, f.hidden),
        ),
        vector('expert scale', known.experts),
        ...ofLayers,
      ];
      return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp, outputNorms: true, extras }));
    }
    const mlp = (layer: number): Mlp =>
      f.doubleWide && isShared(layer) ? { ...denseMlp(f), ffn: 2 * f.ffn } : denseMlp(f);
    return layerByLayer(f, (layer) => ({
      attention: attention(layer),
      mlp: mlp(layer),
      outputNorms: true,
      ...(ofLayers.length > 0 && { extras: ofLayers }),
    }));
  }),
  extras: perLayerEmbedding,
};

/** Gemma 3n: four streams, embeddings of each layer, and layers that read the cache of one before. */
export const gemma3n: Architecture = {
  ...architecture(
    [...BASE, 'queryHeads', 'headDim', 'layerTypes', 'ffnOf', 'perLayerDim', 'streams', 'laurelRank'] as const,
    (f, keyOf) => {
      const { hidden, streams, laurelRank, sharedKvLayers = 0, ffnOf } = f;
      const attention = groupedAttention(f, keyOf, () => false, { headNorms: true });
      const extras: Extra[] = [
        ...perLayerInputs(hidden, f.perLayerDim),
        vector('streams out scale', hidden),
        { name: 'streams correction', rows: streams, columns: streams },
        { name: 'streams prediction', rows: streams * streams, columns: streams },
        { name: 'streams router', rows: streams, columns: hidden },
        vector('streams norm', hidden),
        { name: 'laurel down', rows: laurelRank, columns: hidden },
        { name: 'laurel up', rows: hidden, columns: laurelRank },
        vector('laurel norm', hidden),
      ];
      return layerByLayer(f, (layer) => ({
        attention: {
          ...attention(layer),
          ...(layer >= f.layers - sharedKvLayers && { readsCacheBefore: true }),
        },
        mlp: { kind: 'dense', ffn: ffnOf[layer] ?? ffnOf[0] ?? 1 },
        outputNorms: true,
        extras,
      }));
    },
  ),
  extras: (f) => [
    ...perLayerEmbedding(f),
    ...['in', 'out'].map((side): Extra => {
      const { hidden = 0, streams = 1 } = f;
      return { name: `streams ${side}`, rows: hidden, columns: hidden, count: streams - 1 };
    }),
  ],
};

/** What a layer adds to the stream from its own embedding of the token. */
const perLayerInputs = (hidden: number, dim: number): Extra[] =>
  dim === 0
    ? []
    : [
        { name: 'layer input gate', rows: dim, columns: hidden },
        { name: 'layer input', rows: hidden, columns: dim },
        vector('layer input norm', hidden),
      ];

/** The embeddings of all layers, side by side, and the projection of the token's embedding that is added to them. */
function perLayerEmbedding({ layers = 0, hidden = 0, perLayerDim = 0, perLayerVocabulary = 0 }: Fields): Extra[] {
  if (perLayerDim === 0) return [];
  const columns = layers * perLayerDim;
  return [
    { name: 'layer embedding', rows: perLayerVocabulary, columns, kind: 'embedding' },
    { name: 'layer embedding projection', rows: columns, columns: hidden },
    vector('layer embedding norm', perLayerDim),
  ];
}

const GEMMA3: ModelType = {
  architecture: gemma3,
  defaults: { tied: true, vocabulary: 262_208, queryHeads: 8, kvHeads: 4, headDim: 256, window: 4096 },
  wrapped: shape(26, 2304, 9216, 262_208, 8, 4),
};

const GEMMA3N: ModelType = {
  architecture: gemma3n,
  defaults: {
    ...{ tied: true, headDim: 256, window: 512, perLayerDim: 256, perLayerVocabulary: 262_144 },
    ...{ streams: 4, laurelRank: 64, sharedKvLayers: 15 },
  },
  wrapped: shape(35, 2048, 16_384, 262_400, 8, 2),
  derive: (config) => ({
    ...everyNth(config, 5, 'full_attention', 'sliding_attention'),
    ffn_of_layers: listOf(config, 'intermediate_size'),
  }),
};

const GEMMA4: ModelType = {
  architecture: gemma4,
  defaults: {
    ...{ tied: true, headDim: 256, fullHeadDim: 512, window: 512 },
    ...{ perLayerDim: 256, perLayerVocabulary: 262_144 },
  },
  wrapped: shape(30, 2304, 9216, 262_144, 8, 4),
  derive: (config) => {
    const { layer_types: types } = { ...everyNth(config, 6, 'full_attention', 'sliding_attention'), ...config };
    const withLast = Array.isArray(types) ? [...types.slice(0, -1), 'full_attention'] : types;
    return { layer_types: withLast, ...(config.enable_moe_block !== true && { num_experts: null }) };
  },
};

export const TYPES = withDefaults(
  {
    gemma2: {
      architecture: gemma2,
      defaults: { tied: true, headDim: 256, window: 4096 },
      wrapped: shape(26, 2304, 9216, 256_000, 8, 4),
    },
    gemma3: GEMMA3,
    gemma3n: GEMMA3N,
    gemma4: GEMMA4,
  },
  {
    gemma2: { kvHeads: 4 },
    gemma3n: { kvHeads: 2 },
    gemma4: { kvHeads: 4 },
  },
);
