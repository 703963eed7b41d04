/**
 * What a config says of the number formats of its weights: `quantization_config`, `compression_config`, MLX's
 * `quantization`, or the `hf_quant_config.json` beside it, with the modules that it leaves alone. The bytes of each
 * tensor follow, scales included.
 *
 * Sources: huggingface/transformers `utils/quantization_config.py` and `integrations/`; vllm-project/compressed-tensors
 * `quant_args.py`; NVIDIA/Model-Optimizer `export/quant_utils.py`; AutoGPTQ, AutoAWQ and ml-explore/mlx for the layout of
 * groups; turboderp-org/exllamav2 for mean bits.
 */

import { z } from 'zod';
import { quoted } from '../../../results/text/shown.ts';
import type { Model } from '../models/model.ts';
import { type Tensor, tensorsOf } from '../models/tensors.ts';
import { type NamePattern, namesMatch, patternsOf } from './module-names.ts';
import { ModelFileError } from './source.ts';
import type { StoredTensor } from './stored.ts';

/** The weights that a config describes. */
export interface ConfigWeights {
  readonly tensors: readonly StoredTensor[];
  /** The quantisation in words. */
  readonly quantisation: string;
}

type Config = Readonly<Record<string, unknown>>;

const OBJECT = z.record(z.string(), z.unknown());
const objectAt = (config: Config | undefined, key: string): Config | undefined => {
  const found = OBJECT.safeParse(config?.[key]);
  return found.success ? found.data : undefined;
};

/** How a matrix is stored. */
interface Storage {
  /** Name of the format, as safetensors and GGUF call it. */
  readonly type: string;
  /** In words. */
  readonly text: string;
  bytes(rows: number, columns: number): number;
}

const PLAIN: Storage = { type: 'BF16', text: '16 bits', bytes: (rows, columns) => 2 * rows * columns };

const fp8 = (text: string, scales: (rows: number, columns: number) => number): Storage => ({
  ...{ type: 'F8_E4M3', text: `fp8 ${text}` },
  bytes: (rows, columns) => rows * columns + scales(rows, columns),
});
const perTensor = (): number => 4;
const perRow = (rows: number): number => 2 * rows;
const FP8_TENSOR = fp8('with a scale for each matrix', perTensor);

/** fp8 with an f32 scale for a block, or one of 8 bits where it is a power of two. */
const fp8Blocks = ([rowsOf, columnsOf]: readonly [number, number], scaleBytes = 4): Storage =>
  fp8(
    `in blocks of ${rowsOf} × ${columnsOf}`,
    (rows, columns) => scaleBytes * Math.ceil(rows / rowsOf) * Math.ceil(columns / columnsOf),
  );

/** Numbers of `bits` bits in groups along a row, with what each group has besides. */
const groups = (
  type: string,
  text: string,
  bits: number,
  group: number,
  perGroupBits: number,
  perColumnBits = 0,
): Storage => ({
  ...{ type, text },
  bytes: (rows, columns) => {
    const count = group > 0 ? Math.ceil(columns / group) : 1;
    return Math.ceil((rows * (columns * bits + count * perGroupBits) + columns * perColumnBits) / 8);
  },
});

const NVFP4 = groups('NVFP4', 'nvfp4', 4, 16, 8);
const MXFP4 = groups('MXFP4', 'mxfp4', 4, 32, 8);
const MXFP8 = groups('F8_E4M3', 'mxfp8', 8, 32, 8);

/** Returns the storage of a matrix; undefined where it is left in 16 bits. */
type Choice = (tensor: Tensor, names: readonly string[]) => Storage | undefined;

interface Scheme {
  readonly text: string;
  readonly choice: Choice;
}

const isMatrix = ({ kind, name }: Tensor): boolean =>
  (kind === 'projection' || kind === 'expert') && !LEFT_ALONE.has(name);

/** Small projections that every scheme leaves alone, since they decide what is read or kept. */
const LEFT_ALONE: ReadonlySet<string> = new Set([
  ...['indexer weights', 'compressor', 'indexer compressor', 'strength', 'strength and decay'],
  ...['attention streams', 'mlp streams', 'streams out'],
]);

/** A scheme that stores all matrices of layers alike, but for the modules that it leaves alone. */
const everywhere = (storage: Storage, left: readonly NamePattern[], alsoHead = false): Scheme => ({
  text: storage.text,
  choice: (tensor, names) =>
    (isMatrix(tensor) || (alsoHead && tensor.kind === 'head')) && !namesMatch(names, left) ? storage : undefined,
});

const numberIn = (config: Config, key: string, otherwise: number): number => {
  const value = config[key];
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'number' && Number.isFinite(value) && value >= -1 && value <= 2 ** 20) return value;
  throw new ModelFileError(`${key} must be a number from -1 to ${2 ** 20}; got ${quoted(value)}`);
};

const BITS = [1, 2, 3, 4, 5, 6, 8];
const bitsIn = (config: Config, key: string, otherwise: number): number => {
  const bits = numberIn(config, key, otherwise);
  if (BITS.includes(bits)) return bits;
  throw new ModelFileError(`${key} must be one of ${BITS.join(', ')}; got ${quoted(config[key])}`);
};

/** Names of modules that are left alone, under any of the keys for it. */
const leftIn = (config: Config): NamePattern[] =>
  ['modules_to_not_convert', 'ignore', 'exclude_modules', 'llm_int8_skip_modules', 'ignored_layers'].flatMap((key) =>
    patternsOf(config[key], key),
  );

const blockSize = (value: unknown): readonly [number, number] | undefined => {
  const [rows, columns] = Array.isArray(value) ? value : [];
  const isSize = (size: unknown): size is number => typeof size === 'number' && size >= 1 && size <= 2 ** 20;
  return isSize(rows) && isSize(columns) ? [rows, columns] : undefined;
};

const groupText = (name: string, bits: number, group: number): string =>
  `${name}, ${bits} bits${group > 0 ? ` in groups of ${group}` : ''}`;

function fp8Scheme(config: Config, whole: Config): Scheme {
  const block = blockSize(config.weight_block_size);
  const storage = block ? fp8Blocks(block, config.scale_fmt === 'ue8m0' ? 1 : 4) : FP8_TENSOR;
  const base = everywhere(storage, leftIn({ ...config, ignore: undefined }));
  const overrides = layersIn(config);
  // DeepSeek V4's experts have half the bits of the rest.
  const inFp4 = whole.expert_dtype === 'fp4' && !overrides;
  return {
    text: [base.text, ...(inFp4 ? ['experts in mxfp4'] : []), ...(overrides ? [overrides.text] : [])].join('; '),
    choice: (tensor, names) =>
      (inFp4 && tensor.kind === 'expert' ? MXFP4 : overrides?.choice(tensor, names)) ?? base.choice(tensor, names),
  };
}

function gptqScheme(config: Config, name: string, perColumnBits: number): Scheme {
  const [bits, group] = [bitsIn(config, 'bits', bitsIn(config, 'w_bit', 4)), numberIn(config, 'group_size', 128)];
  const storage = groups('I32', groupText(name, bits, group), bits, group, 16 + bits, perColumnBits);
  return everywhere(storage, leftIn(config), config.lm_head === true);
}

/** Source of the constants: bitsandbytes, whose blocks have 64 values, and whose scales have blocks of 256. */
function bitsandbytesScheme(config: Config): Scheme {
  const inFour = config.load_in_4bit === true || config._load_in_4bit === true;
  const twice = config.bnb_4bit_use_double_quant === true;
  const storage = inFour
    ? groups('U8', `bitsandbytes, 4 bits${twice ? ' with quantised scales' : ''}`, 4, 64, twice ? 8 + 32 / 256 : 32)
    : { ...fp8('', perRow), type: 'I8', text: 'bitsandbytes, 8 bits' };
  return everywhere(storage, leftIn(config));
}

/** The storage of a group of compressed-tensors or of modelopt, by its `weights`. */
function storageOfWeights(weights: Config): Storage {
  const [bits, group] = [bitsIn(weights, 'num_bits', 8), numberIn(weights, 'group_size', 0)];
  const { type = 'int', strategy, symmetric = true } = weights;
  if (type === 'float' && bits === 4) return group === 32 ? MXFP4 : NVFP4;
  if (bits === 8 && type === 'float') {
    const block = blockSize(weights.block_structure);
    if (strategy === 'block' || block) return fp8Blocks(block ?? [128, 128]);
    if (strategy === 'channel') return fp8('with a scale for each row', perRow);
    return group > 0 ? MXFP8 : FP8_TENSOR;
  }
  if (type !== 'int')
    throw new ModelFileError(`type of weights must be int, or float of 4 or 8 bits; got ${quoted(type)}`);
  const perGroup = 16 + (symmetric === false ? bits : 0);
  return groups(bits === 8 ? 'I8' : 'I32', groupText('integers', bits, group), bits, group, perGroup);
}

/** Groups of modules with a storage of their own: `config_groups` of compressed-tensors and modelopt. */
function groupsScheme(config: Config): Scheme {
  const sparse = objectAt(config, 'sparsity_config')?.format;
  if (typeof sparse === 'string' && sparse !== 'dense') {
    throw new ModelFileError(`sparsity_config.format must be dense; got ${quoted(sparse)}`);
  }
  const left = leftIn(config);
  const found = Object.values(objectAt(config, 'config_groups') ?? {}).flatMap((group) => {
    const own = OBJECT.safeParse(group);
    const weights = own.success ? objectAt(own.data, 'weights') : undefined;
    if (!own.success || !weights) return [];
    const targets = own.data.targets;
    const isAll = !Array.isArray(targets) || targets.includes('Linear');
    return [{ storage: storageOfWeights(weights), isAll, targets: isAll ? [] : patternsOf(targets, 'targets') }];
  });
  if (found.length === 0)
    throw new ModelFileError('its quantisation must have config_groups with weights; it has none');
  return {
    text: [...new Set(found.map(({ storage }) => storage.text))].join('; '),
    choice: (tensor, names) => {
      if (!(isMatrix(tensor) || tensor.kind === 'head') || namesMatch(names, left)) return undefined;
      return found.find(({ isAll, targets }) => isAll || namesMatch(names, targets))?.storage;
    },
  };
}

const ALGORITHMS: Readonly<Record<string, Storage>> = {
  FP8: FP8_TENSOR,
  FP8_PER_CHANNEL_PER_TOKEN: fp8('with a scale for each row', perRow),
  FP8_PB_WO: fp8Blocks([128, 128]),
  FP8_PB_REAL: fp8Blocks([128, 128]),
  NVFP4,
  W4A16_NVFP4: NVFP4,
  NVFP4_AWQ: NVFP4,
  W4A8_NVFP4_FP8: NVFP4,
  MXFP4,
  W4A8_MXFP4_FP8: MXFP4,
  MXFP8,
  W4A16_AWQ: groups('I32', 'AWQ, 4 bits in groups of 128', 4, 128, 16),
  W4A8_AWQ: groups('I32', 'AWQ, 4 bits in groups of 128', 4, 128, 16),
  W8A8_SQ_PER_CHANNEL: { ...fp8('', perRow), type: 'I8', text: 'integers, 8 bits' },
};

function algorithm(name: unknown): Storage {
  const found = typeof name === 'string' && Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;
  if (found) return found;
  throw new ModelFileError(`quant_algo must be one of ${Object.keys(ALGORITHMS).join(', ')}; got ${quoted(name)}`);
}

/** Storages by module: `quantized_layers` of modelopt. Undefined where there are none. */
function layersIn(config: Config): Scheme | undefined {
  const layers = objectAt(config, 'quantized_layers');
  if (!layers) return undefined;
  const storages = new Map(
    Object.entries(layers).map(([name, said]) => {
      const own = OBJECT.safeParse(said);
      return [name, algorithm(own.success ? own.data.quant_algo : said)] as const;
    }),
  );
  return {
    text: [...new Set([...storages.values()].map(({ text }) => text))].join('; '),
    choice: (tensor, names) => {
      if (!isMatrix(tensor) && tensor.kind !== 'head') return undefined;
      for (const name of names) {
        for (let at = name; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
          const found = storages.get(at);
          if (found) return found;
        }
      }
      return undefined;
    },
  };
}

/** modelopt: one algorithm for all, groups, or modules one by one. */
function modeloptScheme(config: Config): Scheme {
  const layers = layersIn(config);
  if (layers) return layers;
  if (config.quant_algo !== undefined && config.quant_algo !== null && config.quant_algo !== 'MIXED_PRECISION') {
    return everywhere(algorithm(config.quant_algo), leftIn(config), true);
  }
  return groupsScheme(config);
}

/** exllamav2: the mean of its bits, and bits of the head. */
function exl2Scheme(config: Config, name: string): Scheme {
  const [bits, head] = [numberIn(config, 'bits', 4), numberIn(config, 'head_bits', 6)];
  const ofBits = (value: number): Storage => groups('I32', `${name}, ${value} bits on average`, value, 0, 0);
  return {
    text: `${name}, ${bits} bits on average, ${head} of the head`,
    choice: (tensor) => (tensor.kind === 'head' ? ofBits(head) : isMatrix(tensor) ? ofBits(bits) : undefined),
  };
}

/** MLX: all matrices, embedding and router included; modules may have bits of their own, or none. */
function mlxScheme(config: Config): Scheme {
  const storageOf = (own: Config): Storage => {
    const { mode = config.mode ?? 'affine' } = own;
    if (mode === 'mxfp4') return MXFP4;
    if (mode === 'nvfp4') return NVFP4;
    if (mode === 'mxfp8') return MXFP8;
    if (mode !== 'affine') throw new ModelFileError(`mode must be affine, mxfp4, mxfp8 or nvfp4; got ${quoted(mode)}`);
    const [bits, group] = [
      bitsIn(own, 'bits', bitsIn(config, 'bits', 4)),
      numberIn(own, 'group_size', numberIn(config, 'group_size', 64)),
    ];
    return groups('U32', groupText('MLX', bits, group), bits, group, 32);
  };
  const storage = storageOf(config);
  const own = new Map(
    Object.entries(config).flatMap(([name, said]): (readonly [string, Storage | undefined])[] => {
      const parsed = OBJECT.safeParse(said);
      if (said === false) return [[name, undefined]];
      return parsed.success ? [[name, storageOf(parsed.data)]] : [];
    }),
  );
  return {
    text: storage.text,
    choice: (tensor, names) => {
      if (tensor.kind === 'vector' || LEFT_ALONE.has(tensor.name)) return undefined;
      const named = names.find((name) => own.has(name));
      return named === undefined ? storage : own.get(named);
    },
  };
}

const METHODS: Readonly<Record<string, (config: Config, whole: Config) => Scheme>> = {
  fp8: fp8Scheme,
  fbgemm_fp8: (config) => everywhere(fp8('with a scale for each row', perRow), leftIn(config)),
  // Each column has the number of its group besides.
  gptq: (config) => gptqScheme(config, 'GPTQ', 32),
  gptqmodel: (config) => gptqScheme(config, 'GPTQ', 32),
  awq: (config) => gptqScheme(config, 'AWQ', 0),
  'auto-round': (config) => gptqScheme(config, 'AutoRound', 0),
  'compressed-tensors': groupsScheme,
  modelopt: modeloptScheme,
  modelopt_fp4: modeloptScheme,
  mxfp4: (config) => {
    const left = leftIn(config);
    return {
      text: 'experts in mxfp4',
      choice: (tensor, names) => (tensor.kind === 'expert' && !namesMatch(names, left) ? MXFP4 : undefined),
    };
  },
  bitsandbytes: bitsandbytesScheme,
  exl2: (config) => exl2Scheme(config, 'EXL2'),
  exl3: (config) => exl2Scheme(config, 'EXL3'),
};

/** What a config says of quantisation, and under which key. Undefined where it says nothing. */
function quantisationIn(whole: Config): { readonly key: string; readonly config: Config } | undefined {
  for (const of of [whole, ...TEXTS.map((key) => objectAt(whole, key))]) {
    for (const key of ['quantization_config', 'compression_config', 'quantization', 'compression_config']) {
      const config = objectAt(of, key);
      if (config) return { key, config };
    }
  }
  return undefined;
}

const TEXTS = ['text_config', 'llm_config', 'language_config', 'thinker_config'] as const;

function schemeOf(key: string, config: Config, whole: Config): Scheme {
  const { quant_method: method, quant_algo: algo, config_groups: inGroups } = config;
  if (typeof method === 'string') {
    const found = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    if (found) return found(config, whole);
    throw new ModelFileError(
      `${key}.quant_method must be one of ${Object.keys(METHODS).join(', ')}; got ${quoted(method)}`,
    );
  }
  if (algo !== undefined || config.quantized_layers !== undefined) return modeloptScheme(config);
  if (inGroups !== undefined) return groupsScheme(config);
  if (config.bits !== undefined || config.mode !== undefined) return mlxScheme(config);
  throw new ModelFileError(`${key} must have a quant_method, a quant_algo, config_groups or bits; it has none`);
}

/**
 * The weights of a model as its config says they are quantised. Undefined for a config that says nothing of it.
 * @param beside the content of `hf_quant_config.json`, where that is beside the config
 * @throws ModelFileError for a method that is unknown
 */
export function weightsOfConfig(model: Model, json: unknown, beside?: unknown): ConfigWeights | undefined {
  const whole = OBJECT.safeParse(json);
  if (!whole.success) return undefined;
  const other = OBJECT.safeParse(beside);
  const said = quantisationIn(whole.data) ?? (other.success ? quantisationIn(other.data) : undefined);
  if (!said) return undefined;
  const { text, choice } = schemeOf(said.key, said.config, whole.data);
  const tensors = tensorsOf(model);
  const storageOf = (tensor: Tensor): Storage => choice(tensor, namesOfTensor(tensor, model)) ?? PLAIN;
  const head = tensors.find(({ name, layer }) => name === 'head' && layer === undefined);
  return {
    tensors: tensors.map((tensor) => {
      const { rows, columns, count, sharedWith } = tensor;
      // A tied embedding is the head's memory.
      const { type, bytes } = storageOf(sharedWith === undefined ? tensor : (head ?? tensor));
      return { ...tensor, bytes: count * bytes(rows, columns), types: [type] };
    }),
    quantisation: text,
  };
}

/** Modules of each tensor, by the names that modelling codes give them. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  qkv: [
    'self_attn.q_proj',
    'self_attn.k_proj',
    'self_attn.qkv_proj',
    'linear_attn.in_proj_qkv',
    'linear_attn.in_proj_qkvz',
    'mixer.q_proj',
  ],
  'qkv down': ['self_attn.q_a_proj', 'self_attn.kv_a_proj_with_mqa', 'self_attn.q_proj', 'attn.wq_a'],
  'query up': ['self_attn.q_b_proj', 'attn.wq_b'],
  'key up': ['self_attn.kv_b_proj'],
  'value up': ['self_attn.kv_b_proj'],
  output: ['self_attn.o_proj', 'linear_attn.out_proj', 'attn.wo_b', 'mixer.o_proj'],
  'output down': ['self_attn.o_a_proj', 'attn.wo_a'],
  'output gate': ['self_attn.g_proj', 'linear_attn.in_proj_z', 'linear_attn.in_proj_qkvz'],
  'output gate down': ['self_attn.g_a_proj'],
  'decay down': ['self_attn.f_a_proj'],
  decay: ['self_attn.f_b_proj'],
  'indexer query': ['self_attn.indexer.wq_b', 'attn.indexer.wq_b'],
  'indexer key': ['self_attn.indexer.wk', 'attn.indexer.wk'],
  'mamba in': ['mixer.in_proj', 'mamba.in_proj'],
  'mamba out': ['mixer.out_proj', 'mamba.out_proj'],
  'gate and up': ['mlp.gate_proj', 'mlp.up_proj', 'mlp.gate_up_proj', 'feed_forward.gate_proj'],
  up: ['mlp.up_proj', 'mixer.up_proj'],
  down: ['mlp.down_proj', 'mixer.down_proj', 'feed_forward.down_proj'],
  'expert gate and up': [
    'mlp.experts.0.gate_proj',
    'block_sparse_moe.experts.0.w1',
    'ffn.experts.0.w1',
    'feed_forward.experts.gate_up_proj',
    'experts.0.gate_proj',
  ],
  'expert up': ['mixer.experts.0.up_proj'],
  'expert down': [
    'mlp.experts.0.down_proj',
    'block_sparse_moe.experts.0.w2',
    'ffn.experts.0.w2',
    'feed_forward.experts.down_proj',
    'mixer.experts.0.down_proj',
    'experts.0.down_proj',
  ],
  'shared gate and up': [
    'mlp.shared_experts.gate_proj',
    'mlp.shared_expert.gate_proj',
    'ffn.shared_experts.w1',
    'block_sparse_moe.shared_experts.gate_proj',
    'feed_forward.shared_expert.gate_proj',
    'share_expert.gate_proj',
  ],
  'shared up': ['mixer.shared_experts.up_proj'],
  'shared down': [
    'mlp.shared_experts.down_proj',
    'mlp.shared_expert.down_proj',
    'ffn.shared_experts.w2',
    'block_sparse_moe.shared_experts.down_proj',
    'feed_forward.shared_expert.down_proj',
    'mixer.shared_experts.down_proj',
    'share_expert.down_proj',
  ],
  'latent in': ['mixer.fc1_latent_proj', 'block_sparse_moe.routed_expert_down_proj'],
  'latent out': ['mixer.fc2_latent_proj', 'block_sparse_moe.routed_expert_up_proj'],
  router: ['mlp.gate', 'mlp.router', 'block_sparse_moe.gate', 'mixer.gate'],
  head: ['lm_head', 'head'],
  embedding: ['embed_tokens', 'embed'],
};

/** What may precede the name of a module. */
const PREFIXES = ['', 'model.', 'language_model.', 'model.language_model.', 'language_model.model.', 'backbone.'];

/** Modules of Gemma 4, whose experts are beside the MLP, not in it. */
const BESIDE_MLP: typeof MODULES = {
  'expert gate and up': ['experts.0.gate_proj'],
  'expert down': ['experts.0.down_proj'],
  'shared gate and up': ['mlp.gate_proj'],
  'shared down': ['mlp.down_proj'],
  router: ['router.proj'],
};

function namesOfTensor({ name, layer }: Tensor, { layers }: Model): string[] {
  const of = layer === undefined ? undefined : layers[layer];
  const isBeside = of?.outputNorms === true && of.mlp.kind === 'experts' && Object.hasOwn(BESIDE_MLP, name);
  const modules = (isBeside ? BESIDE_MLP : MODULES)[name] ?? [];
  const inLayer = layer === undefined ? '' : `layers.${layer}.`;
  return modules.flatMap((module) => PREFIXES.map((prefix) => `${prefix}${inLayer}${module}`));
}
