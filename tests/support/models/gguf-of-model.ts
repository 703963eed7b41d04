/**
 * The GGUF file of a model, with the keys and the names of tensors that llama.cpp gives its architecture: what its
 * loader asks for (ggml-org/llama.cpp, src/models/*.cpp, src/llama-arch.cpp). Matrices are in bf16, vectors in f32.
 */

import type { Attention, Extra, Layer, Mlp, Model } from '../../../src/model/models/model.ts';
import type { GgufFile } from './model-files.ts';

type Tensors = GgufFile['tensors'][number][];
type Metadata = Record<string, GgufFile['metadata'][string]>;

/** llama.cpp's names of further tensors, by those that configs' models have. */
const EXTRAS: Readonly<Record<string, string>> = {
  'shared output norm': 'post_ffw_norm_1.weight',
  'expert norm': 'pre_ffw_norm_2.weight',
  'expert output norm': 'post_ffw_norm_2.weight',
  'router scale': 'ffn_gate_inp.scale',
  'expert scale': 'ffn_down_exps.scale',
  'layer input gate': 'inp_gate.weight',
  'layer input': 'proj.weight',
  'layer input norm': 'post_norm.weight',
  'layer embedding': 'per_layer_token_embd.weight',
  'layer embedding projection': 'per_layer_model_proj.weight',
  'layer embedding norm': 'per_layer_proj_norm.weight',
  'streams out scale': 'altup_correct_scale.weight',
  'streams correction': 'altup_correct_coef.weight',
  'streams prediction': 'altup_predict_coef.weight',
  'streams router': 'altup_router.weight',
  'streams norm': 'altup_router_norm.weight',
  'laurel down': 'laurel_l.weight',
  'laurel up': 'laurel_r.weight',
  'laurel norm': 'laurel_post_norm.weight',
  'streams in': 'altup_proj.weight',
  'attention inner norm': 'attn_sub_norm.weight',
  'mlp inner norm': 'ffn_sub_norm.weight',
  'attention streams': 'hc_attn_fn.weight',
  'attention streams base': 'hc_attn_base.weight',
  'mlp streams': 'hc_ffn_fn.weight',
  'mlp streams base': 'hc_ffn_base.weight',
};

const extraTensor = ({ name, rows, columns, kind, count = 1 }: Extra, prefix = '', names = EXTRAS): Tensors => {
  // The numbers of an activation are keys.
  if (name === 'activation') return [];
  const own = names[name];
  if (own === undefined) throw new Error(`no name for ${name}`);
  return kind === 'vector'
    ? [[`${prefix}${own}`, 'F32', columns]]
    : [[`${prefix}${own}`, 'BF16', columns, rows, ...(count > 1 ? [count] : [])]];
};

const NAMES_OUTSIDE = {
  ...EXTRAS,
  'streams out': 'altup_unembd_proj.weight',
};
const NAMES_OF_V4 = { 'streams out': 'output_hc_fn.weight', 'streams out base': 'output_hc_base.weight' };

/** Parts of short convolutions, and of Mamba-1, whose norms are one here. */
const SHORT_CONVOLUTION: Readonly<Record<string, string>> = {
  'convolution in': 'shortconv.in_proj',
  convolution: 'shortconv.conv',
  'convolution out': 'shortconv.out_proj',
};
const MAMBA_1: Readonly<Record<string, string>> = {
  'mamba in': 'ssm_in',
  convolution: 'ssm_conv1d',
  'convolution bias': 'ssm_conv1d.bias',
  'state in': 'ssm_x',
  step: 'ssm_dt',
  'step bias': 'ssm_dt.bias',
  'decay rate': 'ssm_a',
  skip: 'ssm_d',
  'state norms': 'ssm_dt_norm',
  'mamba out': 'ssm_out',
};

/** The file of a model whose architecture llama.cpp calls `arch`, with further keys that its converter writes. */
export function ggufOf(model: Model, arch: string, more: Metadata = {}): GgufFile {
  const { hidden, vocabulary, tied, layers, extras = [] } = model;
  const keys: Metadata = { block_count: layers.length, embedding_length: hidden, ...keysOf(layers), ...more };
  const tensors: Tensors = [['token_embd.weight', 'BF16', hidden, vocabulary]];
  for (const [i, layer] of layers.entries()) tensors.push(...layerTensors(layer, hidden, arch, `blk.${i}.`));
  const outside = arch === 'deepseek4' ? NAMES_OF_V4 : NAMES_OUTSIDE;
  for (const extra of extras) tensors.push(...extraTensor(extra, '', outside));
  tensors.push([arch.startsWith('lfm2') ? 'token_embd_norm.weight' : 'output_norm.weight', 'F32', hidden]);
  if (!tied) tensors.push(['output.weight', 'BF16', hidden, vocabulary]);
  return {
    metadata: {
      'general.architecture': arch,
      ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${arch}.${key}`, value])),
    },
    tensors,
  };
}

/** A number for each layer, or one for all if they agree. */
const ofLayers = (key: string, numbers: readonly (number | undefined)[]): Metadata => {
  const known = numbers.filter((n) => n !== undefined);
  if (known.length === 0) return {};
  const [first = 0] = known;
  if (known.length === numbers.length && known.every((n) => n === first)) return { [key]: first };
  return { [key]: numbers.map((n) => n ?? 0) };
};

/** The one number that all layers which have it agree in. */
const ofSome = (key: string, numbers: readonly (number | undefined)[]): Metadata => {
  const known = numbers.filter((n) => n !== undefined);
  return known[0] === undefined ? {} : { [key]: known[0] };
};

function keysOf(layers: readonly Layer[]): Metadata {
  const mixers = layers.map(({ attention }) => attention);
  const mambas = layers.map(({ attention, beside = attention }) => (beside.kind === 'mamba' ? beside : undefined));
  const grouped = mixers.map((a) => (a.kind === 'grouped' ? a : undefined));
  const [full, sliding] = [false, true].map((slides) =>
    grouped.filter((a) => a !== undefined && (a.window !== undefined) === slides),
  );
  const latents = mixers.map((a) => (a.kind === 'latent' ? a : undefined));
  const deltas = mixers.map((a) => (a.kind === 'delta' ? a : undefined));
  const compressed = mixers.map((a) => (a.kind === 'compressed' ? a : undefined));
  const experts = layers.map(({ mlp }) => (mlp.kind === 'experts' ? mlp : undefined));
  const sparse = mixers.flatMap((a) => ('indexer' in a && a.indexer ? [a] : []));
  const isKimi = deltas.some((a) => a?.decayRank !== undefined);
  const slides = grouped.some((a) => a?.window !== undefined);
  return {
    ...ofLayers(
      'attention.head_count',
      mixers.map((a) =>
        a.kind === 'grouped'
          ? a.queryHeads
          : a.kind === 'latent' || a.kind === 'compressed'
            ? a.heads
            : isKimi && a.kind === 'delta'
              ? a.valueHeads
              : undefined,
      ),
    ),
    ...ofLayers(
      'attention.head_count_kv',
      mixers.map((a) => (a.kind === 'grouped' ? a.kvHeads : a.kind === 'latent' ? 1 : undefined)),
    ),
    ...ofSome(
      'attention.key_length',
      (full ?? []).map((a) => a?.headDim),
    ),
    ...ofSome(
      'attention.value_length',
      (full ?? []).map((a) => a?.valueDim ?? a?.headDim),
    ),
    ...(slides && {
      ...((full ?? []).length === 0
        ? ofSome(
            'attention.key_length',
            (sliding ?? []).map((a) => a?.headDim),
          )
        : ofSome(
            'attention.key_length_swa',
            (sliding ?? []).map((a) => a?.headDim),
          )),
      ...ofSome(
        'attention.value_length_swa',
        (sliding ?? []).map((a) => a?.valueDim ?? a?.headDim),
      ),
      ...ofSome(
        'attention.sliding_window',
        grouped.map((a) => a?.window),
      ),
    }),
    ...ofLayers(
      'feed_forward_length',
      layers.map(({ mlp }) => denseWidth(mlp)),
    ),
    ...ofSome(
      'expert_count',
      experts.map((e) => e?.experts),
    ),
    ...ofSome(
      'expert_used_count',
      experts.map((e) => e?.active),
    ),
    ...ofSome(
      'expert_feed_forward_length',
      experts.map((e) => e?.ffn),
    ),
    ...ofSome(
      'attention.q_lora_rank',
      [...latents, ...compressed].map((a) => a?.queryRank),
    ),
    ...ofSome(
      'attention.kv_lora_rank',
      latents.map((a) => a?.kvRank),
    ),
    ...ofSome(
      'attention.key_length_mla',
      latents.map((a) => a && a.nopeDim + a.ropeDim),
    ),
    ...ofSome(
      'attention.value_length_mla',
      latents.map((a) => a?.valueDim),
    ),
    ...ofSome(
      'rope.dimension_count',
      latents.map((a) => a?.ropeDim),
    ),
    ...ofSome(
      'attention.indexer.head_count',
      sparse.map((a) => a.indexer?.heads),
    ),
    ...ofSome(
      'attention.indexer.key_length',
      sparse.map((a) => a.indexer?.dim),
    ),
    ...ofSome(
      'attention.indexer.top_k',
      sparse.map((a) => a.picks),
    ),
    ...ofSome(
      'ssm.conv_kernel',
      [...deltas, ...mambas].map((a) => a?.convolution),
    ),
    ...(isKimi
      ? ofSome(
          'kda.head_dim',
          deltas.map((a) => a?.keyDim),
        )
      : {
          ...ofSome('ssm.state_size', [...deltas.map((a) => a?.keyDim), ...mambas.map((a) => a?.stateDim)]),
          ...ofSome('ssm.group_count', [...deltas.map((a) => a?.keyHeads), ...mambas.map((a) => a?.groups)]),
          ...ofSome('ssm.time_step_rank', [...deltas.map((a) => a?.valueHeads), ...mambas.map((a) => a?.heads)]),
          ...ofSome('ssm.inner_size', [
            ...deltas.map((a) => a && a.valueHeads * a.valueDim),
            ...mambas.map((a) => a && a.heads * a.headDim),
          ]),
        }),
    ...(compressed.some((a) => a !== undefined) && {
      'attention.compress_ratios': compressed.map((a) => a?.ratio ?? 0),
      ...ofSome(
        'attention.key_length',
        compressed.map((a) => a?.headDim),
      ),
      ...ofSome(
        'attention.sliding_window',
        compressed.map((a) => a?.window),
      ),
      ...ofSome(
        'attention.output_group_count',
        compressed.map((a) => a?.outputGroups),
      ),
      ...ofSome(
        'attention.output_lora_rank',
        compressed.map((a) => a?.outputRank),
      ),
    }),
  };
}

const denseWidth = (mlp: Mlp): number | undefined => (mlp.kind === 'dense' ? mlp.ffn : undefined);

function layerTensors(layer: Layer, hidden: number, arch: string, prefix: string): Tensors {
  const { attention, beside, mlp, inputNorms, outputNorms, extras = [] } = layer;
  const renamed = ['glm4moe', 'gpt-oss', 'qwen3next', 'qwen35', 'qwen35moe'].includes(arch);
  const [attends, hasMlp] = [attention.kind !== 'none', mlp.kind !== 'none'];
  const vectors = [
    ...(inputNorms !== 'none' ? ['attn_norm'] : []),
    ...(hasMlp && attends && inputNorms === undefined ? [renamed ? 'post_attention_norm' : 'ffn_norm'] : []),
    ...(outputNorms ? ['post_attention_norm', 'post_ffw_norm'] : []),
  ];
  return [
    ...vectors.map((name): Tensors[number] => [`${prefix}${name}.weight`, 'F32', hidden]),
    ...mixer(attention, hidden, arch).map(named(prefix)),
    ...(beside ? mixer(beside, hidden, arch).map(named(prefix)) : []),
    ...mlpTensors(mlp, hidden, arch).map(named(prefix)),
    ...extras.flatMap((extra) => extraTensor(extra, prefix)),
  ];
}

/** A part's name, and its sides: one for a vector. */
type Sides = readonly [part: string, ...sides: number[]];

const named =
  (prefix: string) =>
  ([part, ...sides]: Sides): Tensors[number] => [
    `${prefix}${/\.(bias|scale)$|^ssm_a$/.test(part) ? part : `${part}.weight`}`,
    sides.length > 1 ? 'BF16' : 'F32',
    ...sides,
  ];

function mixer(a: Attention, hidden: number, arch: string): Sides[] {
  switch (a.kind) {
    case 'grouped': {
      const { queryHeads, kvHeads, headDim, valueDim = headDim, headNorms, outputGate } = a;
      const [queries, keys, values] = [queryHeads * headDim, kvHeads * headDim, kvHeads * valueDim];
      const gateInQueries = outputGate === 'value' && arch.startsWith('qwen3');
      // Files of Gemma 3n have keys and values that no step reads.
      const hasCache = !a.readsCacheBefore || arch === 'gemma3n';
      const [q, k] = headNorms === 'all heads' ? [[queries], [keys]] : headNorms === true ? [[headDim], [headDim]] : [];
      const ofItsOwn = headNorms === 'of its own';
      return [
        ['attn_q', hidden, gateInQueries ? 2 * queries : queries],
        ...(hasCache ? [['attn_k', hidden, keys] as Sides] : []),
        ...(hasCache && !a.valuesOfKeys ? [['attn_v', hidden, values] as Sides] : []),
        ...(a.qkvBias
          ? ([
              ['attn_q.bias', queries],
              ['attn_k.bias', keys],
              ['attn_v.bias', values],
            ] as Sides[])
          : []),
        ...(q ? [['attn_q_norm', ...q] as Sides] : []),
        ...(k && hasCache ? [['attn_k_norm', ...k] as Sides] : []),
        ...(ofItsOwn
          ? ([
              ['attn_q_norm', headDim, queryHeads],
              ['attn_k_norm', headDim, kvHeads],
            ] as Sides[])
          : []),
        ...(outputGate === 'head' ? [['attn_gate', hidden, queryHeads] as Sides] : []),
        ...(outputGate === 'value' && !gateInQueries ? [['attn_gate', hidden, queryHeads * valueDim] as Sides] : []),
        ...(a.sinks ? [['attn_sinks', queryHeads] as Sides] : []),
        ['attn_output', queryHeads * valueDim, hidden],
        ...(a.outputBias ? [['attn_output.bias', hidden] as Sides] : []),
      ];
    }
    case 'latent': {
      const { heads, queryRank, kvRank, nopeDim, ropeDim, valueDim, indexer } = a;
      const queries = heads * (nopeDim + ropeDim);
      return [
        ...(queryRank === undefined
          ? [['attn_q', hidden, queries] as Sides]
          : ([
              ['attn_q_a', hidden, queryRank],
              ['attn_q_a_norm', queryRank],
              ['attn_q_b', queryRank, queries],
            ] as Sides[])),
        ['attn_kv_a_mqa', hidden, kvRank + ropeDim],
        ['attn_kv_a_norm', kvRank],
        ['attn_k_b', nopeDim, kvRank, heads],
        ['attn_v_b', kvRank, valueDim, heads],
        ...(a.outputGate ? [['attn_gate', hidden, heads * valueDim] as Sides] : []),
        ['attn_output', heads * valueDim, hidden],
        ...(indexer
          ? ([
              ['indexer.attn_q_b', queryRank ?? hidden, indexer.heads * indexer.dim],
              ['indexer.attn_k', hidden, indexer.dim],
              ['indexer.k_norm', indexer.dim],
              ['indexer.k_norm.bias', indexer.dim],
              ['indexer.proj', hidden, indexer.heads],
            ] as Sides[])
          : []),
      ];
    }
    case 'compressed': {
      const { heads, headDim, queryRank, outputGroups, outputRank, ratio, indexer } = a;
      const wide = indexer ? 2 : 1;
      const compressor = (of: string, columns: number, overlap: number): Sides[] => [
        [`${of}compressor_kv`, hidden, overlap * columns],
        [`${of}compressor_gate`, hidden, overlap * columns],
        [`${of}compressor_ape`, overlap * columns, ratio ?? 1],
        [`${of}compressor_norm`, columns],
      ];
      return [
        ['attn_q_a', hidden, queryRank],
        ['attn_q_a_norm', queryRank],
        ['attn_q_b', queryRank, heads * headDim],
        ['attn_kv', hidden, headDim],
        ['attn_kv_a_norm', headDim],
        ['attn_sinks', heads],
        ['attn_output_a', (heads * headDim) / outputGroups, outputRank * outputGroups],
        ['attn_output_b', outputGroups * outputRank, hidden],
        ...(ratio === undefined ? [] : compressor('attn_', headDim, wide)),
        ...(indexer
          ? [
              ...compressor('indexer_', indexer.dim, 2),
              ...([
                ['indexer.attn_q_b', queryRank, indexer.heads * indexer.dim],
                ['indexer.proj', hidden, indexer.heads],
              ] as Sides[]),
            ]
          : []),
      ];
    }
    case 'delta': {
      const { keyHeads, valueHeads, keyDim, valueDim, convolution, decayRank, gateRank } = a;
      const [keys, values] = [keyHeads * keyDim, valueHeads * valueDim];
      if (decayRank !== undefined) {
        return [
          ...['q', 'k', 'v'].flatMap((of): Sides[] => [
            [`attn_${of}`, hidden, keys],
            [`ssm_conv1d_${of}`, convolution, 1, keys],
          ]),
          ['ssm_f_a', hidden, decayRank],
          ['ssm_f_b', decayRank, keys],
          ['ssm_beta', hidden, valueHeads],
          ['ssm_a', 1, valueHeads],
          ['ssm_dt.bias', keys],
          ...(gateRank === undefined
            ? [['attn_gate', hidden, values] as Sides]
            : ([
                ['ssm_g_a', hidden, gateRank],
                ['ssm_g_b', gateRank, values],
              ] as Sides[])),
          ['ssm_norm', valueDim],
          ['attn_output', values, hidden],
        ];
      }
      return [
        ['attn_qkv', hidden, 2 * keys + values],
        ['attn_gate', hidden, values],
        ...(arch === 'qwen3next'
          ? [['ssm_ba', hidden, 2 * valueHeads] as Sides]
          : ([
              ['ssm_beta', hidden, valueHeads],
              ['ssm_alpha', hidden, valueHeads],
            ] as Sides[])),
        ['ssm_conv1d', convolution, 2 * keys + values],
        ['ssm_a', valueHeads],
        ['ssm_dt.bias', valueHeads],
        ['ssm_norm', valueDim],
        ['ssm_out', values, hidden],
      ];
    }
    case 'mamba': {
      const { heads, headDim, groups, stateDim, convolution } = a;
      const [inner, channels] = [heads * headDim, heads * headDim + 2 * groups * stateDim];
      return [
        ['ssm_in', hidden, inner + channels + heads],
        ...(a.biases ? [['ssm_in.bias', inner + channels + heads] as Sides] : []),
        ['ssm_conv1d', convolution, channels],
        ...(a.convolutionBias ? [['ssm_conv1d.bias', channels] as Sides] : []),
        ['ssm_dt.bias', heads],
        ['ssm_a', 1, heads],
        ['ssm_d', 1, heads],
        ...(a.norm ? [['ssm_norm', inner / groups, groups] as Sides] : []),
        ['ssm_out', inner, hidden],
        ...(a.biases ? [['ssm_out.bias', hidden] as Sides] : []),
      ];
    }
    case 'recurrent': {
      const names = a.tensors.some(({ name }) => name === 'convolution in') ? SHORT_CONVOLUTION : MAMBA_1;
      return a.tensors.map(({ name, rows, columns, kind }): Sides => {
        const own = names[name];
        if (own === undefined) throw new Error(`no name for ${name}`);
        return kind === 'vector' ? [own, columns] : [own, columns, rows];
      });
    }
    case 'linear':
      return [['attn_output', hidden, hidden]];
    case 'none':
      return [];
  }
}

function mlpTensors(mlp: Mlp, hidden: number, arch: string): Sides[] {
  if (mlp.kind === 'none' || mlp.kind === 'linear') return [];
  if (mlp.kind === 'dense') {
    return [
      ...(mlp.ungated ? [] : [['ffn_gate', hidden, mlp.ffn] as Sides]),
      ['ffn_up', hidden, mlp.ffn],
      ['ffn_down', mlp.ffn, hidden],
    ];
  }
  const { experts, ffn, sharedFfn, latentDim, ungated } = mlp;
  const width = latentDim ?? hidden;
  const ending = arch === 'gemma4' ? '' : '_shexp';
  return [
    ['ffn_gate_inp', hidden, experts],
    ...(mlp.routerBias ? [[arch === 'gpt-oss' ? 'ffn_gate_inp.bias' : 'exp_probs_b.bias', experts] as Sides] : []),
    ...(ungated ? [] : [['ffn_gate_exps', width, ffn, experts] as Sides]),
    ['ffn_up_exps', width, ffn, experts],
    ['ffn_down_exps', ffn, width, experts],
    ...(mlp.biases
      ? ([
          ['ffn_gate_exps.bias', ffn, experts],
          ['ffn_up_exps.bias', ffn, experts],
          ['ffn_down_exps.bias', hidden, experts],
        ] as Sides[])
      : []),
    ...(latentDim === undefined
      ? []
      : ([
          ['ffn_latent_down', hidden, latentDim],
          ['ffn_latent_up', latentDim, hidden],
        ] as Sides[])),
    ...(mlp.latentNorm ? [['ffn_norm_exps', width] as Sides] : []),
    ...(sharedFfn === undefined || ungated ? [] : [[`ffn_gate${ending}`, hidden, sharedFfn] as Sides]),
    ...(sharedFfn === undefined
      ? []
      : ([
          [`ffn_up${ending}`, hidden, sharedFfn],
          [`ffn_down${ending}`, sharedFfn, hidden],
        ] as Sides[])),
    ...(mlp.sharedGate ? [['ffn_gate_inp_shexp', hidden] as Sides] : []),
  ];
}
