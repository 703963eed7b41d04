/**
 * The layers of a model as the tensors of its GGUF file show them: what mixes positions in a block, whether its MLP has
 * experts, which norms and biases there are. Widths of heads, windows, and how many experts are picked stand in keys.
 * Sources: ggml-org/llama.cpp, src/models/*.cpp (`load_arch_hparams`, `load_arch_tensors`) and gguf-py/gguf/constants.py.
 */

import { quoted } from '../../../../results/text/shown.ts';
import type {
  Attention,
  CompressedAttention,
  DeltaAttention,
  Extra,
  GroupedAttention,
  LatentAttention,
  Layer,
  MambaMixer,
  Mlp,
  RecurrentMixer,
  Sparse,
} from '../../models/model.ts';
import type { Architecture } from '../families/architecture.ts';
import { complete } from '../fields.ts';
import { ModelFileError } from '../source.ts';

/** What the tensors of an architecture do not show. */
export interface Rule {
  /**
   * Which layers have the window of a file that does not list them: `all`, `none`, or all but the last of each so many.
   * Default: not known, so that a file with a window must list them.
   */
  readonly slides?: 'all' | 'none' | number;
  /** Whether it is the first of each so many that does not slide. */
  readonly wholeFirst?: boolean;
  /** Size of a window that begins anew at its multiples, unless the file says 0. */
  readonly chunk?: number;
  /** Whether attention may have sinks. */
  readonly sinks?: boolean;
  /** Whether a layer may lack attention or an MLP. */
  readonly partial?: boolean;
  /** Number of layers before the first that reads the cache of one before, unless the file says it. */
  readonly ownCaches?: number;
  /** Positions that a step reads if the file does not say it. Default: all. */
  readonly picks?: number;
}

/** The sides of a tensor: rows of one matrix, their length, and the number of matrices. */
export interface Sides {
  readonly columns: number;
  readonly rows: number;
  readonly count: number;
}

/** What a GGUF file says. */
export interface GgufContents {
  /** The value of a key behind the name of the architecture. */
  readonly value: (key: string) => unknown;
  /** The key as the file has it, for errors. */
  readonly nameOf: (key: string) => string;
  /** The sides of the tensor of this name, without its ending, if it is there. */
  readonly sides: (name: string, ending?: 'weight' | 'bias' | '') => Sides | undefined;
}

const MAX_SIDE = 2 ** 31 - 1;
const NONE = { kind: 'none' } as const;

/** One layer's view of a file. */
class Block {
  readonly #of: GgufContents;
  readonly index: number;
  readonly rule: Rule;
  readonly hidden: number;
  readonly layers: number;

  constructor(of: GgufContents, rule: Rule, index: number, all: { readonly hidden: number; readonly layers: number }) {
    this.#of = of;
    this.rule = rule;
    this.index = index;
    this.hidden = all.hidden;
    this.layers = all.layers;
  }

  /** The sides of a part's weights, biases, or of a part without an ending. */
  sides = (part: string, ending: 'weight' | 'bias' | '' = 'weight'): Sides | undefined =>
    this.#of.sides(`blk.${this.index}.${part}`, ending);

  has = (part: string, ending: 'weight' | 'bias' | '' = 'weight'): boolean => this.sides(part, ending) !== undefined;

  /** A number that the file gives for all layers, or for each. Undefined if it gives none. */
  said(key: string): number | undefined {
    const all = this.#of.value(key);
    if (all === undefined || all === null) return undefined;
    if (Array.isArray(all) && all.length < this.layers) {
      throw new ModelFileError(
        `${this.#of.nameOf(key)} must have a number for each of ${this.layers} layers; it has ${all.length}`,
      );
    }
    const value: unknown = Array.isArray(all) ? all[this.index] : all;
    const number = typeof value === 'boolean' ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= MAX_SIDE) return number;
    throw new ModelFileError(
      `${this.#of.nameOf(key)} must be a whole number from 0 to ${MAX_SIDE}; got ${quoted(value)}`,
    );
  }

  /** A number that the file must give. */
  needed(key: string): number {
    const value = this.said(key);
    if (value !== undefined && value > 0) return value;
    if (value === undefined) throw new ModelFileError(`lacks ${this.#of.nameOf(key)}`);
    throw new ModelFileError(`${this.#of.nameOf(key)} must be a whole number from 1 to ${MAX_SIDE}; got ${value}`);
  }

  /** A number that may be 0, but must be there. */
  counted(key: string): number {
    return this.said(key) ?? this.needed(key);
  }

  /** The width of each of `by`'s parts of a width. */
  quotient(key: string, by: string): number {
    const [whole, parts] = [this.needed(key), this.needed(by)];
    if (whole % parts === 0) return whole / parts;
    throw new ModelFileError(`${this.nameOf(by)} must divide ${this.nameOf(key)}; got ${parts} and ${whole}`);
  }

  nameOf = (key: string): string => this.#of.nameOf(key);
  listed = (key: string): boolean => Array.isArray(this.#of.value(key));
}

/** An architecture whose layers follow from the tensors of a file. */
export const ofTensors = (contents: GgufContents, rule: Rule): Architecture => ({
  layers(fields, keyOf) {
    const { layers, hidden } = complete(fields, ['layers', 'hidden'], keyOf);
    return Array.from({ length: layers }, (_, i) => layerOf(new Block(contents, rule, i, { layers, hidden })));
  },
  extras: () => extrasAmong(OUTSIDE, contents.sides),
});

function layerOf(b: Block): Layer {
  const [attention, beside] = mixersOf(b);
  const mlp = mlpOf(b);
  if (!b.rule.partial) {
    if (attention.kind === 'none') throw new ModelFileError(`has no tensor for the attention of layer ${b.index}`);
    if (mlp.kind === 'none') throw new ModelFileError(`has no tensor for the MLP of layer ${b.index}`);
  } else if (attention.kind === 'none' && mlp.kind === 'none' && !mayBeEmpty(b)) {
    throw new ModelFileError(`has no tensor for layer ${b.index}`);
  }
  const extras = extrasAmong(IN_LAYER, (part, ending) => b.sides(part, ending));
  return {
    attention,
    ...(beside && { beside }),
    mlp,
    ...normsOf(b, attention, mlp),
    ...(extras.length > 0 && { extras }),
  };
}

/** Whether the file says that a layer has nothing: neither heads nor an MLP. */
const mayBeEmpty = (b: Block): boolean => b.said('attention.head_count') === 0 && b.said('feed_forward_length') === 0;

/** The norms around a layer. The one behind attention may be that before the MLP under another name. */
function normsOf(b: Block, attention: Attention, mlp: Mlp): Pick<Layer, 'inputNorms' | 'outputNorms'> {
  if (attention.kind === 'none' || mlp.kind === 'none') return {};
  const [first, second] = [b.has('attn_norm'), b.has('ffn_norm')];
  if (b.has('post_ffw_norm')) return { outputNorms: true, ...(!first && !second && { inputNorms: 'none' }) };
  return first && !second && !b.has('post_attention_norm') ? { inputNorms: 'shared' } : {};
}

function mixersOf(b: Block): readonly [Attention, Attention?] {
  if (b.has('attn_kv')) return [compressed(b)];
  if (b.has('attn_kv_a_mqa')) return [latent(b)];
  if (b.has('ssm_f_a') || b.has('ssm_ba') || b.has('ssm_beta')) return [delta(b)];
  if (b.has('shortconv.conv')) return [shortConvolution(b)];
  const own = b.has('attn_q') || b.has('attn_qkv') ? grouped(b) : undefined;
  const mamba = b.has('ssm_x') ? mamba1(b) : b.has('ssm_in') ? mamba2(b) : undefined;
  if (own) return mamba ? [own, mamba] : [own];
  if (mamba) return [mamba];
  return [b.has('attn_output') && b.said('attention.head_count_kv') === 0 ? { kind: 'linear' } : NONE];
}

const WINDOW = 'attention.sliding_window';
const PATTERN = 'attention.sliding_window_pattern';

/** The window of a layer. */
function windowOf(b: Block): Pick<GroupedAttention, 'window' | 'chunked'> {
  const { slides, wholeFirst = false, chunk } = b.rule;
  const said = b.said(WINDOW);
  const window = chunk === undefined ? said : said === 0 ? 0 : chunk;
  if (window === undefined || window === 0 || slides === 'none') return {};
  const own = { window, ...(chunk !== undefined && { chunked: true }) };
  if (b.listed(PATTERN)) return b.said(PATTERN) ? own : {};
  const every = b.said(PATTERN) || slides;
  if (every === 'all') return own;
  if (every === undefined) {
    throw new ModelFileError(
      `${b.nameOf(PATTERN)} must list the layers that have the window of ${b.nameOf(WINDOW)}, ${window}; got nothing`,
    );
  }
  return (b.index + (wholeFirst ? 0 : 1)) % every === 0 ? {} : own;
}

/** The indexer of a layer, and how many positions a step reads. */
function sparse(b: Block, queryRank: number | undefined): Sparse {
  const picks = b.said('attention.indexer.top_k') ?? b.rule.picks;
  if (picks === undefined || picks === 0) return {};
  if (!b.has('indexer.attn_k') && !b.has('indexer.proj')) return { picks };
  return {
    picks,
    indexer: {
      heads: b.needed('attention.indexer.head_count'),
      dim: b.needed('attention.indexer.key_length'),
      ...(queryRank !== undefined && { queryRank }),
    },
  };
}

function headsOf(b: Block): { readonly queryHeads: number; readonly kvHeads: number } {
  const queryHeads = b.needed('attention.head_count');
  const kvHeads = b.said('attention.head_count_kv') || queryHeads;
  if (queryHeads % kvHeads === 0) return { queryHeads, kvHeads };
  throw new ModelFileError(
    `${b.nameOf('attention.head_count_kv')} must divide ${b.nameOf('attention.head_count')}; got ${kvHeads} and ${queryHeads}`,
  );
}

function grouped(b: Block): GroupedAttention {
  const { queryHeads, kvHeads } = headsOf(b);
  const sliding = windowOf(b);
  const own = (key: string): number | undefined =>
    (sliding.window === undefined ? undefined : b.said(`${key}_swa`)) || b.said(key) || undefined;
  const headDim = own('attention.key_length') ?? b.hidden / queryHeads;
  if (!Number.isInteger(headDim)) {
    throw new ModelFileError(
      `${b.nameOf('attention.head_count')} must divide ${b.nameOf('embedding_length')} where ${b.nameOf('attention.key_length')} is not given; got ${queryHeads} and ${b.hidden}`,
    );
  }
  const valueDim = own('attention.value_length') ?? headDim;
  const queries = queryHeads * headDim;
  const shared = b.said('attention.shared_kv_layers');
  const ownCaches = shared ? b.layers - shared : (b.rule.ownCaches ?? b.layers);
  const norm = b.sides('attn_q_norm');
  const gate = b.sides('attn_gate');
  // A gate of each value has the rows of the queries' matrix behind theirs, or a matrix of its own.
  const isGated = gate === undefined ? b.sides('attn_q')?.rows === 2 * queries : gate.rows !== queryHeads;
  const isWhole = norm !== undefined && norm.columns === queries && queries !== headDim;
  return {
    ...{ kind: 'grouped', queryHeads, kvHeads, headDim, ...(valueDim !== headDim && { valueDim }), ...sliding },
    qkvBias: b.has('attn_q', 'bias') || b.has('attn_qkv', 'bias'),
    outputBias: b.has('attn_output', 'bias'),
    ...(norm && { headNorms: isWhole ? 'all heads' : norm.rows > 1 ? 'of its own' : true }),
    ...(b.rule.sinks && b.has('attn_sinks') && { sinks: true }),
    ...((gate || isGated) && { outputGate: isGated ? 'value' : 'head' }),
    ...(b.has('attn_qkv') && { qkvInOne: true }),
    ...(b.index >= ownCaches
      ? { readsCacheBefore: true }
      : b.has('attn_k') && !b.has('attn_v') && b.listed(PATTERN) && { valuesOfKeys: true }),
    ...(b.has('attn_kv_a_mqa') ? {} : sparse(b, undefined)),
  };
}

/** Widths of MLA's heads. Files from before June 2025 have only the second key of each. */
const MLA_KEYS = {
  keyDim: ['attention.key_length_mla', 'attention.key_length'],
  valueDim: ['attention.value_length_mla', 'attention.value_length'],
} as const;

function latent(b: Block): LatentAttention {
  const first = ([mla, plain]: readonly [string, string]): number => b.said(mla) ?? b.needed(plain);
  const heads = b.needed('attention.head_count');
  const kvRank = b.said('attention.kv_lora_rank') ?? b.sides('attn_kv_a_norm')?.columns ?? 0;
  const ropeDim = b.said('rope.dimension_count') ?? 0;
  // Some files have another number of rotated values than they rotate.
  const inFile = (b.sides('attn_kv_a_mqa')?.rows ?? 0) - kvRank;
  const rope = inFile > 0 ? inFile : ropeDim;
  const keyDim = first(MLA_KEYS.keyDim);
  if (keyDim <= rope) {
    throw new ModelFileError(
      `${b.nameOf(MLA_KEYS.keyDim[0])} must exceed the ${rope} values of a key that are rotated; got ${keyDim}`,
    );
  }
  const queryRank = b.said('attention.q_lora_rank') || b.sides('attn_q_a')?.rows;
  return {
    ...{ kind: 'latent', heads, ...(queryRank && { queryRank }), kvRank, nopeDim: keyDim - rope, ropeDim: rope },
    valueDim: first(MLA_KEYS.valueDim),
    ...(b.has('attn_gate') && { outputGate: true }),
    ...sparse(b, queryRank || undefined),
  };
}

/** Positions of a compressed entry in layers with an indexer. */
const INDEXED_RATIO = 4;

function compressed(b: Block): CompressedAttention {
  const queryRank = b.needed('attention.q_lora_rank');
  const ratio = b.counted('attention.compress_ratios');
  return {
    ...{ kind: 'compressed', heads: b.needed('attention.head_count'), headDim: b.needed('attention.key_length') },
    ...{ queryRank, window: b.needed(WINDOW) },
    outputGroups: b.needed('attention.output_group_count'),
    outputRank: b.needed('attention.output_lora_rank'),
    ...(ratio > 0 && { ratio }),
    ...(ratio === INDEXED_RATIO && sparse(b, queryRank)),
  };
}

/** Gated linear attention of Qwen3-Next to 3.6, and with a decay of each channel that of Kimi Linear. */
function delta(b: Block): DeltaAttention {
  const convolution = b.needed('ssm.conv_kernel');
  const decay = b.sides('ssm_f_a');
  if (decay) {
    const [heads, dim] = [b.needed('attention.head_count'), b.said('kda.head_dim') || b.needed('ssm.state_size')];
    const gate = b.sides('ssm_g_a');
    return {
      ...{ kind: 'delta', keyHeads: heads, valueHeads: heads, keyDim: dim, valueDim: dim, convolution },
      decayRank: decay.rows,
      ...(gate && { gateRank: gate.rows }),
    };
  }
  const [keyHeads, valueHeads] = [b.needed('ssm.group_count'), b.needed('ssm.time_step_rank')];
  if (valueHeads % keyHeads !== 0) {
    throw new ModelFileError(
      `${b.nameOf('ssm.group_count')} must divide ${b.nameOf('ssm.time_step_rank')}; got ${keyHeads} and ${valueHeads}`,
    );
  }
  return {
    ...{ kind: 'delta', keyHeads, valueHeads, keyDim: b.needed('ssm.state_size'), convolution },
    valueDim: b.quotient('ssm.inner_size', 'ssm.time_step_rank'),
  };
}

const mamba2 = (b: Block): MambaMixer => ({
  ...{ kind: 'mamba', heads: b.needed('ssm.time_step_rank'), groups: b.said('ssm.group_count') || 1 },
  headDim: b.quotient('ssm.inner_size', 'ssm.time_step_rank'),
  stateDim: b.needed('ssm.state_size'),
  convolution: b.needed('ssm.conv_kernel'),
  ...(b.has('ssm_conv1d', 'bias') && { convolutionBias: true }),
  ...(b.has('ssm_in', 'bias') && { biases: true }),
  ...(b.has('ssm_norm') && { norm: true }),
});

/** Mamba-1 (arXiv 2312.00752), as in Jamba: each channel has a state of its own. */
function mamba1(b: Block): RecurrentMixer {
  const [inner, state] = [b.needed('ssm.inner_size'), b.needed('ssm.state_size')];
  return {
    kind: 'recurrent',
    tensors: extrasAmong(MAMBA_1, (part, ending) => b.sides(part, ending)),
    states: [
      { values: (b.needed('ssm.conv_kernel') - 1) * inner, format: 'bf16' },
      { values: inner * state, format: 'f32' },
    ],
    operations: 5 * inner * state + 2 * b.needed('ssm.conv_kernel') * inner,
  };
}

/** A short convolution between two gates, as in LFM2. */
function shortConvolution(b: Block): RecurrentMixer {
  const size = b.needed('shortconv.l_cache');
  return {
    kind: 'recurrent',
    tensors: extrasAmong(SHORT_CONVOLUTION, (part, ending) => b.sides(part, ending)),
    states: [{ values: (size - 1) * b.hidden, format: 'bf16' }],
    operations: 2 * size * b.hidden,
  };
}

function mlpOf(b: Block): Mlp {
  const router = b.sides('ffn_gate_inp');
  const single = b.sides('ffn_down.0');
  if (router) {
    const down = b.sides('ffn_down_exps') ?? single;
    const ffn = down?.columns ?? b.said('expert_feed_forward_length') ?? b.needed('feed_forward_length');
    const experts = b.said('expert_count') || router.rows;
    const active = b.needed('expert_used_count');
    if (active > experts) {
      throw new ModelFileError(
        `${b.nameOf('expert_used_count')} must not exceed ${b.nameOf('expert_count')}; got ${active} and ${experts}`,
      );
    }
    // Gemma 4 has a dense MLP beside its experts, which every token sees as it does shared experts.
    const sharedFfn = (b.sides('ffn_down_shexp') ?? b.sides('ffn_down'))?.columns;
    const latentDim = b.sides('ffn_latent_down')?.rows;
    const isGated = b.has('ffn_gate_exps') || b.has('ffn_gate_up_exps') || b.has('ffn_gate.0');
    return {
      ...{ kind: 'experts', experts, active, ffn },
      ...(sharedFfn !== undefined && { sharedFfn }),
      ...(b.has('ffn_gate_inp_shexp') && { sharedGate: true }),
      routerBias: b.has('exp_probs_b', 'bias') || b.has('exp_probs_b', '') || b.has('ffn_gate_inp', 'bias'),
      biases: b.has('ffn_down_exps', 'bias'),
      ...(!isGated && { ungated: true }),
      ...(latentDim !== undefined && { latentDim }),
      ...(b.has('ffn_norm_exps') && { latentNorm: true }),
    };
  }
  const [up, down] = [b.sides('ffn_up'), b.sides('ffn_down')];
  if (!up && !down) return NONE;
  const ffn = b.said('feed_forward_length') || (down?.columns ?? up?.rows ?? 0);
  // Gate and up may be one matrix.
  const isGated = b.has('ffn_gate') || up?.rows === 2 * ffn;
  return { kind: 'dense', ffn, biases: b.has('ffn_down', 'bias'), ...(!isGated && { ungated: true }) };
}

/** A further part: its name, and whether it is a vector or a table of which a step reads a row. */
type Part = readonly [part: string, kind?: 'vector' | 'embedding'];

/** Further parts of a layer, which some architectures have. */
const IN_LAYER: readonly Part[] = [
  // Embeddings of each layer, and streams: Gemma 3n and 4.
  ['inp_gate'],
  ['proj'],
  ['post_norm', 'vector'],
  ['layer_output_scale', 'vector'],
  ['pre_ffw_norm_2', 'vector'],
  ['post_ffw_norm_1', 'vector'],
  ['post_ffw_norm_2', 'vector'],
  ['altup_correct_coef'],
  ['altup_correct_scale', 'vector'],
  ['altup_predict_coef'],
  ['altup_router'],
  ['altup_router_norm', 'vector'],
  ['laurel_l'],
  ['laurel_r'],
  ['laurel_post_norm', 'vector'],
  // Norms within attention and MLP: BitNet.
  ['attn_sub_norm', 'vector'],
  ['ffn_sub_norm', 'vector'],
  // Hyper-connections: DeepSeek V4. Residuals of blocks: Kimi K3.
  ['hc_attn_fn'],
  ['hc_attn_base', 'vector'],
  ['hc_attn_scale', 'vector'],
  ['hc_ffn_fn'],
  ['hc_ffn_base', 'vector'],
  ['hc_ffn_scale', 'vector'],
  ['attn_res_norm', 'vector'],
  ['attn_res_proj'],
  ['ffn_res_norm', 'vector'],
  ['ffn_res_proj'],
];

/** Further parts of a model outside its layers. */
const OUTSIDE: readonly Part[] = [
  ['per_layer_token_embd', 'embedding'],
  ['per_layer_model_proj'],
  ['per_layer_proj_norm', 'vector'],
  ['altup_proj'],
  ['altup_unembd_proj'],
  ['output_hc_fn'],
  ['output_hc_base', 'vector'],
  ['output_hc_scale', 'vector'],
  ['output_attn_res_norm', 'vector'],
  ['output_attn_res_proj'],
];

/** Whether a part outside the layers is one of the further ones. */
export const isFurther = (part: string): boolean => OUTSIDE.some(([name]) => name === part);

const MAMBA_1: readonly Part[] = [
  ['ssm_in'],
  ['ssm_conv1d', 'vector'],
  ['ssm_x'],
  ['ssm_dt'],
  ['ssm_a', 'vector'],
  ['ssm_d', 'vector'],
  ['ssm_dt_norm', 'vector'],
  ['ssm_b_norm', 'vector'],
  ['ssm_c_norm', 'vector'],
  ['ssm_out'],
];

const SHORT_CONVOLUTION: readonly Part[] = [
  ['shortconv.in_proj'],
  ['shortconv.conv', 'vector'],
  ['shortconv.out_proj'],
];

/** The parts that a file has, and their biases. */
function extrasAmong(
  parts: readonly Part[],
  sides: (part: string, ending: 'weight' | 'bias' | '') => Sides | undefined,
): Extra[] {
  return parts.flatMap(([name, kind]): Extra[] => {
    const weights = sides(name, 'weight') ?? sides(name, '');
    const bias = sides(name, 'bias');
    const flat = ({ columns, rows, count }: Sides) => ({ rows: 1, columns: columns * rows * count });
    return [
      ...(weights ? [{ name, ...(kind === 'vector' ? flat(weights) : weights), ...(kind && { kind }) }] : []),
      ...(bias ? [{ name: `${name} bias`, ...flat(bias), kind: 'vector' as const }] : []),
    ];
  });
}
