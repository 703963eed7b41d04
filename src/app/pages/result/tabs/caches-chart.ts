/** How fast bytes are read again: GB/s over the working set, with the end of each cache named. Pure. */

import { remarkOn } from '../../../../../results/derived/caches.ts';
import type { RunRecord } from '../../../../../results/record/schema.ts';
import { bytesText, gbpsText, significant } from '../../../../../results/text/figures.ts';
import { DEFAULT_PARAMS } from '../../../../session/params.ts';
import type { CachesView, RunView } from '../../../analysis/view.ts';
import { bytesTick } from '../../../charts/canvas/plot.ts';
import type { ChartSpec } from '../../../charts/svg/chart.ts';
import type { Missing } from './missing.ts';

type View = Pick<RunView, 'cacheCurve' | 'caches'>;

export function cachesChart(
  { profile, seed }: Pick<RunRecord, 'profile' | 'seed'>,
  view: View,
  source: string,
): ChartSpec | Missing {
  const { cacheCurve, caches } = view;
  const title = 'Where the caches end';
  if (cacheCurve.length < 2) {
    return {
      title,
      why: 'This run read no working sets of different sizes, or stopped before it came to them.',
      todo: 'Run again and let the run come to its end.',
      form: { ...DEFAULT_PARAMS, profile, seed },
    };
  }
  const ends = new Set((caches?.levels ?? []).flatMap(({ upToBytes }) => upToBytes ?? []));
  const memory = caches?.levels.find(({ upToBytes }) => upToBytes === null);
  const last = cacheCurve.at(-1)?.workingSetBytes ?? 0;
  const across = [cacheCurve[0]?.workingSetBytes ?? last, last];
  return {
    id: 'caches',
    title,
    takeaway: takeawayOf(caches),
    x: { title: 'bytes that are read again and again', scale: 'log', text: bytesTick },
    y: { title: 'GB/s', scale: 'linear' },
    series: [
      {
        ...{ name: 'measured', line: 'solid' },
        points: cacheCurve.map(({ workingSetBytes, gbps }) => ({
          ...{ x: workingSetBytes, y: gbps.value, hasSign: true, interval: gbps.ci95 },
          text: `${bytesText(workingSetBytes)}: ${figureOf(gbps)}`,
          ...(ends.has(workingSetBytes) && { label: bytesTick(workingSetBytes) }),
        })),
      },
      ...(memory
        ? [
            {
              ...{ name: 'memory', line: 'dashed' as const },
              points: across.map((x) => ({ x, y: memory.gbps.value, text: `memory: ${figureOf(memory.gbps)}` })),
            },
          ]
        : []),
    ],
    table: {
      head: [{ name: 'bytes read again', text: bytesText }, 'GB/s', 'read from'],
      rows: cacheCurve.map(({ workingSetBytes, gbps }) => [workingSetBytes, gbps, levelAt(caches, workingSetBytes)]),
    },
    source: `Measured; bars are 95 % intervals within the run. ${source}`,
  };
}

const figureOf = (gbps: Parameters<typeof gbpsText>[0]): string => {
  const { value, interval } = gbpsText(gbps);
  return `${value} GB/s${interval ? ` (${interval})` : ''}`;
};

function levelAt(caches: CachesView | undefined, bytes: number): string {
  const level = caches?.levels.find(
    ({ fromBytes, upToBytes }) => bytes >= fromBytes && bytes <= (upToBytes ?? Number.POSITIVE_INFINITY),
  );
  if (!caches || !level) return 'between two levels';
  if (level.upToBytes === null) return 'memory';
  return level.upToBytes < caches.largestBytes ? `a cache of up to ${bytesText(level.upToBytes)}` : 'a cache or memory';
}

function takeawayOf(caches: CachesView | undefined): string {
  if (!caches) return 'Too few rounds for a verdict: no point has an interval yet.';
  const known = caches.levels.filter(({ upToBytes }) => upToBytes !== null && upToBytes < caches.largestBytes);
  const memory = caches.levels.find(({ upToBytes }) => upToBytes === null);
  const ofCaches = known.map(
    ({ upToBytes, gbps }) => `what fits into ${bytesText(upToBytes ?? 0)} is read at ${significant(gbps.value)} GB/s`,
  );
  const said = [...ofCaches, ...(memory ? [`memory at ${significant(memory.gbps.value)} GB/s`] : [])].join(', ');
  const sentence = said && `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
  return [sentence, remarkOn(caches)].filter(Boolean).join(' ');
}
