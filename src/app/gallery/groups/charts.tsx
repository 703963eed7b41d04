/** The charts of a record, and how it was measured. */

import type { RunRecord } from '../../../../results/record/schema.ts';
import { CacheCard } from '../../cards/caches/cache-card.tsx';
import { GemvLineCard } from '../../cards/gemv-line/gemv-line-card.tsx';
import { Method } from '../../pages/method/method.tsx';
import type { Store } from '../../state/state.ts';
import { ready } from '../fixtures.ts';
import { gpuRecord, samplesOf } from '../gpu-record.ts';
import type { Group, Item } from '../item.ts';
import { changed, measuredIn, QUICK, SMOLLM2, shown } from '../shown.ts';

/** Every set of the sweep is read at this rate. */
function sweepAt(record: RunRecord, gbpsOf: (workingSetBytes: number) => number): void {
  for (const m of measuredIn(record)) {
    if (m.workingSetBytes !== undefined) m.samples = samplesOf(m.work.bytesRead / gbpsOf(m.workingSetBytes) / 1e6);
  }
}

const keepSweep = (record: RunRecord, maxBytes: number): void => {
  record.measurements = measuredIn(record).filter((m) => (m.workingSetBytes ?? 0) <= maxBytes);
};

const caches = (id: string, state: string, store: () => Store): Item => ({
  ...{ id, component: 'Caches card', state },
  draw: () => <CacheCard store={store()} />,
});

export const CHARTS: Group = {
  id: 'charts',
  title: 'Charts and method',
  items: [
    {
      id: 'gemv-line',
      component: 'Time against bytes',
      state: 'GPU',
      draw: () => <GemvLineCard store={shown('gpu')} />,
    },
    {
      id: 'gemv-line-software',
      component: 'Time against bytes',
      state: 'software adapter',
      draw: () => <GemvLineCard store={shown(SMOLLM2)} />,
    },
    {
      id: 'gemv-line-few',
      component: 'Time against bytes',
      state: 'two sizes, and no streaming read',
      draw: () => (
        <GemvLineCard
          store={changed((record) => {
            record.measurements = record.measurements.filter((m) => m.case.kernel === 'gemv').slice(0, 2);
            delete record.decode;
          })}
        />
      ),
    },
    {
      id: 'gemv-line-none',
      component: 'Time against bytes',
      state: 'before a run',
      draw: () => <GemvLineCard store={ready(gpuRecord())} />,
      empty: true,
    },
    caches('caches', 'a cache, and memory', () => shown('gpu')),
    caches('caches-software', 'too noisy', () => shown(SMOLLM2)),
    caches('caches-flat', 'no cache shows', () => changed((record) => sweepAt(record, () => 380))),
    caches('caches-falling', 'memory not reached', () =>
      changed((record) => sweepAt(record, (bytes) => (bytes < 1e9 ? 1400 : 380))),
    ),
    caches('caches-short', 'the sweep ends early', () => changed((record) => keepSweep(record, 150e6))),
    {
      id: 'caches-none',
      component: 'Caches card',
      state: 'no sweep',
      draw: () => <CacheCard store={shown(QUICK)} />,
      empty: true,
    },
    {
      id: 'method',
      component: 'Method',
      state: 'GPU',
      draw: () => <Method store={shown('gpu')} />,
    },
    {
      id: 'method-software',
      component: 'Method',
      state: 'software adapter, cut short',
      draw: () => <Method store={shown('2026-11-27-swiftshader-smollm2')} />,
    },
    {
      id: 'method-none',
      component: 'Method',
      state: 'no record',
      draw: () => <Method store={ready(gpuRecord())} />,
      empty: true,
    },
  ],
};
