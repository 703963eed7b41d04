/** How far values lie off a line, as rules about noise ask. */

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, one, i) => sum + one * (b[i] ?? 0), 0);

/** How far each of `y` lies off their least-squares line over `x`. */
export function offLine(x: readonly number[], y: readonly number[]): number[] {
  const [middleX, middleY] = [mean(x), mean(y)];
  const [dx, dy] = [x.map((one) => one - middleX), y.map((one) => one - middleY)];
  const slope = dot(dx, dy) / Math.max(dot(dx, dx), Number.MIN_VALUE);
  return dy.map((one, i) => one - slope * (dx[i] ?? 0));
}
