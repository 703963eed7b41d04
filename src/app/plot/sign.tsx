/** The sign of a series: ● ◆ ▲ ■ ▼, in the order of the series. */

interface SignProps {
  readonly index: number;
  readonly left: number;
  readonly top: number;
  readonly isHollow?: boolean | undefined;
}

const PATHS = [
  'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z',
  'M0 -6.5L6.5 0L0 6.5L-6.5 0Z',
  'M0 -6L6 5H-6Z',
  'M-4.8 -4.8h9.6v9.6h-9.6Z',
  'M0 6L6 -5H-6Z',
];

export function Sign({ index, left, top, isHollow = false }: SignProps) {
  return <path class="sign" data-hollow={isHollow} d={PATHS[index]} transform={`translate(${left} ${top})`} />;
}
