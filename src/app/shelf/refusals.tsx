/** Cards for files that are no records, each until it is closed. */

import { focusAdd } from './drop-zone.tsx';
import type { Refusal } from './refusal.ts';
import { RefusalCard } from './refusal-card.tsx';

interface RefusalsProps {
  readonly refusals: readonly Refusal[];
  readonly onClose: (refusal: Refusal) => void;
}

export function Refusals({ refusals, onClose }: RefusalsProps) {
  return (
    <div role="alert" class="errors">
      {refusals.map((refusal) => (
        <RefusalCard
          key={refusal.title}
          refusal={refusal}
          onClose={() => {
            onClose(refusal);
            focusAdd();
          }}
        />
      ))}
    </div>
  );
}
