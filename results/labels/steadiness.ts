/** Labels of steadiness: whether the machine was as fast at the end of the run as at its start. */

import { runDrift } from '../derived/derive.ts';
import type { LabelRule } from './label.ts';

/** Minimum drift for a label, relative; the whole interval must lie beyond it. */
const DRIFTED = 0.03;

export const STEADINESS: readonly LabelRule[] = [
  {
    id: 'not-steady',
    title: 'Not steady',
    applies(record) {
      const event = record.events.find(({ kind }) => kind === 'not-steady');
      if (event) return `The warm-up was ${event.detail}. The machine may not have reached its usual speed yet.`;
      const drift = runDrift(record);
      return drift?.ci95 && drift.ci95[1] < -DRIFTED
        ? `Everything took ${Math.round(-100 * drift.value)} % less time at the end of the run than at its start: the machine was still warming up. Figures are means over the run.`
        : undefined;
    },
  },
  {
    id: 'throttled',
    title: 'Slowed down',
    applies(record) {
      const drift = runDrift(record);
      return drift?.ci95 && drift.ci95[0] > DRIFTED
        ? `Everything took ${Math.round(100 * drift.value)} % longer at the end of the run than at its start, because of heat or other programs. Figures are means over the run.`
        : undefined;
    },
  },
];
