/**
 * Reads old records with the kernel ids of today. A kernel that is renamed does not move the schema's version: `kernel`
 * is free text in it, and the shape of a record does not change.
 */

import type { RecordBody } from '../schema.ts';

/** Renamed kernels: the id of today by the former id. A former id is never given to another kernel. */
export const RENAMED_KERNELS: Readonly<Record<string, string>> = {
  advance: 'advance-sequences',
  'head-gemv': 'per-head-gemv',
  'head-norm': 'qk-norm',
  route: 'route-experts',
};

/** The id that a kernel has today, by an id that it has or had. */
export const currentKernelId = (id: string): string =>
  Object.hasOwn(RENAMED_KERNELS, id) ? (RENAMED_KERNELS[id] ?? id) : id;

/** A record with the kernel ids of today in its plan, its measurements and its explained steps, the places that name kernels. */
export function withCurrentKernels<R extends Pick<RecordBody, 'plan' | 'measurements' | 'decode'>>(record: R): R {
  const renamed = <C extends { kernel: string }>(one: C): C => ({ ...one, kernel: currentKernelId(one.kernel) });
  return {
    ...record,
    plan: { ...record.plan, cases: record.plan.cases.map(renamed), layouts: record.plan.layouts.map(renamed) },
    measurements: record.measurements.map((m) => ({ ...m, case: renamed(m.case) })),
    ...(record.decode && {
      decode: record.decode.map((m) =>
        m.status === 'measured' && m.explained?.status === 'measured'
          ? { ...m, explained: { ...m.explained, kernels: m.explained.kernels.map(renamed) } }
          : m,
      ),
    }),
  };
}
