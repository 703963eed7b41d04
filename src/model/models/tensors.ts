/**
 * The tensors of a model, as the kernels of a decode step read them. Projections with the same input are one matrix (Q,
 * K and V; gate and up). The matrices of experts and of absorbed heads lie one behind the other. A step is composed
 * from this list, and all accounting is a sum over it.
 *
 * Values that are computed (rotary angles) and layers that predict further tokens are not in the list.
 */

import { matrixLayout } from '../../../shaders/formats/format.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import { channelsOfDelta, channelsOfMamba } from './kept.ts';
import type {
  Attention,
  CompressedAttention,
  DeltaAttention,
  Extra,
  GroupedAttention,
  Indexer,
  LatentAttention,
  Layer,
  MambaMixer,
  Mlp,
  Model,
} from './model.ts';

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
  const { queryHeads, kvHeads, headDim, valueDim = headDim, headNorms, outputGate, queryRank } = a;
  const [queries, values] = [queryHeads * headDim, queryHeads * valueDim];
  const [keys, own] = a.readsCacheBefore ? [0, 0] : [kvHeads * headDim, a.valuesOfKeys ? 0 : kvHeads * valueDim];
  // A gate of each value has the input of the queries, and files have both in one matrix.
  const qkv = (queryRank ?? queries) + (outputGate === 'value' ? values : 0) + keys + own;
  const [queryNorm, keyNorm] =
    headNorms === 'all heads' || headNorms === 'of its own' ? [queries, keys] : [headDim, headDim];
  return [
    matrix(queryRank === undefined ? 'qkv' : 'qkv down', qkv, hidden),
    ...vectorIf(a.qkvBias, 'qkv bias', qkv),
    ...compressedQueries(queryRank, queries),
    ...vectorIf(headNorms !== undefined && headNorms !== false, 'query norm', queryNorm),
    ...vectorIf(headNorms !== undefined && headNorms !== false && keys > 0, 'key norm', keyNorm),
    ...(outputGate === 'head' ? [matrix('output gate', queryHeads, hidden)] : []),
    ...vectorIf(a.sinks, 'sinks', queryHeads),
    ...(a.indexer ? indexerTensors(a.indexer, hidden) : []),
    // The weight of what is subtracted is made of two products of vectors; a norm is over the values of a pair.
    ...vectorIf(a.differential, 'lambdas', 4 * headDim),
    ...vectorIf(a.differential, 'attention inner norm', 2 * valueDim),
    matrix('output', hidden, values),
    ...vectorIf(a.outputBias, 'output bias', hidden),
  ];
}

const compressedQueries = (rank: number | undefined, queries: number): Part[] =>
  rank === undefined ? [] : [vector('query norm', rank), matrix('query up', queries, rank)];

/** An indexer over latents has weights of heads and a norm with a bias; one over KV heads norms queries and keys. */
function indexerTensors({ heads, dim, queryRank }: Indexer, hidden: number): Part[] {
  return [
    matrix('indexer query', heads * dim, queryRank ?? hidden),
    matrix('indexer key', dim, hidden),
    ...(queryRank === undefined
      ? [vector('indexer query norm', dim), vector('indexer key norm', dim)]
      : [
          vector('indexer key norm', dim),
          vector('indexer key norm bias', dim),
          matrix('indexer weights', heads, hidden),
        ]),
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
    ...compressedQueries(queryRank, queries),
    vector('latent norm', kvRank),
    ...(a.indexer ? indexerTensors(a.indexer, hidden) : []),
    matrix('key up', kvRank, nopeDim, 'projection', heads),
    matrix('value up', valueDim, kvRank, 'projection', heads),
    ...(a.outputGate ? [matrix('output gate', heads * valueDim, hidden)] : []),
    matrix('output', hidden, heads * valueDim),
  ];
}

function compressedAttention(a: CompressedAttention, hidden: number): Part[] {
  const { heads, headDim, queryRank, outputGroups, outputRank, ratio, indexer } = a;
  return [
    matrix('qkv down', queryRank + headDim, hidden),
    vector('query norm', queryRank),
    matrix('query up', heads * headDim, queryRank),
    vector('latent norm', headDim),
    vector('sinks', heads),
    ...(ratio === undefined ? [] : compressor('', ratio, indexer ? 2 : 1, headDim, hidden)),
    ...(ratio === undefined || !indexer
      ? []
      : [
          ...compressor('indexer ', ratio, 2, indexer.dim, hidden),
          matrix('indexer query', indexer.heads * indexer.dim, queryRank),
          matrix('indexer weights', indexer.heads, hidden),
        ]),
    matrix('output down', outputRank, (heads * headDim) / outputGroups, 'projection', outputGroups),
    matrix('output', hidden, outputGroups * outputRank),
  ];
}

/** What makes a compressed entry of its positions: a key and a weight of each, in one matrix. */
const compressor = (prefix: string, ratio: number, overlap: number, columns: number, hidden: number): Part[] => [
  matrix(`${prefix}compressor`, 2 * overlap * columns, hidden),
  vector(`${prefix}compressor places`, ratio * overlap * columns),
  vector(`${prefix}compressor norm`, columns),
];

function deltaAttention(a: DeltaAttention, hidden: number): Part[] {
  const { valueHeads, keyHeads, keyDim, valueDim, convolution, decayRank, gateRank } = a;
  const [channels, values] = [channelsOfDelta(a), valueHeads * valueDim];
  const decays = decayRank === undefined ? valueHeads : keyHeads * keyDim;
  return [
    // The gate of the output has the same input.
    matrix('qkv', channels, hidden),
    ...(gateRank === undefined
      ? [matrix('output gate', values, hidden)]
      : [matrix('output gate down', gateRank, hidden), matrix('output gate', values, gateRank)]),
    ...(decayRank === undefined
      ? [matrix('strength and decay', 2 * valueHeads, hidden)]
      : [
          matrix('strength', valueHeads, hidden),
          matrix('decay down', decayRank, hidden),
          matrix('decay', decays, decayRank),
        ]),
    vector('convolution', channels * convolution),
    vector('decay rate', valueHeads),
    vector('decay bias', decays),
    vector('state norm', valueDim),
    matrix('output', hidden, values),
  ];
}

function mamba(a: MambaMixer, hidden: number): Part[] {
  const { heads, headDim, convolution } = a;
  const [channels, inner] = [channelsOfMamba(a), heads * headDim];
  return [
    matrix('mamba in', inner + channels + heads, hidden),
    ...vectorIf(a.biases, 'mamba in bias', inner + channels + heads),
    vector('convolution', channels * convolution),
    ...vectorIf(a.convolutionBias, 'convolution bias', channels),
    vector('decay rate', heads),
    vector('decay bias', heads),
    vector('skip', heads),
    ...vectorIf(a.norm, 'state norm', inner),
    matrix('mamba out', hidden, inner),
    ...vectorIf(a.biases, 'mamba out bias', hidden),
  ];
}

function attentionTensors(a: Attention, hidden: number): Part[] {
  switch (a.kind) {
    case 'grouped':
      return groupedAttention(a, hidden);
    case 'latent':
      return latentAttention(a, hidden);
    case 'compressed':
      return compressedAttention(a, hidden);
    case 'delta':
      return deltaAttention(a, hidden);
    case 'mamba':
      return mamba(a, hidden);
    case 'recurrent':
      return a.tensors.map(extraPart);
    case 'linear':
      return [matrix('attention linear', hidden, hidden)];
    case 'none':
      return [];
  }
}

interface MlpShape {
  readonly ffn: number;
  readonly width: number;
  readonly biases?: boolean | undefined;
  readonly ungated?: boolean | undefined;
}

function gatedMlp(prefix: string, { ffn, width, biases, ungated }: MlpShape): Part[] {
  const [up, rows] = ungated ? ['up', ffn] : ['gate and up', 2 * ffn];
  return [
    matrix(`${prefix}${up}`, rows, width),
    ...vectorIf(biases, `${prefix}${up} bias`, rows),
    matrix(`${prefix}down`, width, ffn),
    ...vectorIf(biases, `${prefix}down bias`, width),
  ];
}

function mlpTensors(mlp: Mlp, hidden: number): Part[] {
  if (mlp.kind === 'none') return [];
  if (mlp.kind === 'linear') return [matrix('mlp linear', hidden, hidden)];
  if (mlp.kind === 'dense') return gatedMlp('', { ...mlp, width: hidden });
  const { experts, active, ffn, sharedFfn, latentDim, ungated } = mlp;
  const width = latentDim ?? hidden;
  const ofExperts = gatedMlp('expert ', { ffn, width, biases: mlp.biases, ungated }).map(
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
    ...(latentDim === undefined ? [] : [matrix('latent in', latentDim, hidden)]),
    ...ofExperts,
    ...vectorIf(mlp.latentNorm, 'latent out norm', width),
    ...(latentDim === undefined ? [] : [matrix('latent out', hidden, latentDim)]),
    ...(sharedFfn === undefined ? [] : gatedMlp('shared ', { ffn: sharedFfn, width: hidden, ungated })),
    ...vectorIf(mlp.sharedGate, 'shared expert gate', hidden),
  ];
}

/** The tensors of a layer, in the order in which a step reads them. */
export function layerTensors({ attention, beside, mlp, ...layer }: Layer, hidden: number): Part[] {
  const { outputNorms, inputNorms, extras = [] } = layer;
  const [attends, hasMlp] = [attention.kind !== 'none', mlp.kind !== 'none'];
  return [
    ...vectorIf(attends && inputNorms !== 'none', 'attention norm', hidden),
    ...attentionTensors(attention, hidden),
    ...(beside ? attentionTensors(beside, hidden) : []),
    ...vectorIf(attends && outputNorms, 'attention output norm', hidden),
    ...vectorIf(hasMlp && inputNorms === undefined, 'mlp norm', hidden),
    ...mlpTensors(mlp, hidden),
    ...vectorIf(hasMlp && outputNorms, 'mlp output norm', hidden),
    ...extras.map(extraPart),
  ];
}

const extraPart = ({ name, rows, columns, kind, count }: Extra): Part => ({
  ...matrix(name, rows, columns, kind ?? 'projection', count),
  ...(kind === 'embedding' && { reads: 'rows' as const }),
});

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
export const outerTensors = ({ hidden, vocabulary, tied, extras = [] }: Omit<Model, 'layers'>): [Part, ...Part[]] => [
  { ...matrix('embedding', vocabulary, hidden, 'embedding'), reads: 'rows', ...(tied && { sharedWith: 'head' }) },
  ...extras.map(extraPart),
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

/** The tensors of models in one format: points of a prediction and steps of a sweep ask for those of few models often. */
const knownIn = new WeakMap<Model, Map<string, readonly SizedTensor[]>>();

/** The tensors of a model, all in one format but vectors. @throws RangeError for an unknown format */
export function tensorsAllIn(model: Model, format: string): readonly SizedTensor[] {
  const ofModel = knownIn.get(model) ?? new Map<string, readonly SizedTensor[]>();
  const tensors = ofModel.get(format) ?? tensorsIn(model, allIn(format));
  knownIn.set(model, ofModel.set(format, tensors));
  return tensors;
}
