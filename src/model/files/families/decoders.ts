/**
 * Decoders of Llama's kind with traits of their own, of several makers.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`, `configuration_<type>.py`);
 * for `bailing_moe`, inclusionAI/Ling-mini-2.0 modeling_bailing_moe_v2.py.
 */

import { quoted } from '../../../../results/text/shown.ts';
import { type Extra, type GroupedAttention, type Layer, type Mlp, vector } from '../../models/model.ts';
import { complete, type Fields, type KeyOf, type Known } from '../fields.ts';
import { ModelFileError } from '../source.ts';
import { type Architecture, architecture, BASE, layerByLayer } from './architecture.ts';
import { latentAttention } from './deepseek.ts';
import { type Config, isGiven, kindsOf, localLayers, type ModelType, numberOr, shape, withDefaults } from './keys.ts';
import {
  deepseekExperts,
  denseMlp,
  EXPERTS,
  finalBias,
  groupedAttention,
  hasExperts,
  mlps,
  normBiases,
} from './parts.ts';

/** What sets a decoder apart from Llama. */
interface Traits extends Pick<GroupedAttention, 'headNorms' | 'outputGate'>, Pick<Layer, 'inputNorms' | 'outputNorms'> {
  /** Whether MLPs have no gate. */
  readonly ungated?: boolean;
  /** Whether a layer slides, where the file lists no types. Default: none does. */
  readonly slides?: (fields: Fields) => (layer: number) => boolean;
  /** Whether routers have biases, if the file does not say. */
  readonly routerBias?: boolean;
  /** Further tensors of each layer, and outside the layers. */
  readonly extras?: (fields: Fields) => readonly Extra[];
  readonly outside?: (fields: Fields) => readonly Extra[];
}

function decoder(traits: Traits): Architecture {
  const { ungated, routerBias = false, slides, extras, outside, headNorms, outputGate, ...norms } = traits;
  const ofAttention = { ...(headNorms !== undefined && { headNorms }), ...(outputGate && { outputGate }) };
  const made = architecture([...BASE, 'queryHeads'] as const, (f, keyOf) => {
    const { queryHeads } = f;
    const attention = groupedAttention(f, keyOf, slides?.(f) ?? (() => false), ofAttention);
    const mlp = mlpsOf(f, keyOf, { routerBias, ungated: ungated === true });
    const further = extras?.(f) ?? [];
    const heads = headsOf(f, keyOf);
    const ofLayer = (layer: number): GroupedAttention => ({
      ...attention(layer),
      queryHeads: heads?.[layer] ?? queryHeads,
    });
    return layerByLayer(f, (layer) => ({
      attention: ofLayer(layer),
      mlp: mlp(layer),
      ...norms,
      ...(further.length > 0 && { extras: further }),
    }));
  });
  return outside ? { ...made, extras: outside } : made;
}

/** The query heads of each layer, where the file lists them. */
function headsOf(f: Known<'layers' | 'queryHeads'>, keyOf: KeyOf): readonly number[] | undefined {
  const { headsOf: heads, layers, kvHeads = f.queryHeads } = f;
  if (heads === undefined) return undefined;
  if (heads.length === layers && heads.every((of) => of > 0 && of % kvHeads === 0)) return heads;
  throw new ModelFileError(
    `${keyOf('headsOf')} must have a multiple of ${kvHeads} for each of ${layers} layers; got ${quoted(heads)}`,
  );
}

/** Experts where the file has any, but for the first `denseLayers` layers or those that it lists. */
function mlpsOf(
  f: Known<'layers'>,
  keyOf: KeyOf,
  { routerBias, ungated }: { readonly routerBias: boolean; readonly ungated: boolean },
): (layer: number) => Mlp {
  const gates = ungated ? { ungated } : {};
  if (!f.experts) {
    const dense: Mlp = { ...denseMlp(complete(f, ['ffn'], keyOf)), ...gates };
    return () => dense;
  }
  // A file may give experts the plain width.
  const known = complete({ routerBias, ...f, expertFfn: f.expertFfn ?? f.ffn }, EXPERTS, keyOf);
  const experts = { ...deepseekExperts(known, keyOf), ...gates };
  const has = hasExperts(f, keyOf, (layer) => layer >= (f.denseLayers ?? 0));
  return mlps(f, keyOf, experts, has);
}

/** Whether all layers but each fourth slide. */
const slidesBut = (f: Fields) => (layer: number) => f.window !== undefined && (layer + 1) % (f.globalEvery ?? 4) !== 0;

const HUNYUAN: ModelType = { architecture: decoder({ headNorms: true }) };

const BAILING: ModelType = {
  architecture: decoder({ headNorms: true, routerBias: true }),
  derive: (config) => ({
    attention_bias: config.use_qkv_bias ?? config.use_bias,
    attention_out_bias: config.use_bias,
    // The first of its kind has neither norms of heads nor biases of routers.
    moe_use_aux_free: config.moe_router_enable_expert_bias ?? config.use_qk_norm === true,
  }),
};

/** Ling 1.x and 2.0 share a type; what tells them apart are the norms of heads. */
const BAILING_1: Architecture = decoder({});

const LAGUNA_OF_HEADS = decoder({ headNorms: true, outputGate: 'head', routerBias: true });
const LAGUNA_OF_VALUES = decoder({ headNorms: true, outputGate: 'value', routerBias: true });

/** Kinds of layers of Cohere's mixtures, whose first ones, without experts, have a pattern of their own. */
function prefixedLayers(config: Config): Config {
  if (isGiven(config.layer_types)) return {};
  const prefix = numberOr(config.first_k_dense_replace, 0);
  const [ofPrefix, ofRest] = [
    numberOr(config.prefix_dense_sliding_window_pattern, 1),
    numberOr(config.sliding_window_pattern, 4),
  ];
  const isFull = (layer: number): boolean =>
    layer < prefix ? (layer + 1) % ofPrefix === 0 : (layer - prefix + 1) % ofRest === 0;
  return { layer_types: kindsOf(config, (layer) => (isFull(layer) ? 'full_attention' : 'sliding_attention')) };
}

/** MLA with dense MLPs. */
const minicpm3 = architecture(
  [...BASE, 'queryHeads', 'kvRank', 'nopeDim', 'ropeDim', 'valueDim', 'ffn'] as const,
  (f, keyOf) => {
    const [attention, mlp] = [latentAttention(f, keyOf), denseMlp(f)];
    return layerByLayer(f, () => ({ attention, mlp }));
  },
);

export const TYPES = withDefaults(
  {
    apertus: {
      // The activation has two parameters.
      architecture: decoder({ headNorms: true, ungated: true, extras: () => [vector('activation', 2)] }),
    },
    arcee: { architecture: decoder({ ungated: true }) },
    bitnet: {
      architecture: decoder({
        extras: ({ hidden = 0, ffn = 0 }) => [vector('attention inner norm', hidden), vector('mlp inner norm', ffn)],
      }),
    },
    nemotron: {
      architecture: decoder({ ungated: true, extras: normBiases, outside: finalBias }),
    },
    phimoe: {
      architecture: decoder({
        extras: normBiases,
        outside: (f) => [...finalBias(f), ...(f.headBias ? [vector('head bias', f.vocabulary ?? 0)] : [])],
      }),
    },
    gemma: {
      architecture: decoder({}),
      defaults: { tied: true, headDim: 256 },
      wrapped: shape(28, 3072, 24_576, 256_000, 16),
    },
    internlm3: {
      architecture: decoder({}),
      derive: (config) => ({ attention_bias: config.qkv_bias, attention_out_bias: config.bias }),
    },
    granitemoeshared: { architecture: decoder({}) },
    olmoe: { architecture: decoder({ headNorms: 'all heads' }) },
    hunyuan_v1_dense: HUNYUAN,
    hunyuan_v1_moe: {
      ...HUNYUAN,
      // One shared MLP is as wide as an expert.
      derive: (config) => ({ moe_intermediate_size: config.intermediate_size, n_shared_experts: 1 }),
    },
    hy_v3: {
      architecture: decoder({ headNorms: true, routerBias: true }),
      defaults: { sharedExperts: 1, denseLayers: 1, headDim: 128 },
    },
    dots1: { architecture: decoder({ headNorms: true, routerBias: true }) },
    exaone_moe: {
      architecture: decoder({ headNorms: true, routerBias: true, slides: slidesBut }),
      defaults: { window: 4096, denseLayers: 1 },
      derive: localLayers,
    },
    afmoe: {
      architecture: decoder({
        ...{ headNorms: true, outputGate: 'value', outputNorms: true, routerBias: true, slides: slidesBut },
      }),
      defaults: { window: 1024, denseLayers: 1, headDim: 128 },
    },
    laguna: {
      architecture: {
        layers: (f, keyOf) => (f.gateOfValues ? LAGUNA_OF_VALUES : LAGUNA_OF_HEADS).layers(f, keyOf),
      },
      defaults: { denseLayers: 1, headDim: 128 },
      derive: ({ gating }) => ({ gates_values: gating === 'per-element' }),
    },
    cohere2_moe: {
      architecture: decoder({ inputNorms: 'shared', slides: slidesBut }),
      defaults: { window: 4096, tied: true, headDim: 128 },
      derive: prefixedLayers,
    },
    minicpm3: { architecture: minicpm3, defaults: { tied: true } },
    bailing_moe: {
      ...BAILING,
      architecture: {
        layers: (f, keyOf) => (f.headNorms ? BAILING.architecture : BAILING_1).layers(f, keyOf),
      },
    },
    bailing_moe_v2: BAILING,
  },
  {
    bitnet: { kvHeads: 5 },
    phimoe: { kvHeads: 8, experts: 16 },
    granitemoeshared: { experts: 8 },
    olmoe: { experts: 64 },
    exaone_moe: { experts: 64, expertFfn: 1024, sharedExperts: 1 },
    afmoe: { experts: 64, expertFfn: 1408, sharedExperts: 2 },
    laguna: { kvHeads: 8, experts: 256, expertFfn: 512, sharedFfn: 512 },
    hy_v3: { kvHeads: 8, experts: 192, expertFfn: 1536 },
    cohere2_moe: { experts: 8 },
    minicpm3: { queryRank: 768 },
  },
);
