/** Which clock a run believes, in what steps it advances, and why it is the one. */

import { msText } from '../../../results/figures.ts';
import type { ClockInfo } from '../../../results/schema.ts';
import { Fact } from './fact.tsx';

export function ClockFacts({ clock }: { clock: ClockInfo | undefined }) {
  if (!clock)
    return <p class="note">Chosen at the start of a run, after one clock has been checked against the other.</p>;
  const { trusted, reason, wallQuantumMs, timestampQuantumNs } = clock;
  return (
    <>
      <dl class="facts">
        <Fact term="Trusted" value={CLOCK_NAMES[trusted]} />
        <Fact
          term="Steps"
          value={msText(trusted === 'timestamp-query' ? (timestampQuantumNs ?? 0) / 1e6 : wallQuantumMs)}
        />
      </dl>
      <p class="note">{reason}</p>
    </>
  );
}

export const CLOCK_NAMES: Readonly<Record<ClockInfo['trusted'], string>> = {
  'timestamp-query': 'timestamp queries',
  'queue-drain': 'wall clock',
};
