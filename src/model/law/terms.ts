/**
 * The terms of the law as columns of a fit. Each has a cost x ≥ 0, and the time of a piece of work is
 *
 *     T = a + n·t_d + b·B + onset + ‖Σ W_f/β_f, f_w·B/F‖ + ‖KV/β_kv, f_a·B/F‖        (`theory/step-time.ts`)
 *
 * in ms, with x = a, t_d, b in ms, x = 1/β in ms/GB and x = 1/F in ms/Gflop. T is homogeneous of degree one in the
 * costs: T = Σ x · ∂T/∂x, so a fit of the derivatives is a fit of the law.
 */

import type { LawForm } from './form.ts';
import { type LawWork, weightBytesOf } from './point.ts';
import type { TimeAndSlopes } from './robust-fit.ts';

/**
 * The id of a term. `beta` is that of one door; `beta_whole` and `beta_window` share the KV cache where there are
 * three.
 */
export type TermId =
  | 'a'
  | 't_d'
  | 'b'
  | 'onset'
  | 'beta'
  | `beta_w:${string}`
  | 'beta_kv'
  | 'beta_whole'
  | 'beta_window'
  | 'F';

/** The resource that a term's time goes to. */
export type TermKind = 'overhead' | 'memory' | 'compute';

export const kindOf = (id: TermId): TermKind =>
  id === 'F' ? 'compute' : id.startsWith('beta') ? 'memory' : 'overhead';

const MEANINGS: Readonly<Record<string, string>> = {
  a: 'each step, whatever it does',
  t_d: 'each dispatch',
  b: 'each sequence',
  onset: 'more than one sequence',
  beta: 'weights and KV cache',
  beta_kv: 'KV cache',
  beta_whole: 'KV cache of whole contexts',
  beta_window: 'KV cache of sliding windows',
  F: 'arithmetic',
};

/** The work that a term is paid for, in plain words. */
export const meaningOf = (id: TermId): string => MEANINGS[id] ?? `weights in ${id.slice('beta_w:'.length)}`;

/** The symbol of a term in the law's formula: `β_w`, `β_kv`, `t_d`. */
export const symbolOf = (id: TermId): string => id.replace(/:.*/, '').replace('beta', 'β');

/** The terms that a form of the law has for `points`, in order of preference (`identify`). */
export function termsOf(points: readonly LawWork[], { doors, overlap, onset }: LawForm): TermId[] {
  const formats = [...new Set(points.flatMap(({ weightBytes }) => Object.keys(weightBytes)))].sort();
  const memory: TermId[] =
    doors === 'one'
      ? ['beta']
      : [
          ...formats.map((f): TermId => `beta_w:${f}`),
          ...(doors === 'three' ? (['beta_whole', 'beta_window'] as const) : (['beta_kv'] as const)),
        ];
  return [
    ...memory,
    'a',
    't_d',
    'b',
    ...(onset ? (['onset'] as const) : []),
    ...(overlap === null ? [] : (['F'] as const)),
  ];
}

/** The units of a term that a piece of work pays: in the norm of weights, in that of KV caches, and outside both. */
interface Amounts {
  readonly weights: number;
  readonly kv: number;
  readonly besides: number;
}

function amountsOf(id: TermId, work: LawWork): Amounts {
  const none = { weights: 0, kv: 0, besides: 0 };
  switch (id) {
    case 'a':
      return { ...none, besides: work.steps };
    case 't_d':
      return { ...none, besides: work.dispatches };
    case 'b':
      return { ...none, besides: work.batch };
    case 'onset':
      return { ...none, besides: work.batch > 1 ? 1 : 0 };
    case 'beta':
      return { ...none, weights: weightBytesOf(work) / 1e9, kv: work.kvBytes / 1e9 };
    case 'beta_kv':
      return { ...none, kv: work.kvBytes / 1e9 };
    case 'beta_whole':
      return { ...none, kv: (work.kvBytes - (work.windowBytes ?? 0)) / 1e9 };
    case 'beta_window':
      return { ...none, kv: (work.windowBytes ?? 0) / 1e9 };
    case 'F':
      return { ...none, weights: work.weightFlops / 1e9, kv: work.kvFlops / 1e9 };
    default:
      return { ...none, weights: (work.weightBytes[id.slice('beta_w:'.length)] ?? 0) / 1e9 };
  }
}

/** A piece of work as the amounts of a fixed list of terms. */
export interface Row {
  readonly amounts: readonly Amounts[];
}

export const rowOf = (terms: readonly TermId[], work: LawWork): Row => ({
  amounts: terms.map((id) => amountsOf(id, work)),
});

/** T and ∂T/∂x at `costs`. `compute` is the index of F among the terms, or −1. */
export function timeOf(
  { amounts }: Row,
  costs: readonly number[],
  compute: number,
  overlap: number | null,
): TimeAndSlopes {
  const slopes = amounts.map(({ besides }) => besides);
  let ms = 0;
  for (let i = 0; i < amounts.length; i++) ms += (slopes[i] as number) * (costs[i] as number);
  for (const group of ['weights', 'kv'] as const) {
    let memory = 0;
    for (let i = 0; i < amounts.length; i++) {
      if (i !== compute) memory += (amounts[i] as Amounts)[group] * (costs[i] as number);
    }
    const flops = compute < 0 ? 0 : (amounts[compute] as Amounts)[group] * (costs[compute] as number);
    const { norm, ofMemory, ofCompute } = shared(memory, flops, overlap);
    ms += norm;
    for (let i = 0; i < amounts.length; i++) {
      const part = (amounts[i] as Amounts)[group] * (i === compute ? ofCompute : ofMemory);
      slopes[i] = (slopes[i] as number) + part;
    }
  }
  return { ms, slopes };
}

/** ‖m, f‖ and its derivatives. Memory counts as the larger at a tie for p = ∞. */
function shared(m: number, f: number, p: number | null) {
  if (p === null || p === 1 || (m === 0 && f === 0)) return { norm: m + f, ofMemory: 1, ofCompute: 1 };
  if (p === Number.POSITIVE_INFINITY) {
    return { norm: Math.max(m, f), ofMemory: m >= f ? 1 : 0, ofCompute: m >= f ? 0 : 1 };
  }
  const max = Math.max(m, f);
  const norm = max * ((m / max) ** p + (f / max) ** p) ** (1 / p);
  return { norm, ofMemory: (m / norm) ** (p - 1), ofCompute: (f / norm) ** (p - 1) };
}
