/** The card of a file, a link or an address that cannot be used: what was read, the rule, and what to do. */

import '../shell/errors/error-card.css';
import type { Refusal } from './refusal.ts';

interface RefusalCardProps {
  readonly refusal: Refusal;
  /** Undefined: the card stays. */
  readonly onClose?: () => void;
  /** What the button is called that takes the card away. Default: Close. */
  readonly closing?: string;
}

export function RefusalCard({ refusal: { title, lines, steps }, onClose, closing = 'Close' }: RefusalCardProps) {
  return (
    <section class="error-card" data-refusal>
      <h2>{title}</h2>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <h3>What to do</h3>
      <ul>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ul>
      {onClose && (
        <button type="button" class="secondary" onClick={onClose}>
          {closing}
        </button>
      )}
    </section>
  );
}
