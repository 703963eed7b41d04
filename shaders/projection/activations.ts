/** The input x of a projection: its layout, its values, and the reader for the reference. */

import {
  activationCode,
  activationIndex,
  activationScale,
  activationValue,
  vectorsPerLoad,
} from '../formats/activations.ts';
import { f32 } from '../formats/f32.ts';
import type { Arithmetic, MatrixLayout } from '../formats/format.ts';
import type { Input, WordReader } from '../kernel.ts';
import { randomWord } from '../random.ts';
import { givenSquares, inverseRms, type StreamParams, squareLoads } from './stream.ts';
import { arithmeticOf } from './variants.ts';

/** Returns value `k` of vector `vector` of x, in f64, as the kernel sees it. */
export type ActivationReader = (vector: number, k: number) => number;

/** The input x: vectors that the rows of the matrix are multiplied by. */
export interface Activations {
  readonly inputs: readonly Input[];
  /** The bytes of x that must be read: scales included, padding left out. */
  readonly bytes: number;
  /** Returns a reader of x. @throws Error if an input is missing. */
  reader(inputs: Readonly<Record<string, WordReader>>): ActivationReader;
}

/** The seed of the activations, which are the same in every run. */
const ACTIVATION_SEED = 1;

/** The number of vectors, of four floats or of sixteen bytes, from one token's x in planes to the next token's. */
export const xStride = ({ format, loadsPerRow }: MatrixLayout, variant: string): number =>
  loadsPerRow * vectorsPerLoad(format, arithmeticOf(variant));

/**
 * The activations of `tokens` tokens, laid out for the weights that they meet (formats/activations.ts). They are zero
 * where they meet padding. They are `x` in f32 or, for integer dot products, `x` in bytes and `x_scales`.
 */
export function activationsInPlanes(
  layout: MatrixLayout,
  tokens: number,
  variant: string,
  stream: StreamParams = {},
): Activations {
  const arithmetic = arithmeticOf(variant);
  if (stream.reads === 'unscaled') return unscaledInPlanes(layout, tokens, stream.epsilon ?? 0);
  return {
    inputs: activationInputs(layout, tokens, arithmetic),
    bytes: arithmetic === 'i8' ? tokens * (layout.columns + 4) : 4 * tokens * layout.columns,
    reader: (inputs) => planeReader(layout, inputs, arithmetic),
  };
}

/** The same for x that is unscaled, in f32: the sums of squares of all tokens lie behind it. */
function unscaledInPlanes(layout: MatrixLayout, tokens: number, epsilon: number): Activations {
  const size = tokens * layout.storedColumns;
  const loads = squareLoads(layout.columns);
  return {
    inputs: [
      {
        ...{ kind: 'given', name: 'x', type: 'array<vec4<f32>>', bytes: 4 * size + 16 * tokens * loads },
        get data() {
          const words = new Uint32Array(size + 4 * tokens * loads);
          words.set(makeActivations(layout, tokens, 'f32').x);
          words.set(givenSquares(tokens, layout.columns), size);
          return words;
        },
      },
    ],
    bytes: tokens * (4 * layout.columns + 16 * loads),
    reader({ x }) {
      if (!x) throw new Error('a projection needs the input x');
      const value = planeReader(layout, { x }, 'f32');
      const scales = Array.from({ length: tokens }, (_, token) =>
        inverseRms(x, size + 4 * token * loads, layout.columns, epsilon),
      );
      return (token, k) => value(token, k) * (scales[token] ?? 0);
    },
  };
}

function activationInputs(layout: MatrixLayout, tokens: number, arithmetic: Arithmetic): Input[] {
  const size = tokens * layout.storedColumns;
  let made: Words | undefined;
  // A plan asks for the names and sizes of many inputs and fills few of them, so values are made on demand.
  const words = () => {
    made ??= makeActivations(layout, tokens, arithmetic);
    return made;
  };
  const x = (type: string, bytes: number): Input => ({
    kind: 'given',
    name: 'x',
    type,
    bytes,
    get data() {
      return words().x;
    },
  });
  if (arithmetic !== 'i8') return [x('array<vec4<f32>>', 4 * size)];
  return [
    x('array<vec4<u32>>', size),
    {
      kind: 'given',
      name: 'x_scales',
      type: 'array<f32>',
      bytes: Math.ceil(tokens / 4) * 16,
      get data() {
        return words().scales;
      },
    },
  ];
}

/** The words of x, and a scale for each token. */
interface Words {
  readonly x: Uint32Array<ArrayBuffer>;
  readonly scales: Uint32Array<ArrayBuffer>;
}

function makeActivations(layout: MatrixLayout, tokens: number, arithmetic: Arithmetic): Words {
  const { columns, storedColumns } = layout;
  const places = Array.from({ length: columns }, (_, k) => activationIndex(k, layout, arithmetic));
  const x = new (arithmetic === 'i8' ? Uint8Array : Float32Array)(tokens * storedColumns);
  const scales = new Float32Array(tokens);
  for (let token = 0; token < tokens; token++) {
    const first = token * storedColumns;
    const row = Float32Array.from({ length: columns }, (_, k) =>
      f32.quant(randomWord(first + k, ACTIVATION_SEED, f32.words)),
    );
    const scale = activationScale(row);
    scales[token] = scale;
    for (const [k, place] of places.entries()) {
      const value = row[k] ?? 0;
      x[first + place] = arithmetic === 'i8' ? activationCode(value, scale) : value;
    }
  }
  return { x: new Uint32Array(x.buffer), scales: new Uint32Array(scales.buffer) };
}

function planeReader(
  layout: MatrixLayout,
  { x, x_scales }: Readonly<Record<string, WordReader>>,
  arithmetic: Arithmetic,
): ActivationReader {
  const at = (token: number, k: number) => token * layout.storedColumns + activationIndex(k, layout, arithmetic);
  if (!x) throw new Error('a projection needs the input x');
  if (arithmetic !== 'i8') return (token, k) => f32.quant(x(at(token, k)));
  if (!x_scales) throw new Error('activations in bytes need the input x_scales');
  return (token, k) => {
    const place = at(token, k);
    const code = (x(Math.floor(place / 4)) >>> ((place % 4) * 8)) & 0xff;
    return activationValue(code, f32.quant(x_scales(token)));
  };
}
