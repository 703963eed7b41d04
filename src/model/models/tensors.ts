/**
 * The tensors of a model, as the kernels of a decode step read them. Projections with the same input are one matrix (Q,
 * K and V; gate and up). The matrices of experts and of absorbed heads lie one behind the other. A step is composed
 * from this list, and all accounting is a sum over it.
 *
 * Values that are computed (rotary angles) and layers that predict further tokens are not in the list.
 */

import { matrixLayout } from '../../../shaders/formats/format.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import type { Attention, GroupedAttention, LatentAttention, Layer, Mlp, Model } from './model.ts';

/** The kind of a tensor; all tensors of a kind have one number format. Vectors are norms, biases and sinks. */
export type TensorKind = 'projection' | 'expert' | 'router' | 'embedding' | 'head' | 'vector';

export interface Tensor {
  /** Unique within its layer. */
  readonly name: string;
  /** Index of the layer, from 0. Absent for tensors outside the layers. */
  readonly layer?: number;
  readonly kind: TensorKind;
  /** Rows (outputs) of one matrix. A vector has one row. */
  readonly rows: number;
  readonly columns: number;
  /** Number of matrices of that size, each with its own input. */
  readonly count: number;
  /** The part that a step reads: the whole tensor, the row of each token, or the matrices that a router picked for any token. */
  readonly reads: 'all' | 'rows' | { readonly picked: number };
  /** Name of the tensor outside the layers that has the same memory: a tied embedding shares the head's. */
  readonly sharedWith?: string;
}

/** A tensor, without the layer that it is in. */
export type Part = Omit<Tensor, 'layer'>;

const matrix = (name: string, rows: number, columns: number, kind: TensorKind = 'projection', count = 1): Part => ({
  ...{ name, kind, rows, columns, count },
  reads: 'all',
});

const vector = (name: string, columns: number): Part => matrix(name, 1, columns, 'vector');

const vectorIf = (has: boolean | undefined, name: string, columns: number): Part[] =>
  has ? [vector(name, columns)] : [];

function groupedAttention(a: GroupedAttention, hidden: number): Part[] {
  const { queryHeads, kvHeads, headDim } = a;
  const qkv = (queryHeads + 2 * kvHeads) * headDim;
  return [
    matrix('qkv', qkv, hidden),
    ...vectorIf(a.qkvBias, 'qkv bias', qkv),
    ...vectorIf(a.headNorms, 'query norm', headDim),
    ...vectorIf(a.headNorms, 'key norm', headDim),
    ...vectorIf(a.sinks, 'sinks', queryHeads),
    matrix('output', hidden, queryHeads * headDim),
    ...vectorIf(a.outputBias, 'output bias', hidden),
  ];
}

/**
 * Absorbed MLA: `key up` turns a head's query into a query of latents, `value up` a head's sum of latents into its
 * output.
 */
function latentAttention(a: LatentAttention, hidden: number): Part[] {
  const { heads, queryRank, kvRank, nopeDim, ropeDim, valueDim } = a;
  const queries = heads * (nopeDim + ropeDim);
  return [
    matrix('qkv down', (queryRank ?? queries) + kvRank + ropeDim, hidden),
    ...(queryRank === undefined ? [] : [vector('query norm', queryRank), matrix('query up', queries, queryRank)]),
    vector('latent norm', kvRank),
    matrix('key up', kvRank, nopeDim, 'projection', heads),
    matrix('value up', valueDim, kvRank, 'projection', heads),
    matrix('output', hidden, heads * valueDim),
  ];
}

const attentionTensors = (attention: Attention, hidden: number): Part[] =>
  attention.kind === 'grouped' ? groupedAttention(attention, hidden) : latentAttention(attention, hidden);

function gatedMlp(prefix: string, ffn: number, hidden: number, biases: boolean | undefined): Part[] {
  return [
    matrix(`${prefix}gate and up`, 2 * ffn, hidden),
    ...vectorIf(biases, `${prefix}gate and up bias`, 2 * ffn),
    matrix(`${prefix}down`, hidden, ffn),
    ...vectorIf(biases, `${prefix}down bias`, hidden),
  ];
}

function mlpTensors(mlp: Mlp, hidden: number): Part[] {
  if (mlp.kind === 'dense') return gatedMlp('', mlp.ffn, hidden, mlp.biases);
  const { experts, active, ffn, sharedFfn } = mlp;
  const ofExperts = gatedMlp('expert ', ffn, hidden, mlp.biases).map(
    (part): Part => ({
      ...part,
      kind: part.kind === 'vector' ? 'vector' : 'expert',
      count: experts,
      reads: { picked: active },
    }),
  );
  return [
    matrix('router', experts, hidden, 'router'),
    ...vectorIf(mlp.routerBias, 'router bias', experts),
    ...ofExperts,
    ...(sharedFfn === undefined ? [] : gatedMlp('shared ', sharedFfn, hidden, false)),
  ];
}

/** The tensors of a layer, in the order in which a step reads them. */
export const layerTensors = ({ attention, mlp, outputNorms }: Layer, hidden: number): Part[] => [
  vector('attention norm', hidden),
  ...attentionTensors(attention, hidden),
  ...vectorIf(outputNorms, 'attention output norm', hidden),
  vector('mlp norm', hidden),
  ...mlpTensors(mlp, hidden),
  ...vectorIf(outputNorms, 'mlp output norm', hidden),
];

/** The tensors of models that were asked for: a frontier asks for those of one model hundreds of times. */
const known = new WeakMap<Model, readonly Tensor[]>();

/** The tensors of a model, in the order in which a step reads them. */
export function tensorsOf(model: Model): readonly Tensor[] {
  const tensors = known.get(model) ?? allTensors(model);
  known.set(model, tensors);
  return tensors;
}

function allTensors(model: Model): Tensor[] {
  const { hidden, layers } = model;
  const [embedding, ...last] = outerTensors(model);
  return [
    embedding,
    ...layers.flatMap((layer, index) => layerTensors(layer, hidden).map((part): Tensor => ({ ...part, layer: index }))),
    ...last,
  ];
}

/** The tensors outside the layers: the embedding, which is read first, and those read last. */
export const outerTensors = ({ hidden, vocabulary, tied }: Omit<Model, 'layers'>): [Part, ...Part[]] => [
  { ...matrix('embedding', vocabulary, hidden, 'embedding'), reads: 'rows', ...(tied && { sharedWith: 'head' }) },
  vector('final norm', hidden),
  matrix('head', vocabulary, hidden, 'head'),
];

/** The number of weights in all matrices of a tensor. */
export const weightsIn = ({ rows, columns, count }: Tensor): number => rows * columns * count;

/** Whether a step multiplies by a tensor. The embedding is looked up; vectors are added or scale. */
export const isMultiplied = ({ kind }: Tensor): boolean => kind !== 'embedding' && kind !== 'vector';

/** The id of a number format for each kind of tensor. A tied embedding has the format of the head. */
export type WeightFormats = Readonly<Record<TensorKind, string>>;

/**
 * All kinds in `format`, except vectors, which kernels read in f32. Engines often keep other kinds in a wider format,
 * too: `{ ...allIn('int4-g32'), router: 'f32', head: 'f16' }`.
 */
export const allIn = (format: string): WeightFormats => ({
  projection: format,
  expert: format,
  router: format,
  embedding: format,
  head: format,
  vector: 'f32',
});

/** A tensor with the bytes that all its matrices take. */
export type SizedTensor = Tensor & { readonly bytes: number };

/**
 * The tensors of a model in `formats`. Their bytes are those that kernels read (`matrixLayout()`): rows in whole
 * 16-byte loads, and scales.
 * @throws RangeError for an unknown format, naming the known ones
 */
export function tensorsIn(model: Model, formats: WeightFormats): SizedTensor[] {
  return tensorsOf(model).map((tensor) => {
    const format = formatById(formats[tensor.sharedWith === undefined ? tensor.kind : 'head']);
    const { quantBytes, scaleBytes } = matrixLayout(format, tensor.rows * tensor.count, tensor.columns);
    return { ...tensor, bytes: quantBytes + scaleBytes };
  });
}
