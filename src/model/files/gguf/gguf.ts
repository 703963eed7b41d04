/**
 * GGUF files, the format of llama.cpp: the model and the bytes of each tensor, from the header (`header.ts`). Keys
 * and tensor names: ggml-org/llama.cpp, gguf-py/gguf/constants.py.
 */

import { quoted, shown } from '../../../../results/text/shown.ts';
import type { Model } from '../../models/model.ts';
import { architectureOf, modelFrom } from '../families/architecture.ts';
import { type FieldName, parseFields } from '../fields.ts';
import { type Parts, partMissing, partsOf } from '../parts.ts';
import { type ByteSource, type Files, ModelFileError, ofFile, readParts } from '../source.ts';
import { type FileTensor, matching, type Place, type Placing, type StoredWeights } from '../stored.ts';
import { GGML_TYPES, type GgmlType } from './ggml-types.ts';
import { type GgufMetadata, readGgufHeader } from './header.ts';
import { type GgufContents, isFurther, ofTensors, type Rule, type Sides } from './layers.ts';

/** What the tensors of each architecture leave open. An architecture of llama.cpp that is not here is not known. */
const ARCHITECTURES: Readonly<Record<string, Rule>> = {
  llama: { slides: 'all' },
  qwen2: { slides: 'none' },
  qwen3: { slides: 'none' },
  qwen3moe: { slides: 'none' },
  phi3: { slides: 'all' },
  gemma3: { slides: 6 },
  mistral3: { slides: 'all' },
  gemma: {},
  gemma2: { slides: 2 },
  gemma3n: { slides: 5, ownCaches: 20 },
  gemma4: {},
  llama4: { slides: 4, chunk: 8192 },
  mistral4: {},
  deci: { partial: true },
  deepseek: {},
  deepseek2: {},
  'deepseek2-ocr': {},
  deepseek32: {},
  deepseek4: { sinks: true },
  'glm-dsa': {},
  'kimi-linear': {},
  chatglm: {},
  glm4: {},
  glm4moe: {},
  granite: { slides: 'all' },
  granitemoe: {},
  granitehybrid: {},
  nemotron_h: { partial: true },
  nemotron_h_moe: { partial: true },
  'falcon-h1': {},
  jamba: {},
  mamba2: { partial: true },
  lfm2: {},
  lfm2moe: {},
  qwen2vl: { slides: 'none' },
  qwen2moe: { slides: 'none' },
  qwen3vl: { slides: 'none' },
  qwen3vlmoe: { slides: 'none' },
  qwen3next: {},
  qwen35: {},
  qwen35moe: {},
  'hunyuan-dense': {},
  'hunyuan-moe': {},
  hunyuan_vl: {},
  hy_v3: {},
  'minimax-m2': {},
  mimo2: { sinks: true },
  step35: {},
  smollm3: { slides: 'all' },
  seed_oss: { slides: 'all' },
  ernie4_5: { slides: 'all' },
  'ernie4_5-moe': {},
  paddleocr: {},
  'command-r': {},
  cohere2: { slides: 4 },
  cohere2moe: { wholeFirst: true },
  olmo2: { slides: 4 },
  olmoe: {},
  exaone: {},
  exaone4: { slides: 4 },
  'exaone-moe': { slides: 4 },
  bailingmoe: {},
  bailingmoe2: {},
  dots1: {},
  afmoe: { slides: 4 },
  laguna: { slides: 4, wholeFirst: true },
  smallthinker: { slides: 4, wholeFirst: true },
  apertus: {},
  arcee: {},
  bitnet: {},
  internlm2: {},
  minicpm: {},
  minicpm3: {},
  maincoder: {},
  'pangu-embedded': {},
  plm: {},
  'gpt-oss': { slides: 2, sinks: true },
};

/** The key of each field, after `<architecture>.`. */
const KEYS = { layers: 'block_count', hidden: 'embedding_length' } as const satisfies Partial<
  Record<FieldName, string>
>;

/** The model's tensors by the part of a tensor's name between `blk.N.` and `.weight` or `.bias`. */
const IN_LAYER: Readonly<Record<string, readonly string[]>> = {
  // A layer may have only an MLP.
  attn_norm: ['attention norm', 'mlp norm'],
  attn_q: ['qkv', 'qkv down'],
  attn_k: ['qkv'],
  attn_v: ['qkv'],
  attn_qkv: ['qkv'],
  attn_q_norm: ['query norm'],
  attn_k_norm: ['key norm'],
  attn_sinks: ['sinks'],
  attn_output: ['output', 'attention linear'],
  attn_q_a: ['qkv down'],
  attn_kv_a_mqa: ['qkv down'],
  attn_kv: ['qkv down'],
  attn_output_a: ['output down'],
  attn_output_b: ['output'],
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
  ffn_gate: ['gate and up', 'shared gate and up', 'expert gate and up'],
  ffn_up: ['gate and up', 'up', 'shared gate and up', 'expert gate and up'],
  ffn_down: ['down', 'shared down', 'expert down'],
  ffn_gate_inp: ['router'],
  exp_probs_b: ['router'],
  ffn_gate_exps: ['expert gate and up'],
  ffn_up_exps: ['expert gate and up', 'expert up'],
  ffn_gate_up_exps: ['expert gate and up'],
  ffn_down_exps: ['expert down'],
  ffn_gate_shexp: ['shared gate and up'],
  ffn_up_shexp: ['shared gate and up', 'shared up'],
  ffn_down_shexp: ['shared down'],
  ffn_gate_inp_shexp: ['shared expert gate'],
  ffn_latent_down: ['latent in'],
  ffn_latent_up: ['latent out'],
  ffn_norm_exps: ['latent out norm'],
  // Linear attention, and Mamba.
  attn_gate: ['output gate', 'qkv'],
  ssm_ba: ['strength and decay'],
  ssm_beta: ['strength and decay', 'strength'],
  ssm_alpha: ['strength and decay'],
  ssm_conv1d: ['convolution'],
  ssm_conv1d_q: ['convolution'],
  ssm_conv1d_k: ['convolution'],
  ssm_conv1d_v: ['convolution'],
  ssm_f_a: ['decay down'],
  ssm_f_b: ['decay'],
  ssm_g_a: ['output gate down'],
  ssm_g_b: ['output gate'],
  ssm_a: ['decay rate'],
  ssm_d: ['skip'],
  ssm_dt: ['decay'],
  ssm_norm: ['state norm'],
  ssm_in: ['mamba in'],
  ssm_out: ['mamba out', 'output'],
  // Sparse attention, and DeepSeek V4's compressed entries.
  'indexer.attn_q_b': ['indexer query'],
  'indexer.attn_k': ['indexer key'],
  'indexer.k_norm': ['indexer key norm'],
  'indexer.proj': ['indexer weights'],
  attn_compressor_kv: ['compressor'],
  attn_compressor_gate: ['compressor'],
  attn_compressor_ape: ['compressor places'],
  attn_compressor_norm: ['compressor norm'],
  indexer_compressor_kv: ['indexer compressor'],
  indexer_compressor_gate: ['indexer compressor'],
  indexer_compressor_ape: ['indexer compressor places'],
  indexer_compressor_norm: ['indexer compressor norm'],
};

/** Parts of keys and values, which a file may have for a layer that reads the cache of one before it. */
const OF_CACHE = new Set(['attn_k', 'attn_v', 'attn_k_norm']);

/** The model's tensors outside the layers by the name of a file's tensor. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  token_embd: ['embedding'],
  output_norm: ['final norm'],
  // LFM2 calls it so.
  token_embd_norm: ['final norm'],
  output: ['head'],
};

/** What no kernel reads: factors of the rotary angles, and the table from tokens to experts, of which a step looks up a row. */
const NOT_READ = /^(rope_(freqs|factors_long|factors_short)|attn_rot_embd|ffn_gate_tid2eid)$/;

/**
 * Towers for pictures and sound, and their projectors, which Ollama keeps in the file of the model: `v.`, `a.`, `mm.`,
 * and `s.` and `t.` of further encoders. Names: ollama/ollama, model/models/; llama.cpp, gguf-py/gguf/constants.py.
 */
const TOWER = /^(v|a|mm|s|t|resampler|model\.(image|view)_\w+|vision\w*|audio\w*)(\.|$)/;

/** A part of a layer, or of the model: its name, the number of a single expert, and what of it a tensor is. */
const NAME =
  /^(?:blk\.(\d+)\.)?((?:indexer\.|shortconv\.)?[a-z][a-z0-9_]*)(?:\.\d+)?(?:\.(weight|bias|scale|input_scale))?$/;

/** Scales of a whole matrix, as NVFP4 has beside those in its blocks, and of the inputs that it is multiplied by. */
const SCALE = /\.(input_)?scale$/;

const placing: Placing = (name): Place | 'unread' | undefined => {
  const [, block, part = '', kind] = NAME.exec(name) ?? [];
  if (NOT_READ.test(part) || TOWER.test(name)) return 'unread';
  const layer = block === undefined ? {} : { layer: Number(block) };
  if (part === 'attn_kv_b') return { ...layer, names: ['key up', 'value up'], each: true };
  if (part === 'exp_probs_b') return { ...layer, names: ['router bias'] };
  const places = block === undefined ? OUTSIDE : IN_LAYER;
  const known = Object.hasOwn(places, part) ? places[part] : undefined;
  if (part === '' || (known === undefined && block === undefined && !isFurther(part))) return inLayer(name);
  // Further parts have the file's own names.
  const names = [...(known ?? []), part];
  return {
    ...{ ...layer, names: kind === 'bias' ? names.map((n) => `${n} bias`) : names },
    ...(OF_CACHE.has(part) && { isOfCache: true }),
  };
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
    const tables = parts.map(({ tensors }) => tensors);
    // The first part has all keys of the model, the others only keys about themselves.
    const model = modelOf(parts[0]?.metadata ?? new Map(), tables, name);
    const matched = matching(model, placing);
    for (const table of tables) for (let i = 0; i < table.names.length; i++) matched.take(tensorAt(table, i));
    return { model, weights: matched.end() };
  });
}

/** Whether a file is a whole model, though its name says that it is a part: a part has a key for the number of all. */
const isWhole = ([part, ...others]: readonly Part[], { names }: Parts): boolean =>
  names.length === 1 && others.length === 0 && Number(part?.metadata.get('split.count') ?? 1) <= 1;

interface Part {
  readonly metadata: GgufMetadata;
  readonly tensors: Tensors;
}

/** The tensors of a file, a list for each of their properties: as objects, a hundred thousand took six times the header. */
interface Tensors {
  readonly names: string[];
  readonly types: string[];
  /** Number of weights: 0 for scales. */
  readonly weights: number[];
  readonly columns: number[];
  readonly rows: number[];
  readonly bytes: number[];
  /** The byte at which data begin. */
  readonly starts: number[];
}

const tensorAt = ({ names, types, bytes, weights }: Tensors, i: number): FileTensor => ({
  ...{ name: names[i] ?? '', type: types[i] ?? '', bytes: bytes[i] ?? 0, weights: weights[i] ?? 0 },
});

async function readPart(source: ByteSource): Promise<Part> {
  const tensors: Tensors = { names: [], types: [], weights: [], columns: [], rows: [], bytes: [], starts: [] };
  const { metadata, data } = await readGgufHeader(source, (name, columns, rows, values, number, start) => {
    const type = typeOf(name, number, columns);
    tensors.names.push(name);
    tensors.types.push(type.name);
    tensors.weights.push(SCALE.test(name) ? 0 : values);
    tensors.columns.push(columns);
    tensors.rows.push(rows);
    tensors.bytes.push((values / type.values) * type.bytes);
    tensors.starts.push(start);
  });
  checkPlaces(tensors, data, source);
  return { metadata, tensors };
}

/** The number format of a tensor. @throws ModelFileError for one that ggml does not have, and for rows of part of a block */
function typeOf(name: string, number: number, columns: number): GgmlType {
  const type = GGML_TYPES.get(number);
  if (!type) {
    const [last, { name: lastName } = { name: '' }] = [...GGML_TYPES].at(-1) ?? [];
    throw new ModelFileError(
      `the type of ${quoted(name)} must be one that ggml has, up to ${last} (${lastName}); got ${number}`,
    );
  }
  if (columns % type.values !== 0) {
    throw new ModelFileError(
      `a row of ${quoted(name)} must be whole blocks of ${type.values} values (${type.name}); it has ${columns}`,
    );
  }
  return type;
}

/** Refuses tensors that overlap or extend beyond the file, whose data begin at byte `data`. */
function checkPlaces({ names, starts, bytes }: Tensors, data: number, { size }: ByteSource): void {
  // Most files have their tensors in order.
  const isInOrder = starts.every((start, i) => i === 0 || start >= (starts[i - 1] ?? 0));
  const order = isInOrder
    ? undefined
    : Uint32Array.from(starts, (_, i) => i).sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  let before = '';
  let end = data;
  for (let at = 0; at < starts.length; at++) {
    const i = order?.[at] ?? at;
    const name = names[i] ?? '';
    const start = data + (starts[i] ?? 0);
    if (start < end) throw new ModelFileError(`its tensors ${quoted(before)} and ${quoted(name)} overlap`);
    before = name;
    end = start + (bytes[i] ?? 0);
    if (end > size) {
      throw new ModelFileError(`is cut off: its tensor ${quoted(name)} ends at byte ${end}, and the file at ${size}`);
    }
  }
}

function modelOf(metadata: GgufMetadata, tables: readonly Tensors[], id: string): Model {
  const name = metadata.get('general.architecture');
  refuseNoModel(metadata);
  const rule = ruleOf(name, tables);
  const sidesOf = sidesIn(tables);
  const contents: GgufContents = {
    value(key) {
      const said = metadata.get(`${String(name)}.${key}`);
      return typeof said === 'object' ? said.map(asNumber) : asNumber(said);
    },
    nameOf: (key) => `${String(name)}.${key}`,
    sides: (of, ending = 'weight') => sidesOf(ending === '' ? of : `${of}.${ending}`),
  };
  const keyOf = (field: FieldName): string =>
    contents.nameOf((KEYS as Partial<Record<FieldName, string>>)[field] ?? field);
  const fields = parseFields(
    {
      layers: layersOf(contents),
      hidden: contents.value(KEYS.hidden),
      vocabulary: sidesOf('token_embd.weight')?.rows,
      tied: !sidesOf('output.weight'),
    },
    keyOf,
  );
  const title = metadata.get('general.name');
  const about = {
    id,
    name: typeof title === 'string' && title !== '' ? shown(title, MAX_TITLE_LENGTH) : id,
    source: id,
  };
  return modelFrom(about, ofTensors(contents, rule), fields, keyOf);
}

/** What is known of an architecture. @throws ModelFileError for an unknown one, with what its tensors take */
function ruleOf(name: unknown, tables: readonly Tensors[]): Rule {
  try {
    return architectureOf(ARCHITECTURES, name, 'general.architecture');
  } catch (error) {
    if (!(error instanceof ModelFileError) || typeof name !== 'string') throw error;
    const count = tables.reduce((total, { names }) => total + names.length, 0);
    const bytes = tables.reduce((total, table) => total + table.bytes.reduce((sum, of) => sum + of, 0), 0);
    throw new ModelFileError(
      `${error.message}; its ${count} tensors take ${bytes} bytes, and what a step reads and keeps is not known`,
    );
  }
}

/** Finds the sides of a tensor by its name. */
function sidesIn(tables: readonly Tensors[]): (name: string) => Sides | undefined {
  const places = tables.map(({ names }) => {
    const byName = new Map<string, number>();
    for (let i = 0; i < names.length; i++) byName.set(names[i] ?? '', i);
    return byName;
  });
  return (name) => {
    for (const [part, { columns, rows, weights }] of tables.entries()) {
      const i = places[part]?.get(name);
      if (i === undefined || !weights[i]) continue;
      const [width = 1, height = 1] = [columns[i], rows[i]];
      return { columns: width, rows: height, count: weights[i] / (width * height) };
    }
    return undefined;
  };
}

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

/** The number of layers without those that predict further tokens, which newer files count, too. */
function layersOf({ value }: GgufContents): unknown {
  const [layers, further] = [value(KEYS.layers), value('nextn_predict_layers')];
  return typeof layers === 'number' && typeof further === 'number' && further < layers ? layers - further : layers;
}

/** Maximum characters of a model's name from a file. */
const MAX_TITLE_LENGTH = 100;
