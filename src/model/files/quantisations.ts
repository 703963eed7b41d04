/**
 * Quantisations that llama.cpp makes of a model, by the names under which they are shared: Q4_0, Q4_K_M, Q8_0, … None
 * is a single number format. The head, the values of attention and some down projections get more bits than the rest,
 * norms and routers stay in f32, and a row that is no whole number of blocks falls back on another format. A weight
 * takes about 4.8 bits in Q4_K_M, and more in models with a large vocabulary.
 *
 * Source: `llama_tensor_get_type_impl` and `tensor_type_fallback` of ggml-org/llama.cpp@007dbbf src/llama-quant.cpp,
 * without an importance matrix. Files with other recipes ("UD", "imatrix") differ: give the file itself.
 */

import type { Model } from '../models/model.ts';
import { type Tensor, tensorsOf } from '../models/tensors.ts';
import { GGML_TYPES, type GgmlType } from './ggml-types.ts';
import type { StoredTensor } from './stored.ts';

const TYPES: ReadonlyMap<string, GgmlType> = new Map([...GGML_TYPES.values()].map((type) => [type.name, type]));

/** The roles of tensors that recipes distinguish. */
type Role = 'query' | 'key' | 'value' | 'attention output' | 'down' | 'expert' | 'head' | 'embedding' | 'other';

/** The place of a tensor, by which a recipe decides. */
interface Where {
  readonly role: Role;
  /** Index of the layer, from 0. */
  readonly index: number;
  /** Number of layers. */
  readonly layers: number;
}

/** A recipe of a quantisation. */
interface Recipe {
  /** The type of every tensor without a rule of its own. */
  readonly type: string;
  /** Returns another type, mostly of more bits; undefined where `type` stands. */
  readonly more?: (where: Where) => string | undefined;
}

/** Whether a layer gets more bits: the first and last eighths do, and every third layer between. */
const getsMoreBits = ({ index, layers }: Where): boolean => {
  const eighth = Math.floor(layers / 8);
  return index < eighth || index >= Math.floor((7 * layers) / 8) || (index - eighth) % 3 === 2;
};

const isFirstEighth = ({ index, layers }: Where): boolean => index < Math.floor(layers / 8);

const RECIPES: Readonly<Record<string, Recipe>> = {
  F16: { type: 'F16' },
  BF16: { type: 'BF16' },
  Q8_0: { type: 'Q8_0' },
  Q6_K: { type: 'Q6_K' },
  Q5_K_M: {
    type: 'Q5_K',
    more: (at) => ((at.role === 'value' || at.role === 'down') && getsMoreBits(at) ? 'Q6_K' : undefined),
  },
  Q5_K_S: { type: 'Q5_K' },
  Q5_0: { type: 'Q5_0' },
  Q4_K_M: {
    type: 'Q4_K',
    more: (at) => ((at.role === 'value' || at.role === 'down') && getsMoreBits(at) ? 'Q6_K' : undefined),
  },
  Q4_K_S: {
    type: 'Q4_K',
    more: (at) =>
      (at.role === 'value' && at.index < 4) || (at.role === 'down' && isFirstEighth(at)) ? 'Q5_K' : undefined,
  },
  Q4_0: { type: 'Q4_0' },
  Q3_K_M: {
    type: 'Q3_K',
    more: ({ role, index, layers }) => {
      if (role === 'value') return index < 2 ? 'Q5_K' : 'Q4_K';
      if (role === 'down') return index < Math.floor(layers / 16) ? 'Q5_K' : 'Q4_K';
      return role === 'attention output' ? 'Q4_K' : undefined;
    },
  },
  MXFP4_MOE: { type: 'Q8_0', more: ({ role }) => (role === 'expert' ? 'MXFP4' : undefined) },
};

/** Names of the known quantisations. */
export const QUANTISATIONS: readonly string[] = Object.keys(RECIPES);

/** The type for a row that is no whole number of blocks, by the type that it would have had. */
const FALLBACK: Readonly<Record<string, string>> = { Q3_K: 'Q4_0', Q4_K: 'Q5_0', Q5_K: 'Q5_1', Q6_K: 'Q8_0' };

/**
 * The tensors of a model as a GGUF file in `quantisation` has them.
 * @param head the format of the head, where the file differs from llama.cpp's choice
 * @throws RangeError for an unknown quantisation, naming the known ones
 */
export function quantisedTensors(model: Model, quantisation: string, head?: string): StoredTensor[] {
  const recipe = RECIPES[quantisation];
  if (!recipe) throw new RangeError(`quantisation must be one of ${QUANTISATIONS.join(', ')}; got "${quantisation}"`);
  return tensorsOf(model).map((tensor) => {
    const parts = partsOf(tensor, model).map(({ role, rows }) => {
      const type = role === 'head' && head !== undefined ? typeNamed(head) : typeOf(tensor, role, model, recipe);
      return { type: type.name, bytes: rows * Math.ceil(tensor.columns / type.values) * type.bytes };
    });
    return {
      ...tensor,
      bytes: parts.reduce((total, part) => total + part.bytes, 0),
      types: [...new Set(parts.map(({ type }) => type))],
    };
  });
}

/** The tensors of a file that make up one of the model's, with their rows in all matrices. */
function partsOf(tensor: Tensor, { layers }: Model): { readonly role: Role; readonly rows: number }[] {
  const { name, rows, count, kind } = tensor;
  const attention = tensor.layer === undefined ? undefined : layers[tensor.layer]?.attention;
  if (name === 'qkv' && attention?.kind === 'grouped') {
    const keys = attention.kvHeads * attention.headDim;
    return [
      { role: 'query', rows: rows - 2 * keys },
      { role: 'key', rows: keys },
      { role: 'value', rows: keys },
    ];
  }
  return [{ role: roleOf(name, kind), rows: rows * count }];
}

function roleOf(name: string, kind: Tensor['kind']): Role {
  if (kind === 'head' || kind === 'embedding') return kind;
  // An expert's down projection gets more bits like any other.
  if (name.endsWith('down') && name !== 'qkv down') return 'down';
  if (kind === 'expert') return 'expert';
  return name === 'output' ? 'attention output' : 'other';
}

function typeOf(tensor: Tensor, role: Role, model: Model, recipe: Recipe): GgmlType {
  const wanted = nameOf(tensor, role, model, recipe);
  const blocks = (name: string): boolean => tensor.columns % typeNamed(name).values === 0;
  if (blocks(wanted)) return typeNamed(wanted);
  const fallback = role === 'head' ? 'Q8_0' : (FALLBACK[wanted] ?? 'F16');
  return typeNamed(blocks(fallback) ? fallback : 'F16');
}

function nameOf({ kind, layer = 0, sharedWith }: Tensor, role: Role, model: Model, recipe: Recipe): string {
  if (kind === 'vector' || kind === 'router') return 'F32';
  if (recipe.type === 'F16' || recipe.type === 'BF16') return recipe.type;
  // A tied embedding has the head's type.
  if (role === 'head' || (role === 'embedding' && sharedWith !== undefined)) {
    return recipe.type === 'Q8_0' ? 'Q8_0' : 'Q6_K';
  }
  const isExpert = kind === 'expert';
  const layers = model.layers.length;
  const more = recipe.more?.({ role: isExpert && recipe.type === 'Q8_0' ? 'expert' : role, index: layer, layers });
  const type = more ?? recipe.type;
  const mlp = model.layers[layer]?.mlp;
  if (mlp?.kind === 'experts' && mlp.experts === 8 && recipe.type !== 'Q8_0') {
    // Mixtral: attention is a small part of it, so more bits there cost little.
    if (role === 'key' || role === 'value') return 'Q8_0';
    if (role === 'attention output' && /^Q[34]_K/.test(recipe.type)) return 'Q5_K';
  }
  const attention = model.layers[layer]?.attention;
  const is70B = layers === 80 && attention?.kind === 'grouped' && attention.kvHeads < attention.queryHeads;
  return is70B && role === 'value' && (type === 'Q3_K' || type === 'Q4_K') ? 'Q5_K' : type;
}

const typeNamed = (name: string): GgmlType => TYPES.get(name) as GgmlType;
