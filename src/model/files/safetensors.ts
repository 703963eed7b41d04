/**
 * Safetensors files, the format of the Hugging Face hub: one file, or several with an index. A header has the names,
 * shapes and places of tensors. The `config.json` beside it says what they are for.
 * Specification: huggingface/safetensors, README.md, "Format". Tensor names: huggingface/transformers, modelling code.
 */

import { z } from 'zod';
import { IN_WORDS } from '../../../results/fields.ts';
import { quoted } from '../../../results/shown.ts';
import type { Model } from '../models/model.ts';
import { readConfig } from './config.ts';
import { jsonEntries, parsedEntry } from './json-entries.ts';
import {
  type ByteSource,
  type Files,
  MAX_PARTS,
  ModelFileError,
  ofFile,
  opened,
  partsOf,
  readParts,
} from './source.ts';
import { type FileTensor, matching, type Place, type Placing, type StoredWeights } from './stored.ts';

/** Bits of a value, by dtype. Source: safetensors, safetensors/src/tensor.rs, `Dtype`. */
const BITS: Readonly<Record<string, number>> = {
  ...{ F64: 64, F32: 32, F16: 16, BF16: 16, F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, F4: 4 },
  ...{ I64: 64, I32: 32, I16: 16, I8: 8, U64: 64, U32: 32, U16: 16, U8: 8, BOOL: 8 },
};

/** Whether a value of this dtype is one weight. An integer may hold several. */
const isFloat = (type: string): boolean => type.startsWith('F') || type === 'BF16';

/** The model's tensors by the path of a module in its layer; `*` stands for the number of an expert. */
const IN_LAYER: Readonly<Record<string, readonly string[]>> = {
  input_layernorm: ['attention norm'],
  'self_attn.q_proj': ['qkv', 'qkv down'],
  'self_attn.k_proj': ['qkv'],
  'self_attn.v_proj': ['qkv'],
  'self_attn.qkv_proj': ['qkv'],
  'self_attn.q_norm': ['query norm'],
  'self_attn.k_norm': ['key norm'],
  'self_attn.sinks': ['sinks'],
  'self_attn.o_proj': ['output'],
  'self_attn.q_a_proj': ['qkv down'],
  'self_attn.kv_a_proj_with_mqa': ['qkv down'],
  'self_attn.q_a_layernorm': ['query norm'],
  'self_attn.q_b_proj': ['query up'],
  'self_attn.kv_a_layernorm': ['latent norm'],
  // It is the norm after attention in Gemma, and the norm before the MLP elsewhere.
  post_attention_layernorm: ['attention output norm', 'mlp norm'],
  pre_feedforward_layernorm: ['mlp norm'],
  post_feedforward_layernorm: ['mlp output norm'],
  'mlp.gate_proj': ['gate and up'],
  'mlp.up_proj': ['gate and up'],
  'mlp.gate_up_proj': ['gate and up'],
  'mlp.down_proj': ['down'],
  'mlp.gate': ['router'],
  'mlp.router': ['router'],
  'block_sparse_moe.gate': ['router'],
  'mlp.experts.*.gate_proj': ['expert gate and up'],
  'mlp.experts.*.up_proj': ['expert gate and up'],
  'mlp.experts.*.down_proj': ['expert down'],
  'mlp.experts.gate_up_proj': ['expert gate and up'],
  'mlp.experts.down_proj': ['expert down'],
  'block_sparse_moe.experts.*.w1': ['expert gate and up'],
  'block_sparse_moe.experts.*.w3': ['expert gate and up'],
  'block_sparse_moe.experts.*.w2': ['expert down'],
  'mlp.shared_experts.gate_proj': ['shared gate and up'],
  'mlp.shared_experts.up_proj': ['shared gate and up'],
  'mlp.shared_experts.down_proj': ['shared down'],
};

/** The module with MLA's keys and values from latents, in one matrix. */
const KEY_AND_VALUE_UP = 'self_attn.kv_b_proj';

/** The model's tensors outside the layers, by the path of a module. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  embed_tokens: ['embedding'],
  norm: ['final norm'],
  lm_head: ['head'],
};

/** Modules of vision. */
const VISION = /^(model\.)?(vision_tower|vision_model|visual|multi_modal_projector)\./;
/** Frequencies of the rotary angles, which old files have. */
const ROTARY = /(^|\.)rotary_emb\.inv_freq$/;
/** Prefixes of all names. Models with vision have them in several orders. */
const PREFIX = /^((language_)?model\.)+/;

/** The module of a tensor. */
interface Found {
  /** Names of the model's tensors, as in `Place`. */
  readonly names: readonly string[];
  readonly each: boolean;
  /** Rest of the tensor's name: `.weight`, `.bias`, or what a quantised module has in their place. */
  readonly rest: string;
}

/** What may follow the path of a module. Experts in one tensor have `_` in place of `.`. */
const REST = /^$|^\.|^_(bias|blocks|scales)$/;

function find(modules: Readonly<Record<string, readonly string[]>>, path: string): Found | undefined {
  if (path.startsWith(KEY_AND_VALUE_UP)) {
    return { names: ['key up', 'value up'], each: true, rest: path.slice(KEY_AND_VALUE_UP.length) };
  }
  const found = Object.entries(modules).find(([m]) => path.startsWith(m) && REST.test(path.slice(m.length)));
  return found && { names: found[1], each: false, rest: path.slice(found[0].length) };
}

function locate(name: string): { readonly layer?: number; readonly found: Found | undefined } | undefined {
  const path = name.replace(PREFIX, '');
  const [, layer, inLayer] = /^layers\.(\d+)\.(.+)$/.exec(path) ?? [];
  if (layer !== undefined && inLayer !== undefined) {
    return { layer: Number(layer), found: find(IN_LAYER, inLayer.replace(/\.experts\.\d+\./, '.experts.*.')) };
  }
  const found = find(OUTSIDE, path);
  return found && { found };
}

const isBias = (rest: string): boolean => /[._](bias|e_score_correction_bias)$/.test(rest);

const placing: Placing = (name): Place | 'unread' | undefined => {
  if (VISION.test(name) || ROTARY.test(name)) return 'unread';
  const place = locate(name);
  if (!place) return undefined;
  const { found, ...layer } = place;
  if (!found) return { ...layer, names: [] };
  const { names, each, rest } = found;
  return { ...layer, each, names: isBias(rest) ? names.map((n) => `${n} bias`) : names };
};

/** The number of weights in a tensor: 0 for scales and zero points, undefined for packed weights. */
function knownWeights(name: string, type: string, values: number): number | undefined {
  const rest = locate(name)?.found?.rest ?? '';
  if (rest === '' || rest === '.weight' || isBias(rest)) return isFloat(type) ? values : undefined;
  return /(scale|scales|scale_inv|zeros|qzeros|g_idx|absmax|quant_map)$/.test(rest) ? 0 : undefined;
}

/** Maximum number of a model's tensors: twice those of Kimi K2 with a tensor for each expert and each of its scales. */
const MAX_TENSORS = 300_000;
/**
 * Maximum bytes of a header, and of an index. The specification allows headers of 100 MB; with as many tensors as are
 * allowed here they have 40 MB.
 */
const MAX_HEADER_BYTES = 48_000_000;
/** Maximum characters of a tensor's name. */
const MAX_NAME_LENGTH = 256;
/** Maximum characters of what a header or an index says of one tensor. */
const MAX_ENTRY_LENGTH = 1000;

const TENSOR = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const FILE_NAME = z.string().regex(/^[^/\\]+$/);

/** Reads a model from a safetensors file or index. All parts of a file are read. @throws ModelFileError */
export async function readSafetensors(files: Files, name: string): Promise<{ model: Model; weights: StoredWeights }> {
  const config = 'config.json';
  const model = await readConfig(files, config, `: ${name} holds tensors, and only the config says what they are for`);
  const shards = name.endsWith('.json') ? await shardsOfIndex(files, name) : partsOf(name);
  const matched = matching(model, placing);
  await readParts(files, shards, (source) => readHeader(source, matched.take));
  return ofFile(name, () => ({ model, weights: matched.end() }));
}

async function shardsOfIndex(files: Files, name: string): Promise<string[]> {
  return ofFile(name, async () => {
    const source = await opened(files, name);
    if (source.size > MAX_HEADER_BYTES) {
      throw new ModelFileError(`must be JSON of at most ${MAX_HEADER_BYTES} bytes; it has ${source.size}`);
    }
    const rule = 'must be an index: a weight_map from tensors to names of files';
    const shards = new Map<string, string>();
    for (const [key, map] of jsonEntries(await source.text(0, source.size), rule)) {
      if (key !== '"weight_map"') continue;
      for (const [, file] of jsonEntries(map, rule)) {
        // Most tensors share their file with others.
        if (shards.has(file)) continue;
        const parsed = FILE_NAME.safeParse(parsedEntry(file, MAX_ENTRY_LENGTH));
        if (!parsed.success) throw new ModelFileError(`${rule}; got ${quoted(file)}`);
        shards.set(file, parsed.data);
        if (shards.size > MAX_PARTS) throw new ModelFileError(`must name at most ${MAX_PARTS} files; it names more`);
      }
    }
    if (shards.size === 0) throw new ModelFileError(rule);
    return [...new Set(shards.values())].sort();
  });
}

/** Bytes of the header's length, which precedes the header. */
const LENGTH_BYTES = 8;

/** Reads the header of a part, and hands on each of its tensors. */
async function readHeader(source: ByteSource, take: (tensor: FileTensor) => void): Promise<void> {
  const head = await source.bytes(0, LENGTH_BYTES);
  if (head.length < LENGTH_BYTES) throw new ModelFileError(`is cut off: it has ${source.size} bytes`);
  const length = Number(new DataView(head.buffer, head.byteOffset, head.byteLength).getBigUint64(0, true));
  const start = LENGTH_BYTES + length;
  if (length > MAX_HEADER_BYTES) {
    throw new ModelFileError(
      `must begin with the length of its header, at most ${MAX_HEADER_BYTES} bytes; got ${length}`,
    );
  }
  if (start > source.size) {
    throw new ModelFileError(`is cut off: its header ends at byte ${start}, and the file at ${source.size}`);
  }
  let taken = 0;
  for (const tensor of tensorsIn(await source.text(LENGTH_BYTES, length))) {
    taken += tensor.bytes;
    take(tensor);
  }
  const data = source.size - start;
  // The specification allows no holes.
  if (taken > data)
    throw new ModelFileError(`is cut off: its tensors take ${taken} bytes, and the file has ${data} of them`);
  if (taken < data)
    throw new ModelFileError(`its tensors take ${taken} bytes, and behind its header there are ${data}`);
}

function* tensorsIn(header: string): Generator<FileTensor> {
  const rule = 'its header must be JSON that maps tensors to dtype, shape and data_offsets';
  let count = 0;
  for (const [key, value] of jsonEntries(header, rule)) {
    if (key === '"__metadata__"') continue;
    const name = parsedEntry(key, MAX_NAME_LENGTH);
    if (typeof name !== 'string') {
      throw new ModelFileError(
        `names of tensors must be texts of at most ${MAX_NAME_LENGTH} characters; ${quoted(key)} has ${key.length}`,
      );
    }
    if (++count > MAX_TENSORS) throw new ModelFileError(`must have at most ${MAX_TENSORS} tensors; it has more`);
    if (value.length > MAX_ENTRY_LENGTH) {
      throw new ModelFileError(
        `${rule}, in at most ${MAX_ENTRY_LENGTH} characters; ${quoted(name)} has ${value.length}`,
      );
    }
    const tensor = TENSOR.safeParse(parsedEntry(value, MAX_ENTRY_LENGTH), IN_WORDS);
    if (!tensor.success) {
      const [{ path, message } = { path: [], message: '' }] = tensor.error.issues;
      throw new ModelFileError(`${rule}; ${quoted([name, ...path].join('.'))}: ${message}`);
    }
    yield tensorOf(name, tensor.data);
  }
}

function tensorOf(name: string, { dtype, shape, data_offsets }: z.infer<typeof TENSOR>): FileTensor {
  const bits = Object.hasOwn(BITS, dtype) ? BITS[dtype] : undefined;
  if (bits === undefined) {
    const known = Object.keys(BITS).join(', ');
    throw new ModelFileError(`the dtype of ${quoted(name)} must be one of ${known}; got ${quoted(dtype)}`);
  }
  const values = shape.reduce((product, side) => product * side, 1);
  const [bytes, due] = [data_offsets[1] - data_offsets[0], Math.ceil((values * bits) / 8)];
  if (bytes !== due) {
    throw new ModelFileError(`${quoted(name)} must take ${due} bytes by its shape; its place has ${bytes}`);
  }
  const weights = knownWeights(name, dtype, values);
  return { name, type: dtype, bytes, ...(weights !== undefined && { weights }) };
}
