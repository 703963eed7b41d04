/**
 * Llama and its like, and what pruning made of it.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`, `configuration_<type>.py`).
 */

import { MAX_LAYERS } from '../../../../results/record/bounds.ts';
import type { Attention, GroupedAttention, Mlp } from '../../models/model.ts';
import { complete } from '../fields.ts';
import { type Architecture, architecture, BASE, GROUPED, layerByLayer } from './architecture.ts';
import { type Config, type ModelType, numberOr, OBJECT, shape, withDefaults } from './keys.ts';
import { deepseekExperts, denseMlp, EXPERTS, expertsMlp, groupedAttention, mlps, NONE } from './parts.ts';

/** Layers of Llama's kind. If there is a window, every layer has it. */
const llamas = (traits: Partial<GroupedAttention>): Architecture =>
  architecture(GROUPED, (f, keyOf) => {
    const attention = groupedAttention(f, keyOf, () => f.window !== undefined, traits);
    const mlp = f.experts
      ? expertsMlp(complete(f, ['experts', 'activeExperts'], keyOf), f.expertFfn ?? f.ffn, keyOf)
      : denseMlp(f);
    return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp }));
  });

/** Llama, Mistral and Mixtral. */
export const llama = llamas({});
/** Phi-3 and Phi-4. */
export const phi3 = llamas({ qkvInOne: true });

/** Nemotron-NAS: layers of Llama that lost heads, width, or attention or MLP as a whole. 0 stands for one that is gone. */
export const nemotronNas = architecture([...BASE, 'queryHeads', 'kvHeadsOf', 'ffnOf'] as const, (f, keyOf) => {
  const attention = (kvHeads: number): Attention => {
    if (kvHeads === 0) return NONE;
    return kvHeads === LINEAR ? { kind: 'linear' } : groupedAttention({ ...f, kvHeads }, keyOf, () => false)(0);
  };
  const mlp = (ffn: number): Mlp => {
    if (ffn === 0) return NONE;
    return ffn === LINEAR ? { kind: 'linear' } : { kind: 'dense', ffn };
  };
  return layerByLayer(f, (layer) => ({
    attention: attention(f.kvHeadsOf[layer] ?? 0),
    mlp: mlp(f.ffnOf[layer] ?? 0),
  }));
});

/** Stands for a matrix in place of attention or an MLP, in lists of heads and widths. */
export const LINEAR = 2 ** 31 - 1;

/** ERNIE 4.5 with experts. */
export const ernieMoe = architecture([...GROUPED, ...EXPERTS] as const, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, () => false);
  const experts = deepseekExperts({ routerBias: true, ...f }, keyOf);
  const mlp = mlps(f, keyOf, experts, (layer) => layer >= (f.denseLayers ?? 1));
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: mlp(layer) }));
});

const LLAMA: ModelType = { architecture: llama, wrapped: shape(32, 4096, 11_008, 32_000, 32) };

/** Heads and widths of the layers of nemotron-nas. Source: its `modeling_decilm.py`, `_ffn_mult_to_intermediate_size`. */
function nasLayers(config: Config): Config {
  const blocks = config.block_configs;
  if (!Array.isArray(blocks) || blocks.length > MAX_LAYERS) return {};
  const [heads, hidden] = [numberOr(config.num_attention_heads, 0), numberOr(config.hidden_size, 0)];
  const part = (block: unknown, name: string): Config => {
    const own = OBJECT.safeParse(OBJECT.safeParse(block).data?.[name]);
    return own.success ? own.data : {};
  };
  const kvHeads = (of: Config): unknown => {
    if (of.no_op === true) return 0;
    if (of.replace_with_linear === true) return LINEAR;
    return of.num_key_value_heads ?? (typeof of.n_heads_in_group === 'number' ? heads / of.n_heads_in_group : null);
  };
  const width = (of: Config): unknown => {
    if (of.no_op === true) return 0;
    if (of.replace_with_linear === true) return LINEAR;
    const ffn = Math.floor((2 * numberOr(of.ffn_mult, 0) * hidden) / 3);
    return of.intermediate_size ?? (of.ffn_mult === undefined ? null : Math.ceil(ffn / 256) * 256);
  };
  return {
    num_key_value_heads: null,
    kv_heads_of_layers: blocks.map((block) => kvHeads(part(block, 'attention'))),
    ffn_of_layers: blocks.map((block) => width(part(block, 'ffn'))),
  };
}

export const TYPES = withDefaults(
  {
    llama: LLAMA,
    mistral: {
      architecture: llama,
      defaults: { window: 4096 },
      wrapped: shape(32, 4096, 14_336, 32_000, 32, 8),
    },
    mixtral: { architecture: llama, wrapped: { ...shape(32, 4096, 14_336, 32_000, 32, 8), num_local_experts: 8 } },
    phi3: { architecture: phi3, wrapped: shape(32, 3072, 8192, 32_064, 32) },
    // The adapters for pictures and sound beside Phi-4-mini are not read for text.
    phi4_multimodal: { architecture: phi3 },
    phi4mm: { architecture: phi3 },
    ministral: { architecture: llama, defaults: { window: 4096 } },
    ministral3: {
      architecture: llama,
      defaults: { headDim: 128 },
      wrapped: { ...shape(34, 4096, 14_336, 131_072, 32, 8), head_dim: 128 },
    },
    granite: LLAMA,
    granitemoe: LLAMA,
    smollm3: {
      architecture: llama,
      defaults: { tied: true },
      derive: () => ({ sliding_window: null, layer_types: null }),
    },
    seed_oss: { architecture: llama, defaults: { headDim: 128 } },
    ernie4_5: { architecture: llama, defaults: { headDim: 128, tied: true } },
    ernie4_5_moe: { architecture: ernieMoe, defaults: { sharedExperts: 2, tied: true } },
    'nemotron-nas': { architecture: nemotronNas, derive: nasLayers },
  },
  {
    mistral: { kvHeads: 8 },
    mixtral: { kvHeads: 8, experts: 8 },
    ministral: { kvHeads: 8 },
    ministral3: { kvHeads: 8 },
    granitemoe: { experts: 8 },
    smollm3: { kvHeads: 4 },
    seed_oss: { kvHeads: 8, qkvBias: true, outputBias: false },
    ernie4_5: { kvHeads: 2 },
    ernie4_5_moe: { kvHeads: 4 },
    phi4_multimodal: { kvHeads: 8 },
  },
);
