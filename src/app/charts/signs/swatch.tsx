/** What an entry of a legend begins with: the sign of a series, or its kind of line, as the chart draws it. */

import './legend.css';
import { Sign } from './sign.tsx';

interface SwatchProps {
  /** The place of the series among those of points, or the kind of a line. */
  readonly of: number | 'line' | 'dash';
}

export function Swatch({ of }: SwatchProps) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      {typeof of === 'number' ? <Sign index={of} left={8} top={8} /> : <path class={of} d="M0 8h16" />}
    </svg>
  );
}
