/** The clock that a run trusts, the steps in which it advances, and the reason for its choice. */

import type { ClockInfo } from '../../../../results/record/schema.ts';
import { msText } from '../../../../results/text/figures.ts';
import { Fact } from './fact.tsx';

export function ClockFacts({ clock }: { clock: ClockInfo | undefined }) {
  if (!clock) return <p class="note">A run checks its clocks against each other, then chooses the one to trust.</p>;
  const { trusted, reason, wallQuantumMs, timestampQuantumNs } = clock;
  return (
    <>
      <dl class="facts">
        <Fact term="Trusted" value={CLOCK_NAMES[trusted]} />
        <Fact
          term="Advances by"
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
