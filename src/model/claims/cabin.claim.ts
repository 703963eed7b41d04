import { linearRegression } from 'simple-statistics';
import { significant } from '../../../results/figures.ts';
import type { Estimate } from '../../../results/statistics.ts';
import { byLaw, CAPPED_STEPS, CAPS, overThroughputs, type Seated, seated, throughputOverMemory } from './caps.ts';
import type { Claim } from './claim.ts';
import type { Evidence } from './evidence.ts';

/** ε_M over all caps: the slope of throughput over memory, both as logarithms. */
const elasticity = (caps: readonly Seated[], perSecond: readonly number[]): number =>
  linearRegression(caps.map(({ memoryBytes }, i) => [Math.log(memoryBytes), Math.log(perSecond[i] as number)])).m;

function measuredElasticity(evidence: Evidence): { caps: readonly Seated[]; measured: Estimate } | string {
  const caps = seated(evidence);
  if (typeof caps === 'string') return caps;
  return { caps, measured: overThroughputs(caps, (perSecond) => elasticity(caps, perSecond)) };
}

export default {
  id: 'cabin',
  statement:
    'Throughput is bounded by how many KV caches fit: with the memory full it grows with memory as ε_M = φ/(1 − φ) says.',
  steps: CAPPED_STEPS,
  kernels: ['working-set-read'],
  statistics: [
    {
      what: `over ${CAPS.length} caps of the memory, throughput grows with it ? times as steeply as the law has it`,
      threshold: {
        min: 0.8,
        max: 1.25,
        why: 'where arithmetic binds, further sequences add nothing (0), and where launches do they cost nothing (above 1.4 here): a fifth to either side tells them apart',
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
    return `ε_M is ${significant(measured.value)}, ${significant(elasticity(caps, caps.map(byLaw)))} by the law and 1 by the essay’s, with best batches of ${batches}`;
  },
  chart: throughputOverMemory,
} satisfies Claim as Claim;
