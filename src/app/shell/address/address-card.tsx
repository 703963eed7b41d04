/** The one card of an address that cannot be used as it is: what was read, what holds in its place, and what to do. */

import { RefusalCard } from '../../shelf/refusal-card.tsx';
import { GO_ON, UNUSABLE } from './words.ts';

interface AddressCardProps {
  /** A line for each parameter that cannot be used. Empty: there is no card. */
  readonly problems: readonly string[];
}

export function AddressCard({ problems }: AddressCardProps) {
  if (problems.length === 0) return null;
  return (
    <div role="alert">
      <RefusalCard refusal={{ title: UNUSABLE, lines: problems, steps: [GO_ON] }} />
    </div>
  );
}
