/**
 * What a layer keeps of a sequence, in words: a *cache*, which grows with the context, up to a window if there is one,
 * and of which a step reads all or the entries that are picked; and a *state* of constant size, which a step reads and
 * writes. A kind of attention is a list of these, and all that is said of memory and reading is a sum over it.
 */

import type { Attention, DeltaAttention, Layer, MambaMixer, StateFormat } from './model.ts';

/** Rows that a layer keeps for each position, or for each `every` positions. */
export interface Cache {
  readonly kind: 'cache';
  /** Rows of an entry, as how many of which width. Each begins at a multiple of 16 bytes. */
  readonly rows: readonly (readonly [count: number, columns: number])[];
  /** Positions of an entry. An entry is there once they all are. Default: 1. */
  readonly every?: number;
  /** The newest positions, which are all that is read. Default: all. */
  readonly window?: number;
  /** Whether the window begins anew at each multiple of its size. */
  readonly chunked?: boolean;
  /** Maximum number of entries that a step reads. Default: all. */
  readonly picks?: number;
  /** Whether it is the cache of a layer before, so that nothing is kept. */
  readonly elsewhere?: boolean;
}

/** Values that a layer keeps of a sequence, however long it is. */
export interface State {
  readonly kind: 'state';
  readonly values: number;
  readonly format: StateFormat;
  /** Mean number of values that a step reads. Default: all. */
  readonly read?: number;
  /** Number of values that a step writes. Default: all. */
  readonly written?: number;
}

export type Kept = Cache | State;

/** What all mixers of a layer keep. */
export const keptBy = ({ attention, beside }: Layer): readonly Kept[] =>
  beside === undefined ? keptOf(attention) : [...keptOf(attention), ...keptOf(beside)];

/** What a mixer keeps. */
export function keptOf(a: Attention): readonly Kept[] {
  const known = knownKept.get(a) ?? keptIn(a);
  knownKept.set(a, known);
  return known;
}

const knownKept = new WeakMap<Attention, readonly Kept[]>();

function keptIn(a: Attention): readonly Kept[] {
  switch (a.kind) {
    case 'grouped': {
      const { kvHeads, headDim, valueDim = headDim, window, chunked, picks, readsCacheBefore } = a;
      const rows = headDim === valueDim ? [[2 * kvHeads, headDim] as const] : bothRows(kvHeads, headDim, valueDim);
      return [
        cache(rows, {
          ...(window !== undefined && { window }),
          ...(chunked && { chunked }),
          ...(picks !== undefined && { picks }),
          ...(readsCacheBefore && { elsewhere: true }),
        }),
        ...(a.indexer ? [cache([[1, a.indexer.dim]])] : []),
      ];
    }
    case 'latent':
      return [
        cache([[1, a.kvRank + a.ropeDim]], a.picks === undefined ? {} : { picks: a.picks }),
        ...(a.indexer ? [cache([[1, a.indexer.dim]])] : []),
      ];
    case 'compressed': {
      const { headDim, window, ratio: every, indexer, picks } = a;
      const newest = cache([[1, headDim]], { window });
      if (every === undefined) return [newest];
      // With an indexer, an entry is made of its own positions and those before it.
      const overlap = indexer ? 2 : 1;
      return [
        newest,
        cache([[1, headDim]], { every, ...(picks !== undefined && { picks }) }),
        unfinished(every, overlap, headDim),
        ...(indexer ? [cache([[1, indexer.dim]], { every }), unfinished(every, overlap, indexer.dim)] : []),
      ];
    }
    case 'delta':
      return [
        convolutionState(a, channelsOfDelta(a)),
        { kind: 'state', values: a.valueHeads * a.keyDim * a.valueDim, format: a.state ?? 'f32' },
      ];
    case 'mamba':
      return [
        convolutionState(a, channelsOfMamba(a)),
        { kind: 'state', values: a.heads * a.headDim * a.stateDim, format: a.state ?? 'f32' },
      ];
    case 'recurrent':
      return a.states.map(({ values, format }) => ({ kind: 'state', values, format }));
    case 'linear':
    case 'none':
      return [];
  }
}

const cache = (rows: Cache['rows'], rest: Omit<Cache, 'kind' | 'rows'> = {}): Cache => ({
  kind: 'cache',
  rows,
  ...rest,
});

const bothRows = (kvHeads: number, headDim: number, valueDim: number): Cache['rows'] => [
  [kvHeads, headDim],
  [kvHeads, valueDim],
];

/** The inputs that a convolution still looks at: in bf16, as engines keep them. */
const convolutionState = ({ convolution }: { readonly convolution: number }, channels: number): State => ({
  kind: 'state',
  values: (convolution - 1) * channels,
  format: 'bf16',
});

/**
 * Keys and weights of the positions that make the next compressed entry, in f32. A step adds a row of both; once in
 * `every` steps all are read. Source: `kv_state` and `score_state` of deepseek-ai/DeepSeek-V4-Flash inference/model.py.
 */
function unfinished(every: number, overlap: number, columns: number): State {
  const row = 2 * overlap * columns;
  return { kind: 'state', values: overlap * every * row, format: 'f32', read: overlap * row, written: row };
}

/** Channels of the convolution: queries, keys and values. */
export const channelsOfDelta = ({ keyHeads, valueHeads, keyDim, valueDim }: DeltaAttention): number =>
  2 * keyHeads * keyDim + valueHeads * valueDim;

/** Channels of the convolution: the inputs of all heads, and the input and output matrices of all groups. */
export const channelsOfMamba = ({ heads, headDim, groups, stateDim }: MambaMixer): number =>
  heads * headDim + 2 * groups * stateDim;

/** The number of entries of a cache at a context. */
export function entriesKept({ every = 1, window, elsewhere }: Cache, context: number): number {
  if (elsewhere) return 0;
  return Math.floor(Math.min(context, window ?? context) / every);
}

/** The number of a cache's entries that a step at a context reads. */
export function entriesRead({ every = 1, window, chunked, picks }: Cache, context: number): number {
  const inWindow =
    chunked && window !== undefined ? ((context - 1) % window) + 1 : Math.min(context, window ?? context);
  return Math.min(Math.floor(inWindow / every), picks ?? Number.POSITIVE_INFINITY);
}

const STATE_BYTES: Readonly<Record<StateFormat, number>> = { f32: 4, f16: 2, bf16: 2 };

export const stateBytesKept = ({ values, format }: State): number => values * STATE_BYTES[format];
export const stateBytesRead = ({ values, format, read = values }: State): number => read * STATE_BYTES[format];
export const stateBytesWritten = ({ values, format, written = values }: State): number => written * STATE_BYTES[format];
