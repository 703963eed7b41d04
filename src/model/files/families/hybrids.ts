/**
 * Models with Mamba-2 or another recurrent state beside attention.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`, `configuration_<type>.py`).
 */

import { MAX_LAYERS } from '../../../../results/record/bounds.ts';
import {
  type Attention,
  type Layer,
  type MambaMixer,
  type Mlp,
  type RecurrentMixer,
  type StateFormat,
  vector,
} from '../../models/model.ts';
import { complete, type Known } from '../fields.ts';
import { architecture, BASE, GROUPED, layerByLayer, layerTypes } from './architecture.ts';
import { type Config, isGiven, kindsOf, type ModelType, numberOr, shape, withDefaults } from './keys.ts';
import {
  deepseekExperts,
  denseMlp,
  EXPERTS,
  expertsMlp,
  groupedAttention,
  hasExperts,
  mlps,
  NONE,
  stateFormat,
} from './parts.ts';

const MAMBA = ['stateHeads', 'stateValueDim', 'stateGroups', 'stateKeyDim', 'convolution'] as const;

const mambaMixer = (f: Known<(typeof MAMBA)[number]>): MambaMixer => ({
  ...{ kind: 'mamba', heads: f.stateHeads, headDim: f.stateValueDim, groups: f.stateGroups, stateDim: f.stateKeyDim },
  convolution: f.convolution,
  ...(f.convolutionBias && { convolutionBias: true }),
  ...(f.stateBias && { biases: true }),
  ...(f.stateNorm !== false && { norm: true }),
  ...stateFormat(f),
});

/** Nemotron-H and Nemotron 3: each layer is Mamba-2, attention, an MLP or experts. */
export const nemotronH = architecture([...BASE, ...MAMBA, 'queryHeads', 'layerTypes'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const types = layerTypes(f, 'layerTypes', ['mamba', 'attention', 'mlp', 'moe'], keyOf) ?? [];
  const attention = (): Attention => groupedAttention(rest, keyOf, () => false)(0);
  const mlp = (): Mlp => ({ ...denseMlp(complete(f, ['ffn'], keyOf)), ungated: true });
  const moe = (): Mlp => ({
    ...deepseekExperts({ routerBias: true, ...complete(f, EXPERTS, keyOf) }, keyOf),
    ungated: true,
  });
  const kinds: Readonly<Record<string, () => Layer>> = {
    mamba: () => ({ attention: mambaMixer(f), mlp: NONE }),
    attention: () => ({ attention: attention(), mlp: NONE }),
    mlp: () => ({ attention: NONE, mlp: mlp() }),
    moe: () => ({ attention: NONE, mlp: moe() }),
  };
  const made = new Map([...new Set(types)].map((type) => [type, kinds[type]?.()]));
  return types.flatMap((type) => made.get(type) ?? []);
});

/** Falcon-H1: attention and Mamba-2 side by side in each layer. */
export const falconH1 = architecture([...GROUPED, ...MAMBA] as const, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, () => false);
  const beside = mambaMixer(f);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), beside, mlp: denseMlp(f) }));
});

/** Granite 4: Mamba-2 or attention in each layer, then experts beside a shared MLP, or that MLP alone. */
export const graniteHybrid = architecture([...GROUPED, ...MAMBA, 'layerTypes'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const types = layerTypes(f, 'layerTypes', ['mamba', 'attention'], keyOf) ?? [];
  const [attention, mamba] = [groupedAttention(rest, keyOf, () => false)(0), mambaMixer(f)];
  const sharedFfn = f.sharedFfn ?? 0;
  const mlp: Mlp = f.experts
    ? expertsMlp(complete(f, ['experts', 'activeExperts'], keyOf), f.ffn, keyOf, sharedFfn > 0 ? { sharedFfn } : {})
    : { kind: 'dense', ffn: f.sharedFfn ?? f.ffn };
  return layerByLayer(f, (layer) => ({ attention: types[layer] === 'mamba' ? mamba : attention, mlp }));
});

const PATTERN: Readonly<Record<string, string>> = { M: 'mamba', '*': 'attention', '-': 'mlp', E: 'moe' };
const ALIASES: Readonly<Record<string, string>> = { full_attention: 'attention', linear_attention: 'mamba' };

function nemotronLayers(config: Config): Config {
  const { hybrid_override_pattern: pattern, layers_block_type: types = config.layer_types } = config;
  const list =
    typeof pattern === 'string'
      ? [...pattern.slice(0, MAX_LAYERS + 1)].map((letter) => PATTERN[letter] ?? letter)
      : Array.isArray(types)
        ? types.map((type) => ALIASES[String(type)] ?? type)
        : undefined;
  // The list counts: the number of layers is there for old programs.
  return list === undefined ? {} : { layer_types: list, num_hidden_layers: list.length };
}

/** The number of heads or their width, where the config leaves one of them to the expansion. */
function mambaHeads(config: Config, key: string): Config {
  const inner = numberOr(config[key], numberOr(config.mamba_expand, 2) * numberOr(config.hidden_size, 0));
  const heads = numberOr(config.mamba_n_heads, 128);
  const types = config.layer_types;
  return {
    mamba_d_head: typeof config.mamba_d_head === 'number' ? config.mamba_d_head : Math.floor(inner / heads),
    ...(Array.isArray(types) && { layer_types: types.map((type) => ALIASES[String(type)] ?? type) }),
  };
}

/** LFM2: a short convolution between two gates in most layers, experts in the larger ones. */
const lfm2 = architecture([...BASE, 'queryHeads', 'convolution', 'layerTypes'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const { hidden, convolution: size } = f;
  const types = layerTypes(f, 'layerTypes', ['conv', 'full_attention'], keyOf) ?? [];
  const attention = groupedAttention(rest, keyOf, () => false, { headNorms: true })(0);
  const convolution: RecurrentMixer = {
    kind: 'recurrent',
    tensors: [
      { name: 'convolution in', rows: 3 * hidden, columns: hidden },
      vector('convolution', size * hidden),
      { name: 'convolution out', rows: hidden, columns: hidden },
      ...(f.convolutionBias
        ? [
            vector('convolution in bias', 3 * hidden),
            vector('convolution bias', hidden),
            vector('convolution out bias', hidden),
          ]
        : []),
    ],
    states: [{ values: (size - 1) * hidden, format: 'bf16' }],
    operations: 2 * size * hidden,
  };
  const dense = denseMlp(complete(f, ['ffn'], keyOf));
  const mlp = f.experts
    ? mlps(
        f,
        keyOf,
        deepseekExperts({ routerBias: true, ...complete(f, EXPERTS, keyOf) }, keyOf),
        (layer) => layer >= (f.denseLayers ?? 0),
      )
    : () => dense;
  return layerByLayer(f, (layer) => ({
    attention: types[layer] === 'conv' ? convolution : attention,
    mlp: mlp(layer),
  }));
});

/** The width of LFM2's MLPs, which its config gives for one without a gate. */
function lfm2Config(config: Config): Config {
  const given = numberOr(config.block_ff_dim, numberOr(config.intermediate_size, 0));
  const multiple = Math.max(numberOr(config.block_multiple_of, 256), 1);
  const factor = config.block_ffn_dim_multiplier === null ? undefined : numberOr(config.block_ffn_dim_multiplier, 1);
  const narrow = Math.floor((2 * given) / 3);
  const wide = factor === undefined ? narrow : multiple * Math.ceil(Math.floor(factor * narrow) / multiple);
  const full = Array.isArray(config.full_attn_idxs) ? new Set<unknown>(config.full_attn_idxs) : undefined;
  return {
    intermediate_size: config.block_auto_adjust_ff_dim === false ? given : wide,
    ...(!isGiven(config.layer_types) && {
      layer_types: kindsOf(config, (layer) => (full === undefined || full.has(layer) ? 'full_attention' : 'conv')),
    }),
    tie_word_embeddings: config.tie_embedding ?? config.tie_word_embeddings,
  };
}

/** Mamba-1 (arXiv 2312.00752); Jamba norms what the state's input and output are made of. */
export function mamba1(
  f: Known<'hidden' | 'stateKeyDim' | 'convolution' | 'stateRank'>,
  { norms, format }: { readonly norms: boolean; readonly format: StateFormat },
): RecurrentMixer {
  const { hidden, stateKeyDim: state, convolution, stateRank: rank, stateExpand: expand = 2 } = f;
  const inner = expand * hidden;
  return {
    kind: 'recurrent',
    tensors: [
      { name: 'mamba in', rows: 2 * inner, columns: hidden },
      vector('convolution', convolution * inner),
      ...(f.convolutionBias ? [vector('convolution bias', inner)] : []),
      { name: 'state in', rows: rank + 2 * state, columns: inner },
      { name: 'step', rows: inner, columns: rank },
      vector('step bias', inner),
      vector('decay rate', inner * state),
      vector('skip', inner),
      ...(norms ? [vector('state norms', rank + 2 * state)] : []),
      { name: 'mamba out', rows: hidden, columns: inner },
    ],
    states: [
      { values: (convolution - 1) * inner, format: 'bf16' },
      { values: inner * state, format },
    ],
    operations: 5 * inner * state + 2 * convolution * inner,
  };
}

/** Jamba: Mamba-1 but for some layers, and experts in each second one. */
const jamba = architecture(
  [...GROUPED, 'stateKeyDim', 'convolution', 'stateRank', 'layerTypes', 'mlpTypes'] as const,
  (f, keyOf) => {
    const { layerTypes: _, ...rest } = f;
    const types = layerTypes(f, 'layerTypes', ['mamba', 'attention'], keyOf) ?? [];
    const attention = groupedAttention(rest, keyOf, () => false)(0);
    const mamba = mamba1(f, { norms: true, format: 'f32' });
    const experts = expertsMlp(complete(f, ['experts', 'activeExperts'], keyOf), f.ffn, keyOf);
    const mlp = mlps(
      f,
      keyOf,
      experts,
      hasExperts(f, keyOf, () => false),
    );
    return layerByLayer(f, (layer) => ({ attention: types[layer] === 'mamba' ? mamba : attention, mlp: mlp(layer) }));
  },
);

/** The rank of Mamba-1's steps, which configs leave to the width. */
export const mamba1Rank = ({ mamba_dt_rank: given, hidden_size: hidden }: Config): Config => ({
  mamba_dt_rank: typeof given === 'number' ? given : Math.ceil(numberOr(hidden, 0) / 16),
});

/** Jamba's layers by periods and offsets. */
function jambaConfig(config: Config): Config {
  const at = (what: string, period: number, offset: number) => (layer: number) =>
    layer % Math.max(numberOr(config[`${what}_layer_period`], period), 1) ===
    numberOr(config[`${what}_layer_offset`], offset);
  const [attends, hasMany] = [at('attn', 8, 4), at('expert', 2, 1)];
  return {
    layer_types: kindsOf(config, (layer) => (attends(layer) ? 'attention' : 'mamba')),
    mlp_layer_types: kindsOf(config, (layer) =>
      hasMany(layer) && numberOr(config.num_experts, 16) > 1 ? 'sparse' : 'dense',
    ),
    ...mamba1Rank(config),
  };
}

/** Bamba: Mamba-2 but for some layers, each with a dense MLP. */
const bamba = architecture([...GROUPED, ...MAMBA, 'layerTypes'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const types = layerTypes(f, 'layerTypes', ['mamba', 'attention'], keyOf) ?? [];
  const [attention, mamba] = [groupedAttention(rest, keyOf, () => false)(0), mambaMixer(f)];
  const mlp = denseMlp(f);
  return layerByLayer(f, (layer) => ({ attention: types[layer] === 'mamba' ? mamba : attention, mlp }));
});

/** Mamba-2 alone. */
const mamba2 = architecture([...BASE, ...MAMBA] as const, (f) => {
  const attention = mambaMixer(f);
  return layerByLayer(f, () => ({ attention, mlp: NONE }));
});

/** MiniMax-01 and M1: linear attention without a decay of its own (lightning), and attention in each eighth layer. */
const minimax1 = architecture([...GROUPED, 'experts', 'activeExperts', 'layerTypes'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const types = layerTypes(f, 'layerTypes', ['linear_attention', 'full_attention'], keyOf) ?? [];
  const full = groupedAttention(rest, keyOf, () => false)(0);
  const { hidden } = f;
  const [heads, dim] = [full.queryHeads, full.headDim];
  const width = heads * dim;
  const linear: RecurrentMixer = {
    kind: 'recurrent',
    tensors: [
      { name: 'qkv', rows: 3 * width, columns: hidden },
      { name: 'output gate', rows: width, columns: hidden },
      vector('state norm', width),
      { name: 'output', rows: hidden, columns: width },
    ],
    states: [{ values: heads * dim * dim, format: 'f32' }],
    operations: 5 * heads * dim * dim,
  };
  const mlp = expertsMlp(f, f.ffn, keyOf);
  return layerByLayer(f, (layer) => ({ attention: types[layer] === 'full_attention' ? full : linear, mlp }));
});

/** Layers of MiniMax-01: a list of 1 for each with attention, or every other one. */
function minimax1Layers(config: Config): Config {
  const { attn_type_list: list, layer_types: types } = config;
  if (isGiven(types)) return {};
  return {
    layer_types: Array.isArray(list)
      ? list.map((is) => (is === 1 ? 'full_attention' : 'linear_attention'))
      : kindsOf(config, (layer) => (layer % 2 === 0 ? 'full_attention' : 'linear_attention')),
  };
}

const MINIMAX_1: ModelType = { architecture: minimax1, derive: minimax1Layers };

const BAMBA_LAYERS = (config: Config): Config => {
  const at = new Set<unknown>(Array.isArray(config.attn_layer_indices) ? config.attn_layer_indices : []);
  return { layer_types: kindsOf(config, (layer) => (at.has(layer) ? 'attention' : 'mamba')) };
};

export const TYPES = withDefaults(
  {
    nemotron_h: { architecture: nemotronH, defaults: { headDim: 128 }, derive: nemotronLayers },
    falcon_h1: {
      architecture: falconH1,
      defaults: { stateNorm: false, convolutionBias: true },
      derive: (config) => mambaHeads(config, 'mamba_d_ssm'),
    },
    granitemoehybrid: {
      architecture: graniteHybrid,
      defaults: { convolutionBias: true, stateNorm: true },
      derive: (config) => ({
        ...mambaHeads(config, 'mamba_d_ssm'),
      }),
    },
    lfm2: {
      architecture: lfm2,
      defaults: { convolution: 3, tied: true },
      derive: lfm2Config,
      wrapped: shape(32, 2560, 12_288, 65_536, 32, 8),
    },
    lfm2_moe: {
      architecture: lfm2,
      defaults: { convolution: 3, tied: true, denseLayers: 2 },
      derive: (config) => ({ tie_word_embeddings: config.tie_embedding ?? config.tie_word_embeddings }),
    },
    jamba: {
      architecture: jamba,
      defaults: { convolution: 4, stateKeyDim: 16, convolutionBias: true, experts: 16, activeExperts: 2 },
      derive: jambaConfig,
    },
    bamba: {
      architecture: bamba,
      defaults: { convolutionBias: true },
      derive: (config) => ({ ...mambaHeads(config, 'mamba_d_ssm'), ...BAMBA_LAYERS(config) }),
    },
    mamba2: {
      architecture: mamba2,
      defaults: { convolutionBias: true },
      derive: ({ num_heads, head_dim, state_size, use_bias }) => ({
        ...{ mamba_n_heads: num_heads, mamba_d_head: head_dim, mamba_d_state: state_size, mamba_proj_bias: use_bias },
        head_dim: null,
      }),
    },
    minimax: MINIMAX_1,
    minimax_text_01: MINIMAX_1,
    minimax_m1: MINIMAX_1,
  },
  {
    nemotron_h: { kvHeads: 8, convolutionBias: true },
    falcon_h1: { kvHeads: 8, convolution: 4, stateKeyDim: 256, stateHeads: 128, stateGroups: 1 },
    bamba: { convolution: 4, stateKeyDim: 256, stateHeads: 128, stateGroups: 1 },
    granitemoehybrid: {
      experts: 8,
      sharedFfn: 1024,
      convolution: 4,
      stateKeyDim: 256,
      stateHeads: 128,
      stateGroups: 1,
    },
    lfm2: { kvHeads: 8 },
    jamba: { kvHeads: 8 },
    minimax: { kvHeads: 8 },
  },
);
