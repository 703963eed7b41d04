import { expect, test } from 'vitest';
import { maxOf } from '../../../results/lists.ts';
import { THROUGHPUT } from '../../../results/reference/published.ts';
import { type FrontierPoint, perGpuFrontiers } from './frontier.ts';
import { SERVED_FRONTIERS } from './served-frontiers.ts';

/** Speeds of a request at which the predicted line is kept. */
const SPEEDS = [4, 5, 7, 10, 14, 20, 25, 30, 34, 37, 40, 42, 44, 46, 48, 50, 54, 58, 62, 66, 70, 74, 78, 82, 86, 90];

/** The least throughput that is kept, in tokens/s: below it, a request has a GPU nearly to itself. */
const LEAST = 500;

/** Three digits are kept, and fits differ a little from one processor to another. */
const near = (n: number) => expect.closeTo(n, 1 - Math.floor(Math.log10(n)));

/** The most of a line where each request has at least a speed. */
const mostAt = (line: readonly FrontierPoint[], least: number): number =>
  maxOf(line.filter(({ speed }) => speed >= least).map(({ throughput }) => throughput));

test('the numbers that the page draws are those of the tables and the law', () => {
  const frontiers = perGpuFrontiers(THROUGHPUT).map(({ gpu, weights, measured, predicted }) => ({
    ...{ gpu, weights },
    measured: measured.map(({ speed, throughput }) => ({
      ...{ speed, throughput: Math.round(throughput), byLaw: mostAt(predicted, speed ?? 0) },
    })),
    predicted: SPEEDS.map((speed) => [speed, mostAt(predicted, speed)]).filter(([, most = 0]) => most > LEAST),
  }));
  const about = frontiers.map(({ measured, predicted, ...rest }) => ({
    ...rest,
    measured: measured.map((one) => ({ ...one, byLaw: near(one.byLaw) })),
    predicted: predicted.map((pair) => pair.map((n) => near(n))),
  }));
  expect(SERVED_FRONTIERS).toEqual(about);
});
