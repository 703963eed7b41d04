/** The wall clock: it advances in steps, and all times that it shows are whole steps. */

import { isTimedStep } from '../../../../../results/derived/decode.ts';
import { isMeasured } from '../../../../../results/derived/derive.ts';
import { significant } from '../../../../../results/text/figures.ts';
import type { Rule } from '../../rule.ts';

/** Finer clocks have steps that a floating-point number of ms does not resolve, and of which nobody knows the length. */
const MIN_STEP_MS = 0.002;

/** A time may be off by this part of a step: browsers round what they round. */
const OFF = 0.1;

/** The share of times between steps from which they are no chance: in records of 2026 none was. */
const MOST = 0.2;

export default {
  id: 'off-wall-grid',
  name: 'Times in whole steps of the clock',
  statement: 'A browser’s clock advances in steps. Every time that it shows is a whole number of them.',
  severity: 'doubtful',
  check({ clock, measurements, decode = [] }) {
    const { wallQuantumMs: step, preRoll } = clock;
    // Records of version 1 knew the step only roughly.
    if (step < MIN_STEP_MS || preRoll === null) return undefined;
    for (const m of [...measurements.filter(isMeasured), ...decode.filter(isTimedStep)]) {
      const off = m.samples.filter(({ wallMs }) => Math.abs(wallMs / step - Math.round(wallMs / step)) > OFF).length;
      if (off > 2 && off > MOST * m.samples.length) {
        const of = 'layers' in m ? `a step of ${m.case.model}` : m.case.kernel;
        return `The wall clock advances in steps of ${significant(1000 * step)} µs, and ${off} of ${m.samples.length} times of ${of} lie between two steps.`;
      }
    }
    return undefined;
  },
} satisfies Rule;
