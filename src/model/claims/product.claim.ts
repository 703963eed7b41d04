import { mean } from 'simple-statistics';
import { percentText } from '../../../results/text/figures.ts';
import { byLaw, byProduct, CAPPED_STEPS, overThroughputs, type Seated, seated, throughputOverMemory } from './caps.ts';
import type { Claim } from './claim.ts';
import type { Evidence } from './evidence.ts';

/** The distance of throughputs from a law: the mean of |ln X/(k·X_law)|, with the k that fits best. */
function misfit(caps: readonly Seated[], law: (cap: Seated) => number, perSecond: readonly number[]): number {
  const logs = caps.map((cap, i) => Math.log((perSecond[i] as number) / law(cap)));
  const middle = mean(logs);
  return mean(logs.map((log) => Math.abs(log - middle)));
}

const misfitOf = (evidence: Evidence, law: (cap: Seated) => number) => {
  const caps = seated(evidence);
  return typeof caps === 'string' ? caps : overThroughputs(caps, (perSecond) => misfit(caps, law, perSecond));
};

export default {
  id: 'product',
  statement: 'Throughput is proportional to memory × bandwidth (here: to memory, at one bandwidth).',
  steps: CAPPED_STEPS,
  kernels: ['working-set-read'],
  statistics: [
    {
      what: 'a throughput proportional to memory misses the measured one by ?',
      shownAs: 'percent',
      threshold: {
        max: 0.1,
        why: 'the tangent at φ = ½ is off by that much where memory is two fifths more or less; what is farther off follows another law',
      },
      of: (evidence) => misfitOf(evidence, byProduct),
    },
  ],
  remark(evidence) {
    const law = misfitOf(evidence, byLaw);
    if (typeof law === 'string') return undefined;
    return `(BW/c)(1 − φ) misses it by ${percentText(law)}`;
  },
  chart: (evidence) => throughputOverMemory(evidence),
} satisfies Claim as Claim;
