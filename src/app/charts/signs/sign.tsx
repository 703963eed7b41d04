/** The sign of a series: ● ◆ ▲ ■ ▼, in the order of the series. */

import './series.css';
import { styleOf } from './series.ts';

interface SignProps {
  readonly index: number;
  readonly left: number;
  readonly top: number;
  readonly isHollow?: boolean | undefined;
}

export function Sign({ index, left, top, isHollow = false }: SignProps) {
  return <path class="sign" data-hollow={isHollow} d={styleOf(index).sign} transform={`translate(${left} ${top})`} />;
}
