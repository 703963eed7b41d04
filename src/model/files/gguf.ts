/**
 * GGUF files, the format of llama.cpp: the model and the bytes of each tensor, from the header (`gguf-header.ts`). Keys
 * and tensor names: ggml-org/llama.cpp, gguf-py/gguf/constants.py.
 */

import { quoted, shown } from '../../../results/shown.ts';
import type { Model } from '../models/model.ts';
import {
  type Architecture,
  architectureOf,
  cohere,
  deepseek,
  gemma2,
  gemma3,
  glm4Moe,
  gptOss,
  llama,
  minimaxM2,
  modelFrom,
  olmo2,
  phi3,
  qwen2,
  qwen3,
  qwen3Moe,
  qwenNext,
} from './architectures.ts';
import { type FieldName, parseFields } from './fields.ts';
import { GGML_TYPES } from './ggml-types.ts';
import { type GgufMetadata, type GgufTensorInfo, readGgufHeader } from './gguf-header.ts';
import { type Parts, partMissing, partsOf } from './parts.ts';
import { type ByteSource, type Files, ModelFileError, ofFile, readParts } from './source.ts';
import { type FileTensor, matching, type Place, type Placing, type StoredWeights } from './stored.ts';

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  llama,
  phi3,
  qwen2,
  qwen3,
  qwen3moe: qwen3Moe,
  gemma2,
  gemma3,
  deepseek2: deepseek,
  granite: llama,
  smollm3: llama,
  seed_oss: llama,
  ernie4_5: llama,
  mistral3: llama,
  qwen3vl: qwen3,
  qwen3vlmoe: qwen3Moe,
  qwen3next: qwenNext,
  qwen35: qwenNext,
  qwen35moe: qwenNext,
  glm4moe: glm4Moe,
  'minimax-m2': minimaxM2,
  olmo2,
  'command-r': cohere,
  cohere2: cohere,
  'gpt-oss': gptOss,
};

/** The key of each field, after `<architecture>.`. The other fields follow from the tensors. */
const KEYS = {
  layers: 'block_count',
  hidden: 'embedding_length',
  queryHeads: 'attention.head_count',
  kvHeads: 'attention.head_count_kv',
  headDim: 'attention.key_length',
  ffn: 'feed_forward_length',
  window: 'attention.sliding_window',
  experts: 'expert_count',
  activeExperts: 'expert_used_count',
  expertFfn: 'expert_feed_forward_length',
  sharedExperts: 'expert_shared_count',
  denseLayers: 'leading_dense_block_count',
  queryRank: 'attention.q_lora_rank',
  kvRank: 'attention.kv_lora_rank',
  ropeDim: 'rope.dimension_count',
  sharedFfn: 'expert_shared_feed_forward_length',
  globalEvery: 'full_attention_interval',
  convolution: 'ssm.conv_kernel',
  stateKeyDim: 'ssm.state_size',
  stateKeyHeads: 'ssm.group_count',
  stateHeads: 'ssm.time_step_rank',
} as const satisfies Partial<Record<FieldName, string>>;

/** Keys of the widths of MLA's heads. Files from before June 2025 have only the second key of each. */
const MLA_KEYS = {
  keyDim: ['attention.key_length_mla', 'attention.key_length'],
  valueDim: ['attention.value_length_mla', 'attention.value_length'],
} as const;

/** The model's tensors by the part of a tensor's name between `blk.N.` and `.weight` or `.bias`. */
const IN_LAYER: Readonly<Record<string, readonly string[]>> = {
  attn_norm: ['attention norm'],
  attn_q: ['qkv', 'qkv down'],
  attn_k: ['qkv'],
  attn_v: ['qkv'],
  attn_qkv: ['qkv'],
  attn_q_norm: ['query norm'],
  attn_k_norm: ['key norm'],
  attn_sinks: ['sinks'],
  attn_output: ['output'],
  attn_q_a: ['qkv down'],
  attn_kv_a_mqa: ['qkv down'],
  attn_q_a_norm: ['query norm'],
  attn_q_b: ['query up'],
  attn_kv_a_norm: ['latent norm'],
  attn_k_b: ['key up'],
  attn_v_b: ['value up'],
  // It is the norm before the MLP in gpt-oss.
  post_attention_norm: ['attention output norm', 'mlp norm'],
  ffn_norm: ['mlp norm'],
  post_ffw_norm: ['mlp output norm'],
  // Files from before April 2024 have single experts: ffn_gate.0 and so on.
  ffn_gate: ['gate and up', 'expert gate and up'],
  ffn_up: ['gate and up', 'expert gate and up'],
  ffn_down: ['down', 'expert down'],
  ffn_gate_inp: ['router'],
  exp_probs_b: ['router'],
  ffn_gate_exps: ['expert gate and up'],
  ffn_up_exps: ['expert gate and up'],
  ffn_gate_up_exps: ['expert gate and up'],
  ffn_down_exps: ['expert down'],
  ffn_gate_shexp: ['shared gate and up'],
  ffn_up_shexp: ['shared gate and up'],
  ffn_down_shexp: ['shared down'],
  ffn_gate_inp_shexp: ['shared expert gate'],
  // Linear attention.
  attn_gate: ['output gate'],
  ssm_ba: ['strength and decay'],
  ssm_beta: ['strength and decay'],
  ssm_alpha: ['strength and decay'],
  ssm_conv1d: ['convolution'],
  ssm_a: ['decay rate'],
  ssm_dt: ['decay'],
  ssm_norm: ['state norm'],
  ssm_out: ['output'],
};

/** The model's tensors outside the layers by the name of a file's tensor. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  token_embd: ['embedding'],
  output_norm: ['final norm'],
  output: ['head'],
};

/** Factors of the rotary angles, which no kernel reads. */
const ROTARY = /^(rope_(freqs|factors_long|factors_short)|attn_rot_embd)$/;

/**
 * Towers for pictures and sound, and their projectors, which Ollama keeps in the file of the model: `v.`, `a.`, `mm.`,
 * and `s.` and `t.` of further encoders. Names: ollama/ollama, model/models/; llama.cpp, gguf-py/gguf/constants.py.
 */
const TOWER = /^(v|a|mm|s|t|resampler|model\.(image|view)_\w+|vision\w*|audio\w*)(\.|$)/;

/** A part of a layer, or of the model: its name, the number of a single expert, and what of it a tensor is. */
const NAME = /^(?:blk\.(\d+)\.)?([a-z][a-z0-9_]*)(?:\.\d+)?(?:\.(weight|bias|scale|input_scale))?$/;

/** Scales of a whole matrix, as NVFP4 has beside those in its blocks, and of the inputs that it is multiplied by. */
const SCALE = /\.(input_)?scale$/;

const placing: Placing = (name): Place | 'unread' | undefined => {
  const [, block, part = '', kind] = NAME.exec(name) ?? [];
  if (ROTARY.test(part) || TOWER.test(name)) return 'unread';
  const layer = block === undefined ? {} : { layer: Number(block) };
  if (part === 'attn_kv_b') return { ...layer, names: ['key up', 'value up'], each: true };
  const places = block === undefined ? OUTSIDE : IN_LAYER;
  const names = Object.hasOwn(places, part) ? places[part] : undefined;
  if (names === undefined) return inLayer(name);
  return { ...layer, names: kind === 'bias' ? names.map((n) => `${n} bias`) : names };
};

/** The place of an unknown part of a layer. It may be a layer behind the last one, which is left out. */
function inLayer(name: string): Place | undefined {
  const [, block] = /^blk\.(\d+)\./.exec(name) ?? [];
  return block === undefined ? undefined : { layer: Number(block), names: [] };
}

/** Reads a model from a GGUF file. `name` is the file, or any of its parts. @throws ModelFileError */
export async function readGguf(files: Files, name: string): Promise<{ model: Model; weights: StoredWeights }> {
  const of = await partsOf(files, name);
  const parts = await readParts(files, of.names, readPart);
  if (of.missing !== undefined && !isWhole(parts, of)) throw partMissing(of);
  return ofFile(name, () => {
    const [first, ...others] = parts;
    const tensors = others.length === 0 ? (first?.tensors ?? []) : parts.flatMap((part) => part.tensors);
    // The first part has all keys of the model, the others only keys about themselves.
    const model = modelOf(first?.metadata ?? new Map(), tensors, name);
    const matched = matching(model, placing);
    for (const tensor of tensors) matched.take(tensor);
    return { model, weights: matched.end() };
  });
}

/** Whether a file is a whole model, though its name says that it is a part: a part has a key for the number of all. */
const isWhole = ([part, ...others]: readonly Part[], { names }: Parts): boolean =>
  names.length === 1 && others.length === 0 && Number(part?.metadata.get('split.count') ?? 1) <= 1;

interface Part {
  readonly metadata: GgufMetadata;
  readonly tensors: readonly GgufTensor[];
}

interface GgufTensor extends FileTensor {
  /** Its second side. Undefined: it has one. */
  readonly rows: number | undefined;
  /** Byte of the file at which its data begin. */
  start: number;
}

async function readPart(source: ByteSource): Promise<Part> {
  const { metadata, tensors } = await readGgufHeader(source, tensorOf);
  checkPlaces(tensors, source);
  return { metadata, tensors };
}

function tensorOf({ name, shape, start, type: number }: GgufTensorInfo): GgufTensor {
  const type = GGML_TYPES.get(number);
  if (!type) {
    const [last, { name: lastName } = { name: '' }] = [...GGML_TYPES].at(-1) ?? [];
    throw new ModelFileError(
      `the type of ${quoted(name)} must be one that ggml has, up to ${last} (${lastName}); got ${number}`,
    );
  }
  const values = shape.reduce((product, side) => product * side, 1);
  // A tensor without sides is a single value.
  const [row = 1] = shape;
  if (row % type.values !== 0) {
    throw new ModelFileError(
      `a row of ${quoted(name)} must be whole blocks of ${type.values} values (${type.name}); it has ${row}`,
    );
  }
  const bytes = (values / type.values) * type.bytes;
  return { name, type: type.name, weights: SCALE.test(name) ? 0 : values, bytes, rows: shape[1], start };
}

/** Refuses tensors that overlap or extend beyond the file. */
function checkPlaces(tensors: readonly GgufTensor[], { size }: ByteSource): void {
  let [before, end] = ['', 0];
  for (const { name, start, bytes } of [...tensors].sort((a, b) => a.start - b.start)) {
    if (start < end) throw new ModelFileError(`its tensors ${quoted(before)} and ${quoted(name)} overlap`);
    [before, end] = [name, start + bytes];
    if (end > size) {
      throw new ModelFileError(`is cut off: its tensor ${quoted(name)} ends at byte ${end}, and the file at ${size}`);
    }
  }
}

function modelOf(metadata: GgufMetadata, tensors: readonly GgufTensor[], id: string): Model {
  const name = metadata.get('general.architecture');
  refuseNoModel(metadata);
  const architecture = architectureOf(ARCHITECTURES, name, 'general.architecture');
  const value = (key: string): unknown => {
    const said = metadata.get(`${String(name)}.${key}`);
    return typeof said === 'object' ? said.map(asNumber) : asNumber(said);
  };
  const keyOf = (field: FieldName): string => `${String(name)}.${ownKey(field) ?? field}`;
  const tensor = (wanted: string): GgufTensor | undefined => tensors.find((t) => t.name === wanted);
  const hasInLayers = (part: string): boolean =>
    tensors.some((t) => t.name.startsWith('blk.') && t.name.endsWith(part));
  const said = Object.fromEntries(Object.entries(KEYS).map(([field, key]) => [field, value(key)]));
  const fields = parseFields(
    {
      ...said,
      ...withoutFurther(value),
      ...slidingLayers(value),
      ...latentDims(value),
      ...stateDims(value),
      vocabulary: tensor('token_embd.weight')?.rows,
      tied: !tensor('output.weight'),
      qkvBias: hasInLayers('.attn_q.bias') || hasInLayers('.attn_qkv.bias'),
      outputBias: hasInLayers('.attn_output.bias'),
      mlpBias: hasInLayers('.ffn_down.bias'),
      routerBias: hasInLayers('.exp_probs_b.bias'),
      headNorms: hasInLayers('.attn_q_norm.weight'),
    },
    keyOf,
  );
  const title = metadata.get('general.name');
  const about = {
    id,
    name: typeof title === 'string' && title !== '' ? shown(title, MAX_TITLE_LENGTH) : id,
    source: id,
  };
  return modelFrom(about, architecture, fields, keyOf);
}

const ownKey = (field: FieldName): string | undefined =>
  Object.entries({ ...KEYS, ...OTHER_KEYS }).find(([f]) => f === field)?.[1];

/** Names for errors of fields that have no key of their own. */
const OTHER_KEYS: Partial<Record<FieldName, string>> = {
  vocabulary: 'vocab_size, told by token_embd.weight',
  nopeDim: MLA_KEYS.keyDim.join(' or '),
  valueDim: MLA_KEYS.valueDim.join(' or '),
};

const asNumber = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

/** Refuses files of GGUF that hold no model that decodes text. */
function refuseNoModel(metadata: GgufMetadata): void {
  const [architecture, type] = [metadata.get('general.architecture'), metadata.get('general.type')];
  if (architecture === 'clip' || type === 'mmproj') {
    throw new ModelFileError(
      'is the part of a model for pictures or sound (mmproj): give the file of the model itself',
    );
  }
  if (type === 'adapter') throw new ModelFileError('is an adapter (LoRA): give the file of the model that it is for');
  if (type === 'imatrix') throw new ModelFileError('is an importance matrix: give the file of a model');
}

/** Which layers have the window: one in so many does not, or a list says it of each. */
function slidingLayers(value: (key: string) => unknown): Partial<Record<FieldName, unknown>> {
  const pattern = value('attention.sliding_window_pattern');
  if (!Array.isArray(pattern)) return pattern === undefined || pattern === 0 ? {} : { globalEvery: pattern };
  if (!value(KEYS.window)) return {};
  return { layerTypes: pattern.map((slides) => (slides ? 'sliding_attention' : 'full_attention')) };
}

/** The number of layers without those that predict further tokens, which newer files count, too. */
function withoutFurther(value: (key: string) => unknown): Partial<Record<FieldName, unknown>> {
  const [layers, further] = [value(KEYS.layers), value('nextn_predict_layers')];
  return typeof layers === 'number' && typeof further === 'number' && further < layers
    ? { layers: layers - further }
    : {};
}

/** Width of a value in a recurrent state: all heads have the inner size together. */
function stateDims(value: (key: string) => unknown): Partial<Record<FieldName, unknown>> {
  const [inner, heads] = [value('ssm.inner_size'), value(KEYS.stateHeads)];
  return typeof inner === 'number' && typeof heads === 'number' ? { stateValueDim: inner / heads } : {};
}

/** Widths of MLA's heads: the part of a key that is not rotated, and a value. */
function latentDims(value: (key: string) => unknown): Partial<Record<FieldName, unknown>> {
  if (value(KEYS.kvRank) === undefined) return {};
  const [keyDim, valueDim] = [MLA_KEYS.keyDim, MLA_KEYS.valueDim].map((keys) =>
    keys.map(value).find((said) => said !== undefined),
  );
  const ropeDim = value(KEYS.ropeDim);
  return { nopeDim: typeof keyDim === 'number' && typeof ropeDim === 'number' ? keyDim - ropeDim : keyDim, valueDim };
}

/** Maximum characters of a model's name from a file. */
const MAX_TITLE_LENGTH = 100;
