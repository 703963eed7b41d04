/**
 * Safetensors files, the format of the Hugging Face hub: one file, or several with an index. A header has the names,
 * shapes and places of tensors. The `config.json` beside it says what they are for.
 * Specification: huggingface/safetensors, README.md, "Format". Tensor names: huggingface/transformers, modelling code.
 */

import { z } from 'zod';
import { IN_WORDS } from '../../../../results/record/fields.ts';
import { encodingOf, textOf, utf8Bytes, withoutMark } from '../../../../results/text/encodings.ts';
import { SAFETENSORS_FILE } from '../../../../results/text/file-kind.ts';
import { quoted } from '../../../../results/text/shown.ts';
import type { Model } from '../../models/model.ts';
import { readConfig } from '../config.ts';
import { JsonEntries, type Piece, parsedPiece } from '../json-entries.ts';
import { MAX_PARTS, type Parts, partMissing, partsOf } from '../parts.ts';
import { type ByteSource, type Files, ModelFileError, ofFile, opened, readParts, refuseOtherKinds } from '../source.ts';
import { type FileTensor, matching, type Place, type Placing, type StoredWeights } from '../stored.ts';
import { EACH_IN_LAYER, IN_LAYER, OF_CACHE, OUTSIDE, UNREAD_IN_LAYER } from './names.ts';

/** Bits of a value, by dtype. Source: safetensors, safetensors/src/tensor.rs, `Dtype`. */
const BITS: Readonly<Record<string, number>> = {
  ...{ F64: 64, F32: 32, F16: 16, BF16: 16, F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, F4: 4 },
  ...{ I64: 64, I32: 32, I16: 16, I8: 8, U64: 64, U32: 32, U16: 16, U8: 8, BOOL: 8 },
};

/** Whether a value of this dtype is one weight. An integer may hold several. */
const isFloat = (type: string): boolean => type.startsWith('F') || type === 'BF16';

/** Prefixes of all names. Models with vision have them in several orders. */
const PREFIX = /^((thinker|language_model|text_model|llm|model|backbone)\.)+/;

/**
 * What no decode step reads, after the prefix: towers for pictures and sound with their projectors, parts that speak, and
 * modules that predict further tokens.
 */
const UNREAD =
  /^(vision_\w+|vision|visual(_\w+)?|vte|embed_tokens_extend|vit|vpm|apm|siglip\w*|image_\w+|view_\w+|audio_\w+|speech_\w+|sound_\w+|embed_(vision|audio)|multi_modal_projector|mm_\w+|mlp1|projector|aligner|gen_\w+|connector|resampler|patch_merger|talker|code2wav|token2wav|tts\w*|mtp(_\w+)?)(\.|$)/;
/** Frequencies of the rotary angles, which old files have. */
const ROTARY = 'rotary_emb.inv_freq';

/** The module of a tensor. */
interface Found {
  /** Names of the model's tensors, as in `Place`. */
  readonly names: readonly string[];
  readonly each: boolean;
  readonly isOfCache?: boolean;
  /** Rest of the tensor's name: `.weight`, `.bias`, or what a quantised module has in their place. */
  readonly rest: string;
}

type Modules = ReadonlyMap<string, readonly string[]>;

const MODULES_IN_LAYER: Modules = new Map(Object.entries(IN_LAYER));
const MODULES_OUTSIDE: Modules = new Map(Object.entries(OUTSIDE));

/** Experts in one tensor have `_` in place of the `.` before the rest. */
const TOGETHER = /^(.*_proj)(_[a-z_0-9]+)$/;

/** The scales of the KV cache, which a layer's attention has. Sources: vllm-project/vllm, `maybe_remap_kv_scale_name`. */
const SCALES_OF_CACHE =
  /^self_attn\.(?:attn\.)?(?:q|k|v|kv|p|prob|prob_output|kv_cache)_(?:\w+_)?(?:scale|scaling_factor|zero_point)$/;

function find(modules: Modules, path: string): Found | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const module = path.slice(0, end);
    const names = modules.get(module);
    if (names) return { names, each: false, rest: path.slice(end), isOfCache: OF_CACHE.has(module) };
    const each = Object.hasOwn(EACH_IN_LAYER, module) ? EACH_IN_LAYER[module] : undefined;
    if (each) return { names: each, each: true, rest: path.slice(end) };
  }
  const [, module = '', rest = ''] = TOGETHER.exec(path) ?? [];
  const names = modules.get(module);
  if (names) return { names, each: false, rest };
  return SCALES_OF_CACHE.test(path) ? { names: ['qkv', 'qkv down'], each: false, rest: '.scale' } : undefined;
}

interface Located {
  readonly layer?: number;
  readonly found: Found | undefined;
}

/** The place of the tensor that was asked for last: a tensor is asked for twice, and there may be 300,000. */
let last: { readonly name: string; readonly place: ReturnType<typeof placeOf> } | undefined;

function locate(name: string): Located | 'unread' | undefined {
  if (last?.name !== name) last = { name, place: placeOf(name) };
  return last.place;
}

function placeOf(name: string): Located | 'unread' | undefined {
  const path = name.replace(PREFIX, '');
  const [, layer, inLayer] = /^layers\.(\d+)\.(.+)$/.exec(path) ?? [];
  if (layer !== undefined && inLayer !== undefined) {
    if (UNREAD_IN_LAYER.test(inLayer)) return 'unread';
    const module = inLayer.replace(/\.experts\.\d+\./, '.experts.*.').replace('.base_layer.', '.');
    return { layer: Number(layer), found: find(MODULES_IN_LAYER, module) };
  }
  if (UNREAD.test(path) || path.endsWith(ROTARY)) return 'unread';
  // Several matrices of one kind are numbered.
  const found = find(MODULES_OUTSIDE, path.replace(/^(altup\w+)\.\d+\./, '$1.'));
  return found && { found };
}

const isBias = (rest: string): boolean => rest.endsWith('.bias') || rest.endsWith('_bias');

const placing: Placing = (name): Place | 'unread' | undefined => {
  const place = locate(name);
  if (place === undefined || place === 'unread') return place;
  const { names, each, rest, isOfCache = false } = place.found ?? NOWHERE;
  const found = { names: isBias(rest) ? names.map((n) => `${n} bias`) : names, each };
  return place.layer === undefined ? found : { layer: place.layer, ...found, isOfCache };
};

/** The module of an unknown tensor of a layer. It may be a layer behind the last one, which is left out. */
const NOWHERE: Found = { names: [], each: false, rest: '' };

/**
 * What lies beside packed or scaled weights, by the end of its name: scales and zero points, shapes and orders, tables of
 * values. Sources: fp8 of transformers and DeepSeek; compressed-tensors and modelopt (`weight_scale_2`,
 * `weight_global_scale`, `input_scale`, `weight_shape`); GPTQ and AWQ (`qzeros`, `scales`, `g_idx`); MLX (`scales`,
 * `biases`); bitsandbytes (`absmax`, `quant_map`, `quant_state`, `SCB`); exl2 and exl3 (`q_scale`, `suh`); HQQ and AQLM.
 */
const BESIDE =
  /[._](scales?|scale_inv|scale_2|scale_max|zeros|zero|zero_point|biases|g_idx|shape|absmax|quant_map|bitsandbytes__\w+|SCB|weight_format|q_groups|q_group_map|q_perm|q_invperm|suh?|svh?|mcg|mul1|codebooks)$/;

/** The number of weights in a tensor: 0 for what lies beside weights, undefined for packed weights. */
function knownWeights(name: string, type: string, values: number): number | undefined {
  const place = locate(name);
  const rest = (typeof place === 'object' && place.found?.rest) || '';
  if (rest === '' || rest === '.weight' || isBias(rest)) return isFloat(type) ? values : undefined;
  return BESIDE.test(rest) ? 0 : undefined;
}

/** Maximum number of a model's tensors: twice those of Kimi K2 with a tensor for each expert and each of its scales. */
const MAX_TENSORS = 300_000;
/**
 * Maximum bytes of a header, and of an index. The specification allows headers of 100 MB; with as many tensors as are
 * allowed here they have 40 MB.
 */
const MAX_HEADER_BYTES = 48_000_000;
/** Maximum bytes of a tensor's name. */
const MAX_NAME_BYTES = 256;
/** Maximum bytes of what a header or an index says of one tensor. */
const MAX_ENTRY_BYTES = 1000;

const TENSOR = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const FILE_NAME = z.string().regex(/^[^/\\]+$/);

/** Reads a model from a safetensors file or index. All parts of a file are read. @throws ModelFileError */
export async function readSafetensors(files: Files, name: string): Promise<{ model: Model; weights: StoredWeights }> {
  const config = 'config.json';
  // What is no safetensors file needs no config: it is called what it is.
  if (!(await files.open(config))) {
    await ofFile(name, async () => refuseOtherKinds(await opened(files, name), SAFETENSORS_FILE));
  }
  const model = await readConfig(files, config, `: ${name} holds tensors, and only the config says what they are for`);
  const shards = await shardsOf(files, name);
  const matched = matching(model, placing);
  await readParts(files, shards.names, (source) => readHeader(source, matched.take));
  const incomplete = shards.missing === undefined ? undefined : partMissing(shards);
  return ofFile(name, () => {
    try {
      const weights = matched.end();
      // Whether something of packed weights is missing cannot be told.
      if (incomplete && !matched.areCounted()) throw incomplete;
      return { model, weights };
    } catch (error) {
      throw error instanceof ModelFileError && incomplete ? incomplete : error;
    }
  });
}

/** The files of a model: those that its index names, or the parts that a file's name tells of. */
async function shardsOf(files: Files, name: string): Promise<Parts> {
  if (name.toLowerCase().endsWith('.json')) return whole(await shardsOfIndex(files, name));
  for (const index of indicesOf(name)) {
    // One that is broken does not matter where names tell the parts.
    const shards = (await files.open(index)) ? await shardsOfIndex(files, index).catch(noFiles) : [];
    if (shards.includes(name)) return whole(shards);
  }
  return partsOf(files, name);
}

function noFiles(error: unknown): string[] {
  if (error instanceof ModelFileError) return [];
  throw error;
}

const whole = (names: readonly string[]): Parts => ({ names, count: names.length });

/** The names that the index of a part may have. */
const indicesOf = (name: string): string[] => [
  ...new Set([`${name.replace(/[-_.]?(part[-_.]?)?\d+[-_. ]?of.*$/i, '')}${INDEX}`, `model${INDEX}`]),
];

const INDEX = '.safetensors.index.json';

async function shardsOfIndex(files: Files, name: string): Promise<string[]> {
  return ofFile(name, async () => {
    const source = await opened(files, name);
    if (source.size > MAX_HEADER_BYTES) {
      await refuseOtherKinds(source);
      throw new ModelFileError(`must be JSON of at most ${MAX_HEADER_BYTES} bytes; it has ${source.size}`);
    }
    const rule = 'must be an index: a weight_map from tensors to names of files';
    const shards = new Map<string, string>();
    const take = (_: Piece, file: Piece): void => {
      // Most tensors share their file with others.
      if (shards.has(file.text)) return;
      const parsed = FILE_NAME.safeParse(parsedPiece(file, MAX_ENTRY_BYTES));
      if (!parsed.success) throw new ModelFileError(`${rule}; got ${quoted(file.text)}`);
      shards.set(file.text, parsed.data);
      if (shards.size > MAX_PARTS) throw new ModelFileError(`must name at most ${MAX_PARTS} files; it names more`);
    };
    await readEntries(
      source,
      0,
      source.size,
      new JsonEntries({ rule, maxBytes: MAX_ENTRY_BYTES, take, within: 'weight_map' }),
    );
    if (shards.size === 0) throw new ModelFileError(rule);
    return [...new Set(shards.values())].sort();
  });
}

/** Bytes that are read at a time. */
const CHUNK_BYTES = 1_000_000;

/** Hands a part of a file to what goes through its entries. */
async function readEntries(source: ByteSource, start: number, end: number, entries: JsonEntries): Promise<void> {
  try {
    for (let at = start; at < end; ) {
      const chunk = await source.bytes(at, Math.min(CHUNK_BYTES, end - at));
      if (chunk.length === 0) break;
      // Only a whole file of text has an encoding of its own.
      if (at === 0 && encodingOf(chunk) !== 'utf-8')
        return entries.whole(utf8Bytes(textOf(await source.bytes(0, end))));
      entries.push(at === 0 ? withoutMark(chunk) : chunk);
      at += chunk.length;
    }
    entries.end();
  } catch (error) {
    if (start === 0 && error instanceof ModelFileError) await refuseOtherKinds(source);
    throw error;
  }
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
    await refuseOtherKinds(source, SAFETENSORS_FILE);
    throw new ModelFileError(
      `must begin with the length of its header, at most ${MAX_HEADER_BYTES} bytes; got ${length}`,
    );
  }
  if (start > source.size) {
    throw new ModelFileError(`is cut off: its header ends at byte ${start}, and the file at ${source.size}`);
  }
  let taken = 0;
  let count = 0;
  const rule = 'its header must be JSON that maps tensors to dtype, shape and data_offsets';
  const entries = new JsonEntries({
    ...{ rule, maxBytes: MAX_ENTRY_BYTES },
    take(name, value) {
      if (name.text === '"__metadata__"') return;
      if (++count > MAX_TENSORS) throw new ModelFileError(`must have at most ${MAX_TENSORS} tensors; it has more`);
      const tensor = tensorIn(name, value, rule);
      taken += tensor.bytes;
      take(tensor);
    },
  });
  await readEntries(source, LENGTH_BYTES, start, entries);
  const data = source.size - start;
  // The specification allows no holes.
  if (taken > data)
    throw new ModelFileError(`is cut off: its tensors take ${taken} bytes, and the file has ${data} of them`);
  if (taken < data)
    throw new ModelFileError(`its tensors take ${taken} bytes, and behind its header there are ${data}`);
}

/**
 * An entry as all known programs write it. The schema takes 10 µs, which makes three seconds of a large header (measured
 * on 250,000 tensors); what is written in another way is read by it.
 */
const AS_WRITTEN =
  /^\{"dtype": ?"(\w+)", ?"shape": ?\[(\d{1,15}(?:, ?\d{1,15})*)?\], ?"data_offsets": ?\[(\d{1,15}), ?(\d{1,15})\]\}$/;

const plainTensor = ([, dtype = '', shape, start, end]: RegExpExecArray): z.infer<typeof TENSOR> => ({
  dtype,
  shape: shape === undefined ? [] : shape.split(',').map(Number),
  data_offsets: [Number(start), Number(end)],
});

/** The tensor in an entry of a header. */
function tensorIn(key: Piece, value: Piece, rule: string): FileTensor {
  const name = parsedPiece(key, MAX_NAME_BYTES);
  if (typeof name !== 'string') {
    throw new ModelFileError(
      `names of tensors must be texts of at most ${MAX_NAME_BYTES} bytes; ${quoted(key.text)} has ${key.length}`,
    );
  }
  if (value.length > MAX_ENTRY_BYTES) {
    throw new ModelFileError(`${rule}, in at most ${MAX_ENTRY_BYTES} bytes; ${quoted(name)} has ${value.length}`);
  }
  const written = AS_WRITTEN.exec(value.text);
  if (written) return tensorOf(name, plainTensor(written));
  const tensor = TENSOR.safeParse(parsedPiece(value, MAX_ENTRY_BYTES), IN_WORDS);
  if (!tensor.success) {
    const [{ path, message } = { path: [], message: '' }] = tensor.error.issues;
    throw new ModelFileError(`${rule}; ${quoted([name, ...path].join('.'))}: ${message}`);
  }
  return tensorOf(name, tensor.data);
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
