/**
 * DeepSeek, and what has its latents (MLA): Kimi, GLM-5, Mistral 4.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`, `configuration_<type>.py`).
 */

import {
  type CompressedAttention,
  type DeltaAttention,
  type Extra,
  type Indexer,
  type LatentAttention,
  vector,
} from '../../models/model.ts';
import type { KeyOf, Known } from '../fields.ts';
import { ModelFileError } from '../source.ts';
import { type Architecture, architecture, BASE, layerByLayer, layerTypes } from './architecture.ts';
import { type Config, cutTo, isGiven, kindsOf, type ModelType, numberOr, OBJECT, shape, withDefaults } from './keys.ts';
import { deepseekExperts, deltaAttention, EXPERTS, hasExperts, LATENT, mlps } from './parts.ts';

export function latentAttention(f: Known<(typeof LATENT)[number]>, keyOf: KeyOf): LatentAttention {
  const { queryHeads: heads, queryRank, kvRank, nopeDim, ropeDim, valueDim } = f;
  if (f.qkvBias || f.outputBias) throw new ModelFileError(`${keyOf('qkvBias')} must be false with MLA; got true`);
  return {
    ...{ kind: 'latent', heads, kvRank, nopeDim, ropeDim, valueDim },
    ...(queryRank !== undefined && { queryRank }),
    ...(f.outputGate && { outputGate: true }),
  };
}

/** DeepSeek-V2, V3 and R1, and Kimi K2. */
export const deepseek = architecture(
  [...BASE, ...LATENT, ...EXPERTS, 'sharedExperts', 'denseLayers'] as const,
  (f, keyOf) => {
    const attention = latentAttention(f, keyOf);
    const mlp = mlps(f, keyOf, deepseekExperts(f, keyOf), (layer) => layer >= f.denseLayers);
    return layerByLayer(f, (layer) => ({ attention, mlp: mlp(layer) }));
  },
);

/** DeepSeek V3.2 and GLM-5: DeepSeek V3 with an indexer, which some layers of GLM-5.2 take over from a layer before. */
export const sparseDeepseek = architecture(
  [...BASE, ...LATENT, ...EXPERTS, 'sharedExperts', 'queryRank', 'indexHeads', 'indexDim', 'picks'] as const,
  (f, keyOf) => {
    const { picks, queryRank, denseLayers = 0 } = f;
    const indexer: Indexer = { heads: f.indexHeads, dim: f.indexDim, queryRank };
    const shared: LatentAttention = { ...latentAttention(f, keyOf), picks };
    const full: LatentAttention = { ...shared, indexer };
    const types = layerTypes(f, 'indexerTypes', ['full', 'shared'], keyOf);
    const has = hasExperts(f, keyOf, (layer) => layer >= denseLayers);
    const mlp = mlps(f, keyOf, deepseekExperts(f, keyOf), has);
    return layerByLayer(f, (layer) => ({
      attention: types?.[layer] === 'shared' ? shared : full,
      mlp: mlp(layer),
    }));
  },
);

/** DeepSeek V4. Its streams are mixed by hyper-connections, whose matrices read all of them. */
export const deepseekV4: Architecture = {
  ...architecture(
    [
      ...[...BASE, ...EXPERTS, 'queryHeads', 'headDim', 'queryRank', 'window', 'ratios', 'streams'],
      ...['outputGroups', 'outputRank', 'indexHeads', 'indexDim', 'picks', 'sharedExperts'],
    ] as FourFields,
    (f, keyOf) => {
      const { queryHeads: heads, headDim, queryRank, window, outputGroups, outputRank, hidden, streams } = f;
      if ((heads * headDim) % outputGroups !== 0) {
        throw new ModelFileError(
          `${keyOf('outputGroups')} must divide the width of all heads, ${heads * headDim}; got ${outputGroups}`,
        );
      }
      if (f.ratios.length !== f.layers) {
        throw new ModelFileError(`${keyOf('ratios')} must name ${f.layers} layers; it names ${f.ratios.length}`);
      }
      const sliding: CompressedAttention = {
        ...{ kind: 'compressed', heads, headDim, queryRank, window, outputGroups, outputRank },
      };
      const indexer: Indexer = { heads: f.indexHeads, dim: f.indexDim, queryRank };
      // Only entries of few positions are so many that an indexer picks among them.
      const attention = (ratio: number): CompressedAttention => {
        if (ratio === 0) return sliding;
        return ratio === INDEXED_RATIO ? { ...sliding, ratio, indexer, picks: f.picks } : { ...sliding, ratio };
      };
      const experts = { ...deepseekExperts(f, keyOf), routerBias: true };
      const hashed = { ...experts, routerBias: false };
      const extras = ['attention', 'mlp'].flatMap((part) => streamMixer(`${part} streams`, hidden, streams));
      const types = layerTypes(f, 'mlpTypes', ['hash_moe', 'moe'], keyOf);
      // The first layers pick experts by the token itself, and have no bias.
      return layerByLayer(f, (layer) => ({
        attention: attention(f.ratios[layer] ?? 0),
        mlp: (types ? types[layer] === 'hash_moe' : layer < (f.denseLayers ?? 0)) ? hashed : experts,
        extras,
      }));
    },
  ),
  extras: ({ hidden = 0, streams = 0 }) => [
    { name: 'streams out', rows: streams, columns: streams * hidden },
    vector('streams out base', streams + 1),
  ],
};

type FourFields = readonly (
  | 'layers'
  | 'hidden'
  | 'vocabulary'
  | 'experts'
  | 'activeExperts'
  | 'expertFfn'
  | 'queryHeads'
  | 'headDim'
  | 'queryRank'
  | 'window'
  | 'ratios'
  | 'streams'
  | 'outputGroups'
  | 'outputRank'
  | 'indexHeads'
  | 'indexDim'
  | 'picks'
  | 'sharedExperts'
)[];

/** Positions of a compressed entry in layers with an indexer. */
const INDEXED_RATIO = 4;

/** What a hyper-connection reads of `streams` streams: weights to collapse, expand and mix them, and their bases. */
const streamMixer = (name: string, hidden: number, streams: number): Extra[] => {
  const weights = (2 + streams) * streams;
  return [{ name, rows: weights, columns: streams * hidden }, vector(`${name} base`, weights + 3)];
};

/** Kimi Linear and K3: linear attention with a decay of each channel, MLA in some layers. */
export const kimiLinear: Architecture = {
  ...architecture(
    [...BASE, ...LATENT, ...EXPERTS, 'stateHeads', 'stateKeyDim', 'convolution', 'layerTypes', 'denseLayers'] as const,
    (f, keyOf) => {
      const { stateHeads, stateKeyDim } = f;
      const types = layerTypes(f, 'layerTypes', ['linear_attention', 'full_attention'], keyOf);
      const linear: DeltaAttention = {
        ...deltaAttention({ ...f, stateKeyHeads: stateHeads, stateValueDim: stateKeyDim }, keyOf),
        decayRank: stateKeyDim,
        ...(!f.fullRankGate && { gateRank: stateKeyDim }),
      };
      const full = latentAttention(f, keyOf);
      const mlp = mlps(f, keyOf, deepseekExperts(f, keyOf), (layer) => layer >= f.denseLayers);
      const extras: Extra[] =
        f.residualBlock === undefined ? [] : ['attention', 'mlp'].flatMap(blockResidual(f.hidden));
      return layerByLayer(f, (layer) => ({
        attention: types?.[layer] === 'full_attention' ? full : linear,
        mlp: mlp(layer),
        ...(extras.length > 0 && { extras }),
      }));
    },
  ),
  extras: ({ residualBlock, hidden = 0 }) => (residualBlock === undefined ? [] : blockResidual(hidden)('output')),
};

/** What weighs the outputs of the blocks before, in Kimi K3: a norm and a vector. */
const blockResidual =
  (hidden: number) =>
  (name: string): Extra[] => [
    vector(`${name} residual norm`, hidden),
    { name: `${name} residual`, rows: 1, columns: hidden },
  ];

const DEEPSEEK_V3: ModelType = {
  architecture: deepseek,
  defaults: { routerBias: true },
  wrapped: {
    ...shape(61, 7168, 18_432, 129_280, 128),
    ...{ moe_intermediate_size: 2048, n_shared_experts: 1, n_routed_experts: 256, num_experts_per_tok: 8 },
    ...{ kv_lora_rank: 512, q_lora_rank: 1536, qk_rope_head_dim: 64, v_head_dim: 128, qk_nope_head_dim: 128 },
    first_k_dense_replace: 3,
  },
};

const SPARSE_DEEPSEEK: ModelType = {
  architecture: sparseDeepseek,
  defaults: { routerBias: true },
  derive: (config) => ({ ...sharedIndexers(config) }),
};

const DEEPSEEK_V4: ModelType = {
  architecture: deepseekV4,
  defaults: { sharedExperts: 1, denseLayers: 3 },
  derive: ratiosOfTypes,
};

const KIMI_LINEAR: ModelType = {
  architecture: kimiLinear,
  defaults: { routerBias: true, denseLayers: 1, convolution: 4, stateHeads: 32, stateKeyDim: 128 },
  derive: kimiLayers,
};

/** GLM-5.2's schedule of indexers: after `index_skip_topk_offset` layers, one in `index_topk_freq` has its own. */
function sharedIndexers(config: Config): Config {
  if (isGiven(config.indexer_types)) return {};
  const [frequency, offset] = [numberOr(config.index_topk_freq, 1), numberOr(config.index_skip_topk_offset, 2)];
  const pattern = config.index_topk_pattern;
  if (typeof pattern === 'string') {
    return { indexer_types: kindsOf(config, (layer) => (pattern[layer] === 'S' ? 'shared' : 'full')) };
  }
  const isFull = (layer: number): boolean => Math.max(layer - offset + 1, 0) % Math.max(frequency, 1) === 0;
  return { indexer_types: kindsOf(config, (layer) => (isFull(layer) ? 'full' : 'shared')) };
}

const RATIOS: Readonly<Record<string, number>> = {
  sliding_attention: 0,
  compressed_sparse_attention: 4,
  heavily_compressed_attention: 128,
};

function ratiosOfTypes(config: Config): Config {
  const { layer_types: types, compress_ratios: ratios } = config;
  if (!isGiven(ratios) && Array.isArray(types)) {
    return { compress_ratios: types.map((type) => RATIOS[String(type)] ?? null) };
  }
  return cutTo(config, ['compress_ratios']);
}

/** Layers of Kimi Linear, which the config counts from 1. */
function kimiLayers(config: Config): Config {
  const linear = OBJECT.safeParse(config.linear_attn_config);
  const full = linear.success ? linear.data.full_attn_layers : undefined;
  if (!Array.isArray(full)) return {};
  const at = new Set<unknown>(full);
  return { layer_types: kindsOf(config, (layer) => (at.has(layer + 1) ? 'full_attention' : 'linear_attention')) };
}

export const TYPES = withDefaults(
  {
    deepseek_v2: { architecture: deepseek },
    deepseek_v3: DEEPSEEK_V3,
    kimi_k2: DEEPSEEK_V3,
    mistral4: { architecture: deepseek, defaults: { denseLayers: 0, sharedExperts: 1 } },
    glm4_moe_lite: { ...DEEPSEEK_V3, defaults: { routerBias: true, denseLayers: 1 } },
    deepseek_v32: SPARSE_DEEPSEEK,
    glm_moe_dsa: SPARSE_DEEPSEEK,
    deepseek_v4: DEEPSEEK_V4,
    deepseek_ref: DEEPSEEK_V4,
    kimi_linear: KIMI_LINEAR,
    kimi_k3: KIMI_LINEAR,
  },
  {
    deepseek_v3: { queryRank: 1536 },
    glm4_moe_lite: { queryRank: 768 },
    mistral4: { queryRank: 1024 },
    kimi_linear: { sharedExperts: 1 },
  },
);
