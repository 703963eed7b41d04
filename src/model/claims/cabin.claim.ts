import type { Estimate } from '../../../results/statistics.ts';
import { significant } from '../../../results/text/figures.ts';
import {
  byLaw,
  CAPPED_STEPS,
  CAPS,
  elasticity,
  overThroughputs,
  type Seated,
  seated,
  throughputOverMemory,
} from './caps.ts';
import type { Claim } from './claim.ts';
import type { Evidence } from './evidence.ts';

function measuredElasticity(evidence: Evidence): { caps: readonly Seated[]; measured: Estimate } | string {
  const caps = seated(evidence);
  if (typeof caps === 'string') return caps;
  return { caps, measured: overThroughputs(caps, (perSecond) => elasticity(caps, perSecond)) };
}

export default {
  id: 'cabin',
  statement:
    'The number of KV caches that fit limits throughput: with the memory full, it grows with memory by ε_M = φ/(1 − φ).',
  steps: CAPPED_STEPS,
  kernels: ['working-set-read'],
  statistics: [
    {
      what: `throughput over ${CAPS.length} caps of the memory grows ? times as steeply as the law says`,
      shownAs: 'ratio',
      threshold: {
        min: 0.8,
        max: 1.25,
        why: 'further sequences add nothing (0) where arithmetic binds, and cost nothing (above 1.4 here) where launches bind; a fifth to either side tells these apart',
      },
      of(evidence) {
        const found = measuredElasticity(evidence);
        if (typeof found === 'string') return found;
        const { caps, measured } = found;
        const law = elasticity(caps, caps.map(byLaw));
        return { ...overThroughputs(caps, (perSecond) => elasticity(caps, perSecond) / law), units: measured.units };
      },
    },
  ],
  remark(evidence) {
    const found = measuredElasticity(evidence);
    if (typeof found === 'string') return undefined;
    const { caps, measured } = found;
    const batches = caps.map(({ best }) => best.case.batch).join(', ');
    return `ε_M is ${significant(measured.value)}, where the law says ${significant(elasticity(caps, caps.map(byLaw)))} and the essay 1; the best batches are ${batches}`;
  },
  chart: (evidence) => throughputOverMemory(evidence),
} satisfies Claim as Claim;
