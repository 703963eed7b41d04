/**
 * The Format contract: how a number format lies in memory, how WGSL reads it, and what the right value is.
 *
 * A matrix in a format is one plane of quants and, if the format has scales, one plane of scales. A value is its quant
 * times its scale. Each row of quants fills whole 16-byte loads. To add a format, add a file beside this one, and its
 * line in index.ts.
 */

import type { Input, WordMask, WordReader } from '../kernel.ts';

/** The way in which one scale is stored. */
export interface ScaleType {
  readonly id: string;
  readonly bits: 8 | 16 | 32;
  /** The random words that are valid, tame scales. */
  readonly words: WordMask;
  /** The value of a code. */
  value(code: number): number;
  /** The code of the smallest scale that is made and is at least `scale`. */
  code(scale: number): number;
  /** The WGSL expression for the value of the code `c`, which is a `u32`. */
  readonly wgsl: string;
}

/** The scales of a format, and the values that share one. */
export interface Scales {
  readonly type: ScaleType;
  /** The number of values along a row that share one scale. */
  readonly columns: number;
  /** The number of rows that share one scale. */
  readonly rows: number;
}

/** The WGSL that unpacks a load into f32. */
export interface Unpack {
  /** The functions `unpack_0 … unpack_{n−1}(load: vec4<u32>)`. Each returns four quants of the load, in order. */
  readonly wgsl: string;
  /** The factor that the results must be multiplied by. `matrixWgsl` multiplies the scales by it. Default: 1. */
  readonly unit?: number;
}

/**
 * The WGSL that unpacks a load into bytes. A quant is `unit` × (byte − `excess`), with the same excess for all: a dot
 * product of bytes needs it taken off once, times the sum of the activations, and not from every byte.
 */
export interface Bytes {
  /** The functions `bytes_0 …` (see `bytesFunctions` in unpack.ts). Each byte is read as signed. */
  readonly wgsl: string;
  readonly excess: number;
  /** Whether a byte takes more than a shift and a mask, for which a thread needs registers. Default: no. */
  readonly rewritten?: true;
  /** Default: 1. */
  readonly unit?: number;
}

export interface Format {
  readonly id: string;
  readonly summary: string;
  /** The number of bits of one quant. */
  readonly bits: 2 | 4 | 8 | 16 | 32;
  readonly scales?: Scales;
  /** The random words that are valid quants, of as many different codes as possible. */
  readonly words: WordMask;
  /** The largest magnitude of a quant that packing makes. */
  readonly largest: number;
  /** The relative part of the maximum error of a packed value. `absoluteError` is added to it. */
  readonly relativeError: number;
  /** The absolute part of the maximum error of a packed value, in units of the scale. */
  readonly absoluteError: number;
  readonly unpack: Unpack;
  /** Its quants as bytes, for integer dot products. Undefined: they are no integers of one unit below 128. */
  readonly bytes?: Bytes;
  /** The quant of a code. */
  quant(code: number): number;
  /** The code of the quant that is nearest to `value`. */
  code(value: number): number;
}

/** The number of quants in one 16-byte load. */
export const quantsPerLoad = ({ bits }: Format): number => 128 / bits;

/** The number of parts of a load, of four quants each, that share a scale. */
export const partsPerScale = (format: Format): number =>
  Math.min(quantsPerLoad(format), format.scales?.columns ?? Number.POSITIVE_INFINITY) / 4;

/** The number of bits per value, scales included. */
export function bitsPerValue({ bits, scales }: Format): number {
  return bits + (scales ? scales.type.bits / (scales.columns * scales.rows) : 0);
}

/** A matrix of `rows` × `columns` in `format`: the sizes and strides of its planes. */
export interface MatrixLayout {
  readonly format: Format;
  readonly rows: number;
  readonly columns: number;
  readonly loadsPerRow: number;
  /** The number of columns as they are stored, in whole loads. */
  readonly storedColumns: number;
  readonly quantBytes: number;
  /** The number of scales along a row; 0 for a format without scales. */
  readonly scalesPerRow: number;
  /** The bytes of all scales. Only the end of the plane is padded to whole loads. */
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

/** A part's rows are a multiple of this, so that they are whole loads and whole groups of a scale in every format. */
const PART_ROWS = 128;

/**
 * Divides the `rows` of a matrix into parts whose quants take at most `maxBytes`, or leaves it whole if the smallest
 * part would take more. Several `matrices` in one are divided alike, and a part has the same rows of each.
 */
export function rowParts(
  { format, columns }: MatrixLayout,
  { rows, matrices = 1, maxBytes }: { readonly rows: number; readonly matrices?: number; readonly maxBytes: number },
): { readonly first: number; readonly rows: number }[] {
  const { quantBytes } = matrixLayout(format, matrices * PART_ROWS, columns);
  const rowsPerPart = Math.floor(maxBytes / quantBytes) * PART_ROWS || rows;
  return Array.from({ length: Math.ceil(rows / rowsPerPart) }, (_, i) => ({
    first: i * rowsPerPart,
    rows: Math.min(rowsPerPart, rows - i * rowsPerPart),
  }));
}

/** The streamed inputs of a matrix: `<name>` and, if its format has scales, `<name>_scales`. */
export function matrixInputs(name: string, { format, quantBytes, scaleBytes }: MatrixLayout): Input[] {
  const quants: Input = { kind: 'streamed', name, type: 'array<vec4<u32>>', bytes: quantBytes, words: format.words };
  if (!format.scales) return [quants];
  const { words } = format.scales.type;
  return [
    quants,
    { kind: 'streamed', name: `${name}_scales`, type: 'array<u32>', bytes: scaleBytes, words, pool: words },
  ];
}

/** The number of scales that meet one load of quants. */
export const scalesPerLoad = (format: Format): number => quantsPerLoad(format) / 4 / partsPerScale(format);

/** The type in which quants are multiplied: f32, or signed bytes in integer dot products. */
export type Arithmetic = 'f32' | 'i8';

/** Whether quants of this format can be multiplied in this type. */
export const hasArithmetic = (format: Format, arithmetic: Arithmetic): boolean =>
  arithmetic === 'f32' || format.bytes !== undefined;

/**
 * Returns the WGSL to read the matrix `name`. For f32 it has the format's functions `unpack_0 …`, which return a
 * vec4<f32>; for i8 it has the format's `bytes_0 …`, whose excess the caller takes off. For both it has
 *
 *     fn <name>_scale(row: u32, load: u32, part: u32) -> f32
 *
 * which returns the scale of the four quants `part` of 16-byte load `load` of `row`, or 1 for a format without scales.
 * If the scale does not depend on `part`, a compiler can see that.
 *
 * @throws RangeError if the format has no functions for this arithmetic.
 */
export function matrixWgsl(
  name: string,
  { format, scalesPerRow }: MatrixLayout,
  arithmetic: Arithmetic = 'f32',
): string {
  const read = arithmetic === 'i8' ? format.bytes : format.unpack;
  if (!read) throw new RangeError(`the format must have functions for ${arithmetic}; got ${format.id}`);
  const { unit = 1, wgsl: quants } = read;
  const signature = `fn ${name}_scale(row: u32, load: u32, part: u32) -> f32`;
  if (!format.scales) return `${quants}${signature} { return 1.0; }\n`;
  const { type, columns, rows } = format.scales;
  const factor = unit === 1 ? '' : ` * ${Number.isInteger(unit) ? unit.toFixed(1) : unit}`;
  const perLoad = quantsPerLoad(format);
  const along =
    columns >= perLoad ? `load / ${columns / perLoad}u` : `load * ${perLoad / columns}u + part / ${columns / 4}u`;
  const above = rows === 1 ? 'row' : `row / ${rows}u`;
  // Powers of two are shifts here: Tint writes a remainder as a product and a difference. If rows are whole words, where in
  // its word a scale lies does not depend on the row, and is found once for all rows.
  const perWord = 32 / type.bits;
  const whole = scalesPerRow % perWord === 0;
  const [first, at] = whole
    ? [`(${above}) * ${scalesPerRow / perWord}u + `, along]
    : ['', `(${above}) * ${scalesPerRow}u + ${along}`];
  const word = `${name}_scales[${first}${perWord === 1 ? 'at' : `(at >> ${Math.log2(perWord)}u)`}]`;
  const code = perWord === 1 ? word : `(${word} >> ((at * ${type.bits}u) & 31u)) & ${2 ** type.bits - 1}u`;
  return `${quants}${signature} {
  let at = ${at};
  let c = ${code};
  return ${type.wgsl}${factor};
}
`;
}

/** Returns a reader of value (row, column) of a matrix, in f64. `scales` reads the plane of scales, if there is one. */
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

/** Returns code `index` of a plane of codes of `bits` bits. The first code of a word is in its lowest bits. */
function codeAt(words: WordReader, index: number, bits: number): number {
  const perWord = 32 / bits;
  const word = words(Math.floor(index / perWord));
  return bits === 32 ? word : (word >>> ((index % perWord) * bits)) & (2 ** bits - 1);
}

/** Packs f64 values into the planes of a matrix. */
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

/** Sets code `index` of a plane. The plane must be zero there. */
function setCode(words: Uint32Array, index: number, bits: number, code: number): void {
  const perWord = 32 / bits;
  const at = Math.floor(index / perWord);
  words[at] = ((words[at] ?? 0) | (code << ((index % perWord) * bits))) >>> 0;
}
