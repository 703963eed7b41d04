/** The keys that step through the rows of a chart. Pure. */

/** The row that a key leads to. Undefined: the key leads nowhere. */
export function stepTo(key: string, from: number | undefined, rows: number): number | undefined {
  const last = rows - 1;
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return from === undefined ? 0 : Math.min(last, from + 1);
    case 'ArrowUp':
    case 'ArrowLeft':
      return from === undefined ? last : Math.max(0, from - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
