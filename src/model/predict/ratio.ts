/** How many times as fast one machine is expected to be as another. */

import type { Expected } from './expected.ts';

export interface ExpectedRatio {
  readonly ratio: number;
  /** 95 % interval. */
  readonly interval: readonly [low: number, high: number];
}

type Speed = Pick<Expected, 'tokensPerSecond' | 'interval'>;

/**
 * The second speed over the first, as if their errors were independent: then those of their logarithms add up as squares
 * do, each end with the opposite end of the other speed. Two machines of one backend share part of their errors, so that
 * the interval is too wide rather than too narrow.
 * @returns undefined where one of them is not known
 */
export function expectedRatio(first: Speed, second: Speed): ExpectedRatio | undefined {
  if (first.tokensPerSecond === null || second.tokensPerSecond === null) return undefined;
  if (first.interval === null || second.interval === null) return undefined;
  const [a, b] = [first.tokensPerSecond, second.tokensPerSecond];
  const [[lowA, highA], [lowB, highB]] = [first.interval, second.interval];
  const ratio = b / a;
  const below = Math.exp(Math.hypot(Math.log(b / lowB), Math.log(highA / a)));
  const above = Math.exp(Math.hypot(Math.log(highB / b), Math.log(a / lowA)));
  return { ratio, interval: [ratio / below, ratio * above] };
}
