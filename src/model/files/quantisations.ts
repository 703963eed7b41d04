/**
 * Quantisations that llama.cpp makes of a model, by the names under which they are shared: Q4_0, Q4_K_M, Q8_0, … None
 * is a single number format. The head, the values of attention and some down projections get more bits than the rest,
 * norms and routers stay in f32, and a row that is no whole number of blocks falls back on another format. A weight
 * takes about 4.8 bits in Q4_K_M, and more in models with a large vocabulary.
 *
 * Source: `llama_tensor_get_type_impl` and `tensor_type_fallback` of ggml-org/llama.cpp@007dbbf src/llama-quant.cpp,
 * without an importance matrix. Files with other recipes ("UD", "imatrix") differ: give the file itself.
 */

import { quoted } from '../../../results/text/shown.ts';
import type { Layer, Model } from '../models/model.ts';
import { type Tensor, tensorsOf } from '../models/tensors.ts';
import { GGML_TYPES, type GgmlType } from './gguf/ggml-types.ts';
import type { StoredTensor } from './stored.ts';

const TYPES: ReadonlyMap<string, GgmlType> = new Map([...GGML_TYPES.values()].map((type) => [type.name, type]));

/** The roles of tensors that recipes distinguish. */
type Role = 'query' | 'key' | 'value' | 'attention output' | 'up' | 'down' | 'expert' | 'head' | 'embedding' | 'other';

/** The place of a tensor, by which a recipe decides. */
interface Where {
  readonly role: Role;
  /** Index of the layer, from 0; for values, among the layers that have some. */
  readonly index: number;
  /** Number of layers; for values, of those that have some. */
  readonly layers: number;
  /** Query heads of a KV head. */
  readonly group: number;
  readonly experts: number;
}

/** A recipe of a quantisation. */
interface Recipe {
  /** The type of every tensor without a rule of its own. */
  readonly type: string;
  /** Returns another type, mostly of more bits; undefined where `type` stands. */
  readonly more?: (where: Where) => string | undefined;
  /** The type of the head, and of a tied embedding. Default: Q6_K. */
  readonly head?: string;
  /** The type of an embedding that is not tied. Default: `type`. */
  readonly embedding?: string;
}

/** Whether a layer gets more bits: the first and last eighths do, and every third layer between. */
const getsMoreBits = ({ index, layers }: Where): boolean => {
  const eighth = Math.floor(layers / 8);
  return index < eighth || index >= Math.floor((7 * layers) / 8) || (index - eighth) % 3 === 2;
};

const isFirst = ({ index, layers }: Where, part: number): boolean => index < Math.floor(layers / part);
const isFirstEighth = (at: Where): boolean => isFirst(at, 8);
const isValueOrDown = ({ role }: Where): boolean => role === 'value' || role === 'down';

/** Types by role. */
type ByRole = Readonly<Partial<Record<Role, string | ((at: Where) => string | undefined)>>>;
const byRole =
  (types: ByRole) =>
  (at: Where): string | undefined => {
    const type = types[at.role];
    return typeof type === 'function' ? type(at) : type;
  };

/** Recipes with one or two bits, which have more of them in the same places. */
const lowest = (type: string, embedding: string, small: string, output?: string): Recipe => ({
  ...{ type, embedding, head: 'Q5_K' },
  more: byRole({
    value: ({ group, experts }) => (group >= 4 || experts >= 4 ? 'Q4_K' : small),
    key: ({ experts }) => (experts === 8 ? 'Q4_K' : undefined),
    down: (at) => (isFirstEighth(at) ? small : undefined),
    'attention output': ({ experts }) => (experts === 8 ? 'Q5_K' : output),
  }),
});

const inMiddle = ({ index, layers }: Where): boolean =>
  index >= Math.floor(layers / 8) && index < Math.floor((7 * layers) / 8);

const IQ4: Recipe['more'] = byRole({
  value: ({ group }) => (group >= 4 ? 'Q5_K' : undefined),
  down: (at) => (isFirstEighth(at) ? 'Q5_K' : undefined),
});

const RECIPES: Readonly<Record<string, Recipe>> = {
  F16: { type: 'F16' },
  BF16: { type: 'BF16' },
  Q8_0: { type: 'Q8_0' },
  Q6_K: { type: 'Q6_K' },
  Q5_K_M: { type: 'Q5_K', more: (at) => (isValueOrDown(at) && getsMoreBits(at) ? 'Q6_K' : undefined) },
  Q5_K_S: { type: 'Q5_K' },
  Q5_0: { type: 'Q5_0' },
  Q5_1: { type: 'Q5_1' },
  Q4_K_M: { type: 'Q4_K', more: (at) => (isValueOrDown(at) && getsMoreBits(at) ? 'Q6_K' : undefined) },
  Q4_K_S: {
    type: 'Q4_K',
    more: (at) =>
      (at.role === 'value' && at.index < 4) || (at.role === 'down' && isFirstEighth(at)) ? 'Q5_K' : undefined,
  },
  Q4_0: { type: 'Q4_0' },
  Q4_1: { type: 'Q4_1' },
  Q3_K_L: { type: 'Q3_K', more: byRole({ value: 'Q5_K', down: 'Q5_K', 'attention output': 'Q5_K' }) },
  Q3_K_M: {
    type: 'Q3_K',
    more: byRole({
      value: ({ index }) => (index < 2 ? 'Q5_K' : 'Q4_K'),
      down: (at) => (isFirst(at, 16) ? 'Q5_K' : 'Q4_K'),
      'attention output': 'Q4_K',
    }),
  },
  Q3_K_S: { type: 'Q3_K' },
  Q2_K: {
    type: 'Q2_K',
    more: byRole({ value: ({ group }) => (group >= 4 ? 'Q4_K' : 'Q3_K'), down: 'Q3_K', 'attention output': 'Q3_K' }),
  },
  Q2_K_S: {
    type: 'Q2_K',
    more: byRole({
      value: ({ group }) => (group >= 4 ? 'Q4_K' : undefined),
      down: (at) => (isFirstEighth(at) ? 'Q4_K' : undefined),
    }),
  },
  IQ4_NL: { type: 'IQ4_NL', more: IQ4 },
  IQ4_XS: { type: 'IQ4_XS', more: IQ4 },
  IQ3_M: {
    type: 'IQ3_S',
    more: byRole({
      value: 'Q4_K',
      down: (at) => (isFirstEighth(at) || (at.experts === 8 && getsMoreBits(at)) ? 'Q4_K' : undefined),
      'attention output': 'Q4_K',
    }),
  },
  IQ3_S: { type: 'IQ3_S', more: byRole({ value: ({ group }) => (group >= 4 ? 'Q4_K' : undefined) }) },
  IQ3_XS: {
    type: 'IQ3_S',
    more: byRole({
      value: ({ group }) => (group >= 4 ? 'Q4_K' : undefined),
      ...{ query: 'IQ3_XXS', key: 'IQ3_XXS' },
      up: (at) => (inMiddle(at) ? 'IQ3_XXS' : undefined),
    }),
  },
  IQ3_XXS: {
    ...{ type: 'IQ3_XXS', embedding: 'IQ3_S', head: 'Q5_K' },
    more: byRole({
      value: ({ group }) => (group >= 4 ? 'Q4_K' : 'IQ3_S'),
      ...{ query: 'IQ2_S', key: 'IQ2_S', 'attention output': 'IQ3_S' },
      down: (at) => (isFirstEighth(at) ? 'Q4_K' : 'Q3_K'),
    }),
  },
  // They take IQ2_XS and IQ2_S by the names of their types.
  IQ2_M: lowest('IQ2_S', 'IQ3_S', 'IQ3_S', 'IQ3_S'),
  IQ2_S: lowest('IQ2_XS', 'IQ3_S', 'IQ3_S', 'IQ3_S'),
  IQ2_XS: lowest('IQ2_XS', 'Q2_K', 'Q2_K'),
  IQ2_XXS: lowest('IQ2_XXS', 'Q2_K', 'Q2_K'),
  IQ1_M: lowest('IQ1_M', 'Q2_K', 'Q2_K', 'IQ2_XXS'),
  IQ1_S: lowest('IQ1_S', 'Q2_K', 'Q2_K', 'IQ2_XXS'),
  TQ2_0: { type: 'TQ2_0', embedding: 'Q4_K' },
  TQ1_0: { type: 'TQ1_0', embedding: 'Q4_K' },
  MXFP4_MOE: { type: 'Q8_0', more: ({ role }) => (role === 'expert' ? 'MXFP4' : undefined) },
  F32: { type: 'F32' },
};

/** Names of the known quantisations. */
export const QUANTISATIONS: readonly string[] = Object.keys(RECIPES);

/** Other names of quantisations, in lower case. Source: llama.cpp `tools/quantize/quantize.cpp`, and Ollama's tags. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ...{ q5_k: 'Q5_K_M', q4_k: 'Q4_K_M', q3_k: 'Q3_K_M', q8: 'Q8_0', q6: 'Q6_K', q4: 'Q4_0' },
  ...{ mxfp4_moe: 'MXFP4_MOE', fp32: 'F32', fp16: 'F16' },
};

/** The quantisation of this name, in any case; undefined for none. */
export function quantisationNamed(name: string): string | undefined {
  const lower = name.toLowerCase();
  return (
    QUANTISATIONS.find((one) => one.toLowerCase() === lower) ??
    (Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : undefined)
  );
}

/** The type for a row that is no whole number of blocks, by the type that it would have had. */
const FALLBACK: Readonly<Record<string, string>> = {
  ...{ Q2_K: 'Q4_0', Q3_K: 'Q4_0', Q4_K: 'Q5_0', Q5_K: 'Q5_1', Q6_K: 'Q8_0', TQ1_0: 'Q4_0', TQ2_0: 'Q4_0' },
  ...{ IQ1_S: 'IQ4_NL', IQ1_M: 'IQ4_NL', IQ2_XXS: 'IQ4_NL', IQ2_XS: 'IQ4_NL', IQ2_S: 'IQ4_NL' },
  ...{ IQ3_XXS: 'IQ4_NL', IQ3_S: 'IQ4_NL', IQ4_XS: 'IQ4_NL' },
};

/**
 * The tensors of a model as a GGUF file in `quantisation` has them.
 * @param head the format of the head, where the file differs from llama.cpp's choice
 * @throws RangeError for an unknown quantisation
 */
export function quantisedTensors(model: Model, quantisation: string, head?: string): StoredTensor[] {
  const recipe = RECIPES[quantisation];
  if (!recipe) throw new RangeError(`quantisation must be one that a recipe is known of; got ${quoted(quantisation)}`);
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
  if (name === 'qkv' && attention?.kind === 'grouped' && !attention.qkvInOne) {
    if (attention.readsCacheBefore) return [{ role: 'query', rows }];
    const { kvHeads, headDim, valueDim = headDim } = attention;
    const [keys, values] = [kvHeads * headDim, attention.valuesOfKeys ? 0 : kvHeads * valueDim];
    return [
      { role: 'query', rows: rows - keys - values },
      { role: 'key', rows: keys },
      { role: 'value', rows: values },
    ];
  }
  // A fused matrix is treated as values are.
  if (name === 'qkv') return [{ role: 'value', rows }];
  return [{ role: roleOf(name, kind), rows: rows * count }];
}

function roleOf(name: string, kind: Tensor['kind']): Role {
  if (kind === 'head' || kind === 'embedding') return kind;
  // An expert's down projection gets more bits like any other.
  if (name.endsWith('down') && name !== 'qkv down') return 'down';
  if (kind === 'expert') return 'expert';
  if (name.endsWith('up') && !name.endsWith('query up') && name !== 'key up' && name !== 'value up') return 'up';
  return name === 'output' ? 'attention output' : 'other';
}

function typeOf(tensor: Tensor, role: Role, model: Model, recipe: Recipe): GgmlType {
  const wanted = nameOf(tensor, role, model, recipe);
  const blocks = (name: string): boolean => tensor.columns % typeNamed(name).values === 0;
  if (blocks(wanted)) return typeNamed(wanted);
  const fallback = role === 'head' ? 'Q8_0' : (FALLBACK[wanted] ?? 'F16');
  return typeNamed(blocks(fallback) ? fallback : 'F16');
}

/** Types in which all matrices are the same. */
const UNIFORM: ReadonlySet<string> = new Set(['F32', 'F16', 'BF16']);

function nameOf({ kind, layer = 0, sharedWith }: Tensor, role: Role, model: Model, recipe: Recipe): string {
  // llama.cpp quantises no norms, routers or convolutions.
  if (kind === 'vector' || kind === 'router') return 'F32';
  if (UNIFORM.has(recipe.type)) return recipe.type;
  const isEmbedding = role === 'embedding';
  // A tied embedding has the head's type.
  if (role === 'head' || (isEmbedding && sharedWith !== undefined)) {
    return recipe.type === 'Q8_0' ? 'Q8_0' : (recipe.head ?? 'Q6_K');
  }
  if (isEmbedding) return recipe.embedding ?? recipe.type;
  const isExpert = kind === 'expert';
  const own = model.layers[layer];
  const { mlp, attention } = own ?? {};
  const experts = mlp?.kind === 'experts' ? mlp.experts : 0;
  const group = attention?.kind === 'grouped' ? attention.queryHeads / attention.kvHeads : 1;
  const more = recipe.more?.({
    role: isExpert && recipe.type === 'Q8_0' ? 'expert' : isExpert && role === 'expert' ? 'up' : role,
    ...(role === 'value' ? valuePlace(model, layer) : { index: layer, layers: model.layers.length }),
    ...{ group, experts },
  });
  const type = more ?? recipe.type;
  if (experts === 8 && recipe.type !== 'Q8_0' && recipe.head === undefined) {
    // Mixtral: attention is a small part of it, so more bits there cost little.
    if (role === 'key' || role === 'value') return 'Q8_0';
    if (role === 'attention output' && /^I?Q[234]_[KNXS]/.test(recipe.type)) return 'Q5_K';
  }
  const is70B = model.layers.length === 80 && group > 1;
  return is70B && role === 'value' && (type === 'Q3_K' || type === 'Q4_K') ? 'Q5_K' : type;
}

/** Place of a layer's values among the layers that have some. */
function valuePlace(model: Model, layer: number): Pick<Where, 'index' | 'layers'> {
  const places = knownPlaces.get(model) ?? model.layers.flatMap((one, i) => (hasValues(one) ? [i] : []));
  knownPlaces.set(model, places);
  return { index: places.indexOf(layer), layers: places.length };
}

const knownPlaces = new WeakMap<Model, readonly number[]>();
const hasValues = ({ attention: { kind } }: Layer): boolean => kind === 'grouped' || kind === 'delta';

const typeNamed = (name: string): GgmlType => TYPES.get(name) as GgmlType;
