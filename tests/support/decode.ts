/**
 * Decoding by the textbook, in f64 on the CPU: what a step on the GPU is held against. It knows the model, where a
 * tensor's words are and the layout of a matrix, and nothing of kernels, planes, splits or fusion.
 */

import { f32 } from '../../shaders/formats/f32.ts';
import { matrixLayout, matrixReader } from '../../shaders/formats/format.ts';
import { formatById } from '../../shaders/formats/index.ts';
import type { WordReader } from '../../shaders/kernel.ts';
import type { GroupedAttention, Layer, Model } from '../../src/model/models/model.ts';
import { type Tensor, tensorsOf, type WeightFormats } from '../../src/model/tensors.ts';

/** The arithmetic's constants. */
const EPSILON = 1e-5;
const THETA = 5e5;

/** Words of a buffer that a step fills, by its name. */
type Words = (buffer: string) => WordReader;

export interface TextbookOptions {
  readonly formats: WeightFormats;
  readonly kv: string;
  readonly words: Words;
  /** Before the first step: of each sequence the token to look up, … */
  readonly tokens: readonly number[];
  /** … the positions that it has, and where its rows lie in the KV cache. */
  readonly sequences: readonly { readonly context: number; readonly firstRow: number; readonly rowsPerHead: number }[];
}

type Matrix = readonly Float64Array[];

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

const times = (matrix: Matrix, x: Float64Array): Float64Array => Float64Array.from(matrix, (row) => dot(row, x));

const plus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + (b[i] ?? 0));

const silu = (x: number): number => x / (1 + Math.exp(-x));

function gatedMlp(gateAndUp: Matrix, down: Matrix, ffn: number, x: Float64Array): Float64Array {
  const both = times(gateAndUp, x);
  return times(
    down,
    both.slice(0, ffn).map((gate, i) => silu(gate) * (both[ffn + i] ?? 0)),
  );
}

function normed(x: Float64Array, weight: Float64Array): Float64Array {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + EPSILON);
  return x.map((value, i) => value * scale * (weight[i] ?? 0));
}

/** The "NeoX" pairing: value i turns with the one half a head behind it. */
function rotated(head: Float64Array, position: number): Float64Array {
  const half = head.length / 2;
  return head.map((value, i) => {
    const angle = position * THETA ** (-(i % half) / half);
    const other = head[(i + half) % head.length] ?? 0;
    return value * Math.cos(angle) + (i < half ? -other : other) * Math.sin(angle);
  });
}

/** A decoder of one model; each step takes the tokens of the one before. */
export class Textbook {
  readonly #model: Model;
  readonly #options: TextbookOptions;
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #matrices = new Map<string, Matrix>();
  /** Keys and values of a sequence's head: [layer, 0 or 1, sequence, KV head] → rows by position. */
  readonly #caches = new Map<string, Float64Array[]>();
  #tokens: readonly number[];
  #steps = 0;

  constructor(model: Model, options: TextbookOptions) {
    this.#model = model;
    this.#options = options;
    this.#tensors = new Map(tensorsOf(model).map((tensor) => [keyOf(tensor.layer, tensor.name), tensor]));
    this.#tokens = options.tokens;
  }

  /** One step: the logits of every sequence. Their largest are the tokens of the next. */
  step(): Float64Array[] {
    const { model, options } = { model: this.#model, options: this.#options };
    const logits = options.sequences.map((_, sequence) => {
      const token = this.#tokens[sequence] ?? 0;
      let stream = this.#matrix(undefined, 'embedding')[token] ?? new Float64Array();
      model.layers.forEach((layer, index) => {
        stream = plus(stream, this.#attend(layer.attention as GroupedAttention, index, sequence, stream));
        stream = plus(stream, this.#mlp(layer, index, stream));
      });
      return times(this.#matrix(undefined, 'head'), normed(stream, this.#vector(undefined, 'final norm')));
    });
    this.#tokens = logits.map((row) => row.indexOf(Math.max(...row)));
    this.#steps++;
    return logits;
  }

  #attend(a: GroupedAttention, layer: number, sequence: number, stream: Float64Array): Float64Array {
    const { queryHeads, kvHeads, headDim, window = Number.POSITIVE_INFINITY } = a;
    const projected = times(this.#matrix(layer, 'qkv'), normed(stream, this.#vector(layer, 'attention norm')));
    const head = (index: number) => projected.slice(index * headDim, (index + 1) * headDim);
    const own = (index: number, name: string) =>
      a.headNorms ? normed(head(index), this.#vector(layer, name)) : head(index);
    const position = (this.#options.sequences[sequence]?.context ?? 0) + this.#steps;
    const attended = new Float64Array(queryHeads * headDim);
    for (let kvHead = 0; kvHead < kvHeads; kvHead++) {
      const keys = this.#cache(a, layer, 0, sequence, kvHead);
      const values = this.#cache(a, layer, 1, sequence, kvHead);
      keys.push(this.#stored(rotated(own(queryHeads + kvHead, 'key norm'), position)));
      values.push(this.#stored(head(queryHeads + kvHeads + kvHead)));
      const first = Math.max(0, keys.length - window);
      for (let q = (kvHead * queryHeads) / kvHeads; q < ((kvHead + 1) * queryHeads) / kvHeads; q++) {
        const query = rotated(own(q, 'query norm'), position);
        const weights = keys.slice(first).map((key) => Math.exp(dot(query, key) / Math.sqrt(headDim)));
        const total = weights.reduce((sum, weight) => sum + weight);
        weights.forEach((weight, i) => {
          values[first + i]?.forEach((value, at) => {
            attended[q * headDim + at] = (attended[q * headDim + at] ?? 0) + (weight / total) * value;
          });
        });
      }
    }
    return times(this.#matrix(layer, 'output'), attended);
  }

  #mlp({ mlp }: Layer, layer: number, stream: Float64Array): Float64Array {
    const x = normed(stream, this.#vector(layer, 'mlp norm'));
    const { ffn } = mlp;
    if (mlp.kind === 'dense') return gatedMlp(this.#matrix(layer, 'gate and up'), this.#matrix(layer, 'down'), ffn, x);
    const logits = times(this.#matrix(layer, 'router'), x);
    const picks = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0)).slice(0, mlp.active);
    const total = picks.reduce((sum, expert) => sum + Math.exp(logits[expert] ?? 0), 0);
    const [up, down] = [this.#matrix(layer, 'expert gate and up'), this.#matrix(layer, 'expert down')];
    return picks
      .map((expert): Float64Array => {
        const share = Math.exp(logits[expert] ?? 0) / total;
        const own = (matrix: Matrix, rows: number) => matrix.slice(expert * rows, (expert + 1) * rows);
        return gatedMlp(own(up, 2 * ffn), own(down, stream.length), ffn, x).map((value) => share * value);
      })
      .reduce(plus);
  }

  /** A row as the cache's format holds it. */
  #stored(row: Float64Array): Float64Array {
    const { code, quant } = formatById(this.#options.kv);
    return row.map((value) => quant(code(value)));
  }

  /** What the cache was filled with before the first step, and what has been pushed since. */
  #cache(a: GroupedAttention, layer: number, part: 0 | 1, sequence: number, kvHead: number): Float64Array[] {
    const key = [layer, part, sequence, kvHead].join();
    const known = this.#caches.get(key);
    if (known) return known;
    const { sequences, kv, words } = this.#options;
    const place = sequences[sequence];
    if (!place) throw new RangeError(`no sequence ${sequence}`);
    const rows = sequences.reduce((total, { rowsPerHead }) => total + rowsPerHead * a.kvHeads, 0);
    const read = matrixReader(
      matrixLayout(formatById(kv), 2 * rows, a.headDim),
      words(keyOf(layer, 'KV cache')),
      undefined,
    );
    const first = part * rows + place.firstRow + kvHead * place.rowsPerHead;
    const cache = Array.from({ length: place.context }, (_, position) =>
      Float64Array.from({ length: a.headDim }, (_, i) => read(first + position, i)),
    );
    this.#caches.set(key, cache);
    return cache;
  }

  #vector(layer: number | undefined, name: string): Float64Array {
    const { columns } = this.#tensor(layer, name);
    const words = this.#options.words(keyOf(layer, name));
    return Float64Array.from({ length: columns }, (_, i) => f32.quant(words(i)));
  }

  /** All of a matrix, row by row. */
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
    if (!tensor) throw new RangeError(`no tensor ${name}`);
    return tensor;
  }
}

const keyOf = (layer: number | undefined, name: string): string => (layer === undefined ? name : `${layer} ${name}`);
