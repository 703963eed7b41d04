/** Noise: what disturbs a region makes it longer by every clock alike. */

import { median } from 'simple-statistics';
import { timedCases } from '../../../../../results/record/cases.ts';
import { dot, offLine } from '../../line.ts';
import type { Rule } from '../../rule.ts';

/** A case must have this many samples, and the record this many cases. */
const [MIN_SAMPLES, MIN_CASES] = [12, 5];

/** Where the two clocks hardly vary together, their noise has other reasons. */
const MIN_CORRELATION = 0.35;

/** The wall clock's noise over the GPU's, where both vary together. In records of 2026 it was 1.0 to 1.5 for most cases. */
const MOST = 2.5;

export default {
  id: 'cleaned-noise',
  name: 'Noise on both clocks',
  statement:
    'What disturbs a measurement disturbs it on each of the machine’s clocks. One of them cannot be calm alone.',
  severity: 'doubtful',
  check(record) {
    const ratios = timedCases(record).flatMap(({ samples }) => {
      if (samples.length < MIN_SAMPLES || samples.some(({ gpuMs }) => gpuMs === null)) return [];
      const x = samples.map(({ dispatches }) => dispatches);
      const [gpu, wall] = [
        offLine(
          x,
          samples.map(({ gpuMs }) => gpuMs ?? 0),
        ),
        offLine(
          x,
          samples.map(({ wallMs }) => wallMs),
        ),
      ];
      const [own, both, other] = [dot(gpu, gpu), dot(gpu, wall), dot(wall, wall)];
      return own > 0 && both > MIN_CORRELATION * Math.sqrt(own * other) ? [both / own] : [];
    });
    return ratios.length >= MIN_CASES && median(ratios) > MOST
      ? `Where a region took longer, it did so by the wall clock ${median(ratios).toPrecision(2)} times as much as by timestamps, in ${ratios.length} cases: their noise was made smaller.`
      : undefined;
  },
} satisfies Rule;
