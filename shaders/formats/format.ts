/**
 * The Format contract: how a number format lies in memory, how WGSL reads it, and what the right value is.
 *
 * A matrix in a format is one plane of quants and, where the format has scales, one plane of scales; a value is its
 * quant times its scale. Each row of quants fills whole 16-byte loads. Adding a format is adding a file beside this
 * one, and its line in index.ts.
 */

import type { Input, WordMask, WordReader } from '../kernel.ts';

/** How one scale is stored. */
export interface ScaleType {
  readonly id: string;
  readonly bits: 8 | 16 | 32;
  /** Random words that are valid, tame scales. */
  readonly words: WordMask;
  /** Code → value. */
  value(code: number): number;
  /** The code of the smallest scale that is at least `scale`. */
  code(scale: number): number;
  /** WGSL expression of the value of the code `c`, a `u32`. */
  readonly wgsl: string;
}

export interface Scales {
  readonly type: ScaleType;
  /** Values along a row that share one scale. */
  readonly columns: number;
  /** Rows that share one scale. */
  readonly rows: number;
}

/** WGSL functions `unpack_0 … unpack_{n−1}(load: vec4<u32>)`, each four quants of a load in order. */
export interface Unpack {
  readonly wgsl: string;
  /** What they return is to be multiplied by this, which a format with scales has done by its scale. Default: 1. */
  readonly unit?: number;
}

export interface Format {
  readonly id: string;
  readonly summary: string;
  /** Bits of one quant. */
  readonly bits: 2 | 4 | 8 | 16 | 32;
  readonly scales?: Scales;
  /** Random words that are valid quants, and among them as many codes as can be. */
  readonly words: WordMask;
  /** Largest magnitude of a quant that pack() makes. */
  readonly largest: number;
  /** Error of pack followed by decode: relative to the value, … */
  readonly relativeError: number;
  /** … plus absolute, in units of the scale. */
  readonly absoluteError: number;
  /**
   * How WGSL reads the quants, as f32 everywhere and, where the adapter has `shader-f16`, as f16 (for formats whose
   * every quant f16 holds).
   */
  readonly unpack: { readonly f32: Unpack; readonly f16?: Unpack };
  /** WGSL functions `bytes_0 …` for integer dot products, where a quant is a signed byte; see unpack.ts. */
  readonly bytes?: string;
  /** Code → quant. */
  quant(code: number): number;
  /** Quant nearest to `value` → its code. */
  code(value: number): number;
}

/** Quants in one 16-byte load. */
export const quantsPerLoad = ({ bits }: Format): number => 128 / bits;

/** Four-quant parts of a load that have a scale in common. */
export const partsPerScale = (format: Format): number =>
  Math.min(quantsPerLoad(format), format.scales?.columns ?? Number.POSITIVE_INFINITY) / 4;

/** Bits per value, scales included. */
export function bitsPerValue({ bits, scales }: Format): number {
  return bits + (scales ? scales.type.bits / (scales.columns * scales.rows) : 0);
}

/** A matrix of `rows` × `columns` in `format`: where everything lies. Sizes in bytes. */
export interface MatrixLayout {
  readonly format: Format;
  readonly rows: number;
  readonly columns: number;
  readonly loadsPerRow: number;
  /** Columns as stored: whole loads. */
  readonly storedColumns: number;
  readonly quantBytes: number;
  /** Scales along a row; 0 without scales. */
  readonly scalesPerRow: number;
  /** Bytes that scales take, padded to whole loads at the end only. */
  readonly scaleBytes: number;
}

export function matrixLayout(format: Format, rows: number, columns: number): MatrixLayout {
  const loadsPerRow = Math.ceil(columns / quantsPerLoad(format));
  const storedColumns = loadsPerRow * quantsPerLoad(format);
  const { scales } = format;
  const scalesPerRow = scales ? Math.ceil(storedColumns / scales.columns) : 0;
  const count = scales ? scalesPerRow * Math.ceil(rows / scales.rows) : 0;
  return {
    format,
    rows,
    columns,
    loadsPerRow,
    storedColumns,
    quantBytes: rows * loadsPerRow * 16,
    scalesPerRow,
    scaleBytes: scales ? Math.ceil((count * scales.type.bits) / 128) * 16 : 0,
  };
}

/** Rows of a part are a multiple of this: whole loads of all formats, and whole groups of all scales. */
const PART_ROWS = 128;

/**
 * The `rows` of `matrices` matrices, which are divided alike, in parts whose quants take `maxBytes` at the most; one
 * part, where the smallest would take more.
 */
export function rowParts(
  { format, columns }: MatrixLayout,
  { rows, matrices = 1, maxBytes }: { readonly rows: number; readonly matrices?: number; readonly maxBytes: number },
): { readonly first: number; readonly rows: number }[] {
  const { quantBytes } = matrixLayout(format, matrices * PART_ROWS, columns);
  const most = Math.floor(maxBytes / quantBytes) * PART_ROWS || rows;
  return Array.from({ length: Math.ceil(rows / most) }, (_, i) => ({
    first: i * most,
    rows: Math.min(most, rows - i * most),
  }));
}

/** The streamed inputs of a matrix: `<name>`, and `<name>_scales` where its format has scales. */
export function matrixInputs(name: string, { format, quantBytes, scaleBytes }: MatrixLayout): Input[] {
  const quants: Input = { kind: 'streamed', name, type: 'array<vec4<u32>>', bytes: quantBytes, words: format.words };
  if (!format.scales) return [quants];
  const { words } = format.scales.type;
  return [
    quants,
    { kind: 'streamed', name: `${name}_scales`, type: 'array<u32>', bytes: scaleBytes, words, pool: words },
  ];
}

/** Arithmetic on quants: as f32, as f16, or as signed bytes in integer dot products. */
export type Arithmetic = 'f32' | 'f16' | 'i8';

/** Has the format a form for this arithmetic? */
export function hasArithmetic(format: Format, arithmetic: Arithmetic): boolean {
  if (arithmetic === 'i8') return format.bytes !== undefined;
  return arithmetic === 'f32' || format.unpack.f16 !== undefined;
}

/**
 * WGSL to read the matrix `name`: for f32 or f16 the format's `unpack_0 …`, which return `Quants`, a vec4 of that type,
 * for i8 its `bytes_0 …`, and for all
 *
 *     fn <name>_scale(row: u32, load: u32, part: u32) -> f32
 *
 * the scale of the four quants `part` of 16-byte load `load` of `row`. Where it does not depend on `part`, a compiler
 * sees that. Without scales it is 1.
 */
export function matrixWgsl(
  name: string,
  { format, scalesPerRow }: MatrixLayout,
  arithmetic: Arithmetic = 'f32',
): string {
  if (!hasArithmetic(format, arithmetic)) throw new RangeError(`${format.id} has no form for ${arithmetic}`);
  const { wgsl: unpack, unit = 1 } = format.unpack[arithmetic === 'f16' ? 'f16' : 'f32'] as Unpack;
  const quants = arithmetic === 'i8' ? format.bytes : `alias Quants = vec4<${arithmetic}>;\n${unpack}`;
  const signature = `fn ${name}_scale(row: u32, load: u32, part: u32) -> f32`;
  if (!format.scales) return `${quants}${signature} { return 1.0; }\n`;
  const { type, columns, rows } = format.scales;
  const factor = arithmetic === 'i8' || unit === 1 ? '' : ` * ${unit}.0`;
  const perLoad = quantsPerLoad(format);
  const along =
    columns >= perLoad ? `load / ${columns / perLoad}u` : `load * ${perLoad / columns}u + part / ${columns / 4}u`;
  const perWord = 32 / type.bits;
  const word = perWord === 1 ? `${name}_scales[i]` : `${name}_scales[i / ${perWord}u]`;
  const code = perWord === 1 ? word : `(${word} >> ((i % ${perWord}u) * ${type.bits}u)) & ${2 ** type.bits - 1}u`;
  return `${quants}${signature} {
  let i = ${rows === 1 ? 'row' : `(row / ${rows}u)`} * ${scalesPerRow}u + ${along};
  let c = ${code};
  return ${type.wgsl}${factor};
}
`;
}

/** Value (row, column) of a matrix, in f64. `scales` is the reader of the scales' plane, where there is one. */
export function matrixReader(
  layout: MatrixLayout,
  quants: WordReader,
  scales: WordReader | undefined,
): (row: number, column: number) => number {
  const { format, storedColumns, scalesPerRow } = layout;
  return (row, column) => {
    const quant = format.quant(codeAt(quants, row * storedColumns + column, format.bits));
    if (!format.scales || !scales) return quant;
    const { type, columns, rows } = format.scales;
    const index = Math.floor(row / rows) * scalesPerRow + Math.floor(column / columns);
    return quant * type.value(codeAt(scales, index, type.bits));
  };
}

/** Code `index` of a plane of codes of `bits` bits, the first in the lowest bits. */
function codeAt(words: WordReader, index: number, bits: number): number {
  const perWord = 32 / bits;
  const word = words(Math.floor(index / perWord));
  return bits === 32 ? word : (word >>> ((index % perWord) * bits)) & (2 ** bits - 1);
}

/** f64 values, row by row → planes. */
export function packMatrix(
  layout: MatrixLayout,
  value: (row: number, column: number) => number,
): { quants: Uint32Array<ArrayBuffer>; scales: Uint32Array<ArrayBuffer> } {
  const { format, rows, columns, storedColumns, scalesPerRow } = layout;
  const quants = new Uint32Array(layout.quantBytes / 4);
  const scales = new Uint32Array(layout.scaleBytes / 4);
  const group = { rows: format.scales?.rows ?? 1, columns: format.scales?.columns ?? storedColumns };
  for (let top = 0; top < rows; top += group.rows) {
    for (let left = 0; left < columns; left += group.columns) {
      const bottom = Math.min(top + group.rows, rows);
      const right = Math.min(left + group.columns, columns);
      let largest = 0;
      for (let r = top; r < bottom; r++)
        for (let c = left; c < right; c++) largest = Math.max(largest, Math.abs(value(r, c)));
      let scale = 1;
      if (format.scales) {
        const { type } = format.scales;
        const code = type.code(largest / format.largest);
        scale = type.value(code);
        setCode(scales, (top / group.rows) * scalesPerRow + left / group.columns, type.bits, code);
      }
      for (let r = top; r < bottom; r++) {
        for (let c = left; c < right; c++)
          setCode(quants, r * storedColumns + c, format.bits, format.code(value(r, c) / scale));
      }
    }
  }
  return { quants, scales };
}

function setCode(words: Uint32Array, index: number, bits: number, code: number): void {
  const perWord = 32 / bits;
  const at = Math.floor(index / perWord);
  words[at] = ((words[at] ?? 0) | (code << ((index % perWord) * bits))) >>> 0;
}
