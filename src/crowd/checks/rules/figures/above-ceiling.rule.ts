/** The record's own ceiling: nothing reads memory faster than reading alone does. */

import { isMemoryFigure } from '../../../../../results/derived/caches.ts';
import { isTimedStep, stepFigures } from '../../../../../results/derived/decode.ts';
import { bandwidthGBps, cacheCurve, streamingGBps } from '../../../../../results/derived/derive.ts';
import { coldFrom } from '../../../../../results/derived/headline.ts';
import { labelOf } from '../../../../../results/labels/index.ts';
import { maxOf } from '../../../../../results/lists.ts';
import { significant } from '../../../../../results/text/figures.ts';
import type { Rule } from '../../rule.ts';

/** Noise and other programs may raise one figure above the ceiling by this factor: kernels, and steps. */
const ABOVE = { kernel: 1.5, step: 1.25 } as const;

export default {
  id: 'above-ceiling',
  name: 'No faster than its own memory',
  statement: 'A model cannot be read faster than this machine reads memory when it does nothing else.',
  severity: 'doubtful',
  check(record) {
    const { clock, measurements, decode = [] } = record;
    const ceiling = streamingGBps(record);
    if (!ceiling?.ci95 || !Number.isFinite(ceiling.ci95[1])) return undefined;
    // The ceiling is that of all memory, and other cases may lie in the faster part of it.
    if (labelOf('uneven-memory', record)) return undefined;
    const cold = coldFrom(record);
    // What a cache may hold is compared with the fastest cache that the run has seen.
    const most = ceiling.ci95[1];
    const cached = maxOf([most, ...cacheCurve(record).map(({ gbps }) => gbps.ci95?.[1] ?? gbps.value)]);
    for (const m of measurements.filter(isMemoryFigure)) {
      const low = bandwidthGBps(m, clock.trusted)?.ci95?.[0] ?? 0;
      const limit = m.rotationBytes >= cold ? most : cached;
      if (low > ABOVE.kernel * limit) return reasonOf(m.case.kernel, low, limit);
    }
    for (const m of decode.filter(isTimedStep)) {
      const low = stepFigures(m, clock.trusted)?.gbps.ci95?.[0] ?? 0;
      const limit = m.rotationBytes >= cold ? most : cached;
      if (low > ABOVE.step * limit) return reasonOf(`a step of ${m.case.model}`, low, limit);
    }
    return undefined;
  },
} satisfies Rule;

const reasonOf = (what: string, gbps: number, most: number): string =>
  `The bytes of ${what} were read at ${significant(gbps)} GB/s or more, and this machine reads at ${significant(most)} GB/s at most when it does nothing else.`;
