/** The embedding lookup at the beginning of a decode step. */

import { matrixInputs, matrixLayout, matrixReader, matrixWgsl, quantsPerLoad, rowParts } from '../formats/format.ts';
import { FORMATS, formatById } from '../formats/index.ts';
import { defineKernel, type Input } from '../kernel.ts';
import { hash } from '../random.ts';
import wgsl from './embedding-row.wgsl?raw';

type EmbeddingRowParams = {
  /** The number of tokens. */
  readonly batch: number;
  /** The number of rows of the embedding matrix, or of this part of it. */
  readonly vocabulary: number;
  /** The width of the residual stream. */
  readonly columns: number;
  readonly format: string;
  /** The seed of the token ids. */
  readonly seed: number;
  /** The number of rows of all parts, if this is a part of a larger matrix. */
  readonly allRows?: number;
  /** The number of rows of the parts before this one, if this is a part of a larger matrix. */
  readonly firstRow?: number;
};

type EmbeddingRowTuning = { readonly workgroupSize: number };

const layout = (p: EmbeddingRowParams) => matrixLayout(formatById(p.format), p.vocabulary, p.columns);
const threads = (p: EmbeddingRowParams): number => p.batch * layout(p).loadsPerRow;

/** The token ids of the batch. */
const tokenIds = ({ batch, seed, vocabulary, allRows = vocabulary }: EmbeddingRowParams): number[] =>
  Array.from({ length: batch }, (_, token) => hash(token, seed) % allRows);

/** Returns the row that a token looks up in this part of the matrix; undefined if the token is in another part. */
function rowOf({ vocabulary, firstRow = 0 }: EmbeddingRowParams, id: number): number | undefined {
  return id >= firstRow && id < firstRow + vocabulary ? id - firstRow : undefined;
}

/**
 * Returns the bytes of the rows that the batch looks up, each counted once. Scales that rows share are counted in
 * proportion.
 */
function rowBytes(p: EmbeddingRowParams): number {
  const { quantBytes, scaleBytes } = layout(p);
  const touched = new Set(tokenIds(p).filter((id) => rowOf(p, id) !== undefined)).size;
  return Math.ceil(((quantBytes + scaleBytes) * touched) / p.vocabulary);
}

export default defineKernel<EmbeddingRowParams, EmbeddingRowTuning>({
  id: 'embedding-row',
  summary: 'gathers the embedding of each token of a batch, into f32',
  // A gather has no arithmetic that a feature could speed up.
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [32, 64, 128, 256] },
  defaults: { workgroupSize: 64 },
  examples: [
    ...Object.keys(FORMATS).map((format) => ({ batch: 3, vocabulary: 131, columns: 515, format, seed: 1 })),
    ...['f32', 'f16', 'int8'].flatMap((format) => [
      { batch: 1, vocabulary: 1, columns: 1, format, seed: 2 },
      { batch: 8, vocabulary: 301, columns: 256, format, seed: 3 },
      { batch: 32, vocabulary: 130, columns: 67, format, seed: 4 },
    ]),
    // A part of a larger matrix, which has some of the tokens.
    { batch: 32, vocabulary: 60, columns: 67, format: 'f16', seed: 5, allRows: 130, firstRow: 50 },
  ],
  // One row as wide as Llama-3-8B. What counts is the time of a dispatch, not the bytes.
  shapes: (_, breadth) =>
    breadth === 'few'
      ? []
      : ['f16', 'int8', 'int4-g32'].map((format) => ({ batch: 1, vocabulary: 1024, columns: 4096, format, seed: 1 })),
  refuses: () => undefined,
  parts(p, maxBytes) {
    const parts = rowParts(layout(p), { rows: p.vocabulary, maxBytes });
    if (parts.length === 1) return [p];
    return parts.map(({ first, rows }) => ({ ...p, vocabulary: rows, firstRow: first, allRows: p.vocabulary }));
  },
  wgsl: (p) => matrixWgsl('embedding', layout(p)) + wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    PARTS: quantsPerLoad(formatById(p.format)) / 4,
    COMPONENTS: 4,
    THREADS: threads(p),
    LOADS_PER_ROW: layout(p).loadsPerRow,
    COLUMNS: p.columns,
    FIRST_ROW: p.firstRow ?? 0,
    ROWS: p.vocabulary,
  }),
  inputs: (p) => [
    // The matrix is not streamed: a step reads one row, which no rotation would keep out of a cache.
    ...matrixInputs('embedding', layout(p)).map((input): Input => {
      if (input.kind !== 'streamed') return input;
      const { name, type, bytes, words } = input;
      return { kind: 'random', name, type, bytes, words };
    }),
    {
      kind: 'given',
      name: 'ids',
      type: 'array<u32>',
      bytes: Math.ceil(p.batch / 4) * 16,
      data: new Uint32Array(tokenIds(p)),
    },
  ],
  outputs: (p) => [{ name: 'y', type: 'array<f32>', elements: p.batch * p.columns, compare: 'f32' }],
  workgroups: (p, t) => Math.ceil(threads(p) / t.workgroupSize),
  work: (p) => ({
    bytesRead: rowBytes(p) + 4 * p.batch,
    bytesWritten: 4 * p.batch * p.columns,
    flops: p.batch * p.columns,
  }),
  reference(p, { embedding, embedding_scales }) {
    if (!embedding) throw new Error('embedding-row needs the input embedding');
    const value = matrixReader(layout(p), embedding, embedding_scales);
    const ids = tokenIds(p);
    return (_, element) => {
      const row = rowOf(p, ids[Math.floor(element / p.columns)] ?? 0);
      return row === undefined ? Number.NaN : value(row, element % p.columns);
    };
  },
  // A quant times its scale, rounded once to f32.
  tolerance: { nmse: 1e-13 },
});
