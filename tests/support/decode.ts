/**
 * Decoding by the textbook, in f64 on the CPU: the reference of a decode step on the GPU. It knows the model, the
 * layout of a matrix and where the words of a tensor are, but nothing of kernels, planes, splits or fusion. MLA is
 * not absorbed: every latent is expanded to the keys and values of all heads, as in DeepSeek-V2 (arXiv 2405.04434),
 * eq. 9 – 19.
 */

import { activationCode, activationScale, activationValue } from '../../shaders/formats/activations.ts';
import { matrixLayout, matrixReader, packMatrix } from '../../shaders/formats/format.ts';
import { formatById } from '../../shaders/formats/index.ts';
import type { WordReader } from '../../shaders/kernel.ts';
import type { GroupedAttention, LatentAttention, Model } from '../../src/model/models/model.ts';
import { type RunAttention, type RunLayer, type RunModel, runnable } from '../../src/model/models/runnable.ts';
import { type Tensor, tensorsOf, type WeightFormats } from '../../src/model/models/tensors.ts';

/** The ε of norms and the base of rotation angles, as the decode step has them. */
const EPSILON = 1e-5;
const THETA = 5e5;

/** Reads the words of a buffer that a step fills, by the buffer's name. */
type Words = (buffer: string) => WordReader;

export interface TextbookOptions {
  readonly formats: WeightFormats;
  readonly kv: string;
  /** Whether the projection of this name multiplies bytes. */
  readonly inBytes: (name: string) => boolean;
  readonly words: Words;
  /** The token that each sequence looks up in the first step. */
  readonly tokens: readonly number[];
  /** The positions that each sequence has before the first step, and where its rows lie in the KV cache. */
  readonly sequences: readonly { readonly context: number; readonly firstRow: number; readonly rowsPerHead: number }[];
}

type Matrix = readonly Float64Array[];

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

const times = (matrix: Matrix, x: Float64Array): Float64Array => Float64Array.from(matrix, (row) => dot(row, x));

const plus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + (b[i] ?? 0));

const silu = (x: number): number => x / (1 + Math.exp(-x));

/** Returns the transposed matrix times x. */
function timesTransposed(matrix: Matrix, x: Float64Array): Float64Array {
  const columns = matrix[0]?.length ?? 0;
  return Float64Array.from({ length: columns }, (_, k) =>
    matrix.reduce((sum, row, i) => sum + (row[k] ?? 0) * (x[i] ?? 0), 0),
  );
}

/** Returns silu(first half) · second half. */
function gated(both: Float64Array): Float64Array {
  const ffn = both.length / 2;
  return both.slice(0, ffn).map((gate, i) => silu(gate) * (both[ffn + i] ?? 0));
}

/** Returns Σ softmax(scores) · values. A sink takes its part of the softmax and has no value. */
function softmaxSum(scores: readonly number[], values: readonly Float64Array[], sink?: number): Float64Array {
  const weights = scores.map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, sink === undefined ? 0 : Math.exp(sink));
  return values.map((value, i): Float64Array => value.map((v) => (v * (weights[i] ?? 0)) / total)).reduce(plus);
}

const joined = (rows: readonly Float64Array[]): Float64Array => Float64Array.from(rows.flatMap((row) => [...row]));

function normed(x: Float64Array, weight: Float64Array): Float64Array {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + EPSILON);
  return x.map((value, i) => value * scale * (weight[i] ?? 0));
}

/** Returns a head rotated to `position`, in "NeoX" pairs: value i turns with the value half a head behind it. */
function rotated(head: Float64Array, position: number): Float64Array {
  const half = head.length / 2;
  return head.map((value, i) => {
    const angle = position * THETA ** (-(i % half) / half);
    const other = head[(i + half) % head.length] ?? 0;
    return value * Math.cos(angle) + (i < half ? -other : other) * Math.sin(angle);
  });
}

/** A decoder of one model. Each step takes the tokens of the step before it. */
export class Textbook {
  readonly #model: RunModel;
  readonly #options: TextbookOptions;
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #matrices = new Map<string, Matrix>();
  /**
   * The cached rows by position, for each [layer, part (key or value), sequence, KV head]. MLA has one part and one
   * head.
   */
  readonly #caches = new Map<string, Float64Array[]>();
  #tokens: readonly number[];
  #steps = 0;

  constructor(model: Model, options: TextbookOptions) {
    this.#model = runnable(model);
    this.#options = options;
    this.#tensors = new Map(tensorsOf(model).map((tensor) => [keyOf(tensor.layer, tensor.name), tensor]));
    this.#tokens = options.tokens;
  }

  /** Makes one step and returns the logits of every sequence. The largest are the tokens of the next step. */
  step(): Float64Array[] {
    const { model, options } = { model: this.#model, options: this.#options };
    const logits = options.sequences.map((_, sequence) => {
      const token = this.#tokens[sequence] ?? 0;
      let stream = this.#matrix(undefined, 'embedding')[token] ?? new Float64Array();
      model.layers.forEach((layer, index) => {
        stream = plus(stream, this.#joining(layer, index, 'attention', this.#attend(layer, index, sequence, stream)));
        stream = plus(stream, this.#joining(layer, index, 'mlp', this.#mlp(layer, index, stream)));
      });
      const x = normed(stream, this.#vector(undefined, 'final norm'));
      return times(this.#matrix(undefined, 'head'), this.#read('head', x));
    });
    this.#tokens = logits.map((row) => row.indexOf(Math.max(...row)));
    this.#steps++;
    return logits;
  }

  #joining({ outputNorms }: RunLayer, layer: number, part: 'attention' | 'mlp', x: Float64Array): Float64Array {
    return outputNorms ? normed(x, this.#vector(layer, `${part} output norm`)) : x;
  }

  #attend({ attention: a }: RunLayer, layer: number, sequence: number, stream: Float64Array): Float64Array {
    const x = normed(stream, this.#vector(layer, 'attention norm'));
    const position = (this.#options.sequences[sequence]?.context ?? 0) + this.#steps;
    const heads =
      a.kind === 'grouped'
        ? this.#groupedHeads(a, layer, sequence, position, x)
        : this.#latentHeads(a, layer, sequence, position, x);
    return this.#project(layer, 'output', joined(heads));
  }

  #groupedHeads(a: GroupedAttention, layer: number, sequence: number, position: number, x: Float64Array) {
    const { queryHeads, kvHeads, headDim, window = Number.POSITIVE_INFINITY } = a;
    const projected = this.#project(layer, 'qkv', x);
    const head = (index: number) => projected.slice(index * headDim, (index + 1) * headDim);
    const own = (index: number, name: string) =>
      a.headNorms ? normed(head(index), this.#vector(layer, name)) : head(index);
    for (let kvHead = 0; kvHead < kvHeads; kvHead++) {
      const key = rotated(own(queryHeads + kvHead, 'key norm'), position);
      this.#cache(a, layer, 0, sequence, kvHead).push(this.#stored(key));
      this.#cache(a, layer, 1, sequence, kvHead).push(this.#stored(head(queryHeads + kvHeads + kvHead)));
    }
    return Array.from({ length: queryHeads }, (_, q) => {
      const kvHead = Math.floor((q * kvHeads) / queryHeads);
      const keys = this.#cache(a, layer, 0, sequence, kvHead);
      const first = Math.max(0, keys.length - window);
      const query = rotated(own(q, 'query norm'), position);
      return softmaxSum(
        keys.slice(first).map((key) => dot(query, key) / Math.sqrt(headDim)),
        this.#cache(a, layer, 1, sequence, kvHead).slice(first),
        a.sinks ? this.#vector(layer, 'sinks')[q] : undefined,
      );
    });
  }

  #latentHeads(a: LatentAttention, layer: number, sequence: number, position: number, x: Float64Array) {
    const { heads, queryRank, kvRank, nopeDim, ropeDim, valueDim } = a;
    const down = this.#project(layer, 'qkv down', x);
    const before = down.length - kvRank - ropeDim;
    const compressed = down.slice(0, before);
    const queries =
      queryRank === undefined
        ? compressed
        : this.#project(layer, 'query up', normed(compressed, this.#vector(layer, 'query norm')));
    const latent = normed(down.slice(before, before + kvRank), this.#vector(layer, 'latent norm'));
    const cache = this.#cache(a, layer, 0, sequence, 0);
    cache.push(this.#stored(joined([latent, rotated(down.slice(before + kvRank), position)])));
    const [keyUp, valueUp] = [this.#matrix(layer, 'key up'), this.#matrix(layer, 'value up')];
    return Array.from({ length: heads }, (_, h) => {
      const query = queries.slice(h * (nopeDim + ropeDim), (h + 1) * (nopeDim + ropeDim));
      const whole = joined([query.slice(0, nopeDim), rotated(query.slice(nopeDim), position)]);
      const toKey = keyUp.slice(h * kvRank, (h + 1) * kvRank);
      const toValue = valueUp.slice(h * valueDim, (h + 1) * valueDim);
      const scores = cache.map((row) => {
        const key = joined([timesTransposed(toKey, row.slice(0, kvRank)), row.slice(kvRank)]);
        return dot(whole, key) / Math.sqrt(nopeDim + ropeDim);
      });
      return softmaxSum(
        scores,
        cache.map((row) => times(toValue, row.slice(0, kvRank))),
      );
    });
  }

  #mlp({ mlp }: RunLayer, layer: number, stream: Float64Array): Float64Array {
    const x = normed(stream, this.#vector(layer, 'mlp norm'));
    const dense = (prefix = '') =>
      this.#project(layer, `${prefix}down`, gated(this.#project(layer, `${prefix}gate and up`, x)));
    if (mlp.kind === 'dense') return dense();
    const logits = this.#project(layer, 'router', x);
    const picks = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0)).slice(0, mlp.active);
    const total = picks.reduce((sum, expert) => sum + Math.exp(logits[expert] ?? 0), 0);
    return picks
      .map((expert): Float64Array => {
        const share = Math.exp(logits[expert] ?? 0) / total;
        const up = this.#project(layer, 'expert gate and up', x, expert);
        return this.#project(layer, 'expert down', gated(up), expert).map((value) => share * value);
      })
      .reduce(plus, mlp.sharedFfn === undefined ? x.map(() => 0) : dense('shared '));
  }

  /** Returns W x, plus the bias if there is one. `which` picks the matrix of a tensor that has several. */
  #project(layer: number, name: string, x: Float64Array, which = 0): Float64Array {
    const { rows } = this.#tensor(layer, name);
    const y = times(this.#matrix(layer, name).slice(which * rows, (which + 1) * rows), this.#read(name, x));
    const bias = `${name} bias`;
    return this.#tensors.has(keyOf(layer, bias)) ? plus(y, this.#vector(layer, bias, which)) : y;
  }

  /** Returns x as a projection reads it: rounded, if it reads bytes. */
  #read(name: string, x: Float64Array): Float64Array {
    if (!this.#options.inBytes(name)) return x;
    const scale = activationScale(Float32Array.from(x));
    return x.map((value) => activationValue(activationCode(value, scale), scale));
  }

  /** Returns a row as the cache's format stores it. */
  #stored(row: Float64Array): Float64Array {
    const layout = matrixLayout(formatById(this.#options.kv), 1, row.length);
    const { quants, scales } = packMatrix(layout, (_, i) => row[i] ?? 0);
    const read = matrixReader(
      layout,
      (index) => quants[index] ?? 0,
      (index) => scales[index] ?? 0,
    );
    return row.map((_, i) => read(0, i));
  }

  /** Returns the rows that the cache was filled with before the first step, and those that were pushed since. */
  #cache(a: RunAttention, layer: number, part: 0 | 1, sequence: number, kvHead: number): Float64Array[] {
    const key = [layer, part, sequence, kvHead].join();
    const known = this.#caches.get(key);
    if (known) return known;
    const { sequences, kv, words } = this.#options;
    const place = sequences[sequence];
    if (!place) throw new RangeError(`there is no sequence ${sequence}`);
    const [parts, kvHeads, columns] = a.kind === 'grouped' ? [2, a.kvHeads, a.headDim] : [1, 1, a.kvRank + a.ropeDim];
    const rows = sequences.reduce((total, { rowsPerHead }) => total + rowsPerHead * kvHeads, 0);
    const format = formatById(kv);
    const buffer = keyOf(layer, 'KV cache');
    const scales = format.scales && words(`${buffer} scales`);
    const read = matrixReader(matrixLayout(format, parts * rows, columns), words(buffer), scales);
    const first = part * rows + place.firstRow + kvHead * place.rowsPerHead;
    const cache = Array.from({ length: place.context }, (_, position) =>
      Float64Array.from({ length: columns }, (_, i) => read(first + position, i)),
    );
    this.#caches.set(key, cache);
    return cache;
  }

  /** Returns vector `which` of a tensor. */
  #vector(layer: number | undefined, name: string, which = 0): Float64Array {
    const row = this.#matrix(layer, name)[which];
    if (!row) throw new RangeError(`there is no vector ${which} of ${name}`);
    return row;
  }

  /** Returns all matrices of a tensor, row by row. */
  #matrix(layer: number | undefined, name: string): Matrix {
    const key = keyOf(layer, name);
    const known = this.#matrices.get(key);
    if (known) return known;
    const { rows: own, columns, count, kind, sharedWith } = this.#tensor(layer, name);
    const rows = own * count;
    const format = formatById(this.#options.formats[sharedWith === undefined ? kind : 'head']);
    const buffer = sharedWith ?? key;
    const scales = format.scales && this.#options.words(`${buffer} scales`);
    const read = matrixReader(matrixLayout(format, rows, columns), this.#options.words(buffer), scales);
    const matrix = Array.from({ length: rows }, (_, row) =>
      Float64Array.from({ length: columns }, (_, k) => read(row, k)),
    );
    this.#matrices.set(key, matrix);
    return matrix;
  }

  #tensor(layer: number | undefined, name: string): Tensor {
    const tensor = this.#tensors.get(keyOf(layer, name));
    if (!tensor) throw new RangeError(`there is no tensor ${name}`);
    return tensor;
  }
}

const keyOf = (layer: number | undefined, name: string): string => (layer === undefined ? name : `${layer} ${name}`);
