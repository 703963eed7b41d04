/**
 * Models with Mamba-2 or another recurrent state beside attention.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`, `configuration_<type>.py`).
 */

import { MAX_LAYERS } from '../../../../results/bounds.ts';
import type { Attention, Layer, MambaMixer, Mlp } from '../../models/model.ts';
import { complete, type Known } from '../fields.ts';
import { architecture, BASE, GROUPED, layerByLayer, layerTypes } from './architecture.ts';
import { type Config, type ModelType, numberOr } from './keys.ts';
import { deepseekExperts, denseMlp, EXPERTS, expertsMlp, groupedAttention, NONE, stateFormat } from './parts.ts';

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

export const TYPES: Readonly<Record<string, ModelType>> = {
  nemotron_h: { architecture: nemotronH, derive: nemotronLayers },
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
      layer_types: config.layer_types ?? config.layers_block_type,
    }),
  },
};
