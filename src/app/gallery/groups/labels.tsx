/** Every label, by itself: a record that earns it, made from one that earns none. */

import { labelsOf } from '../../../../results/labels.ts';
import type { DecodeMeasured, Measured, RunRecord } from '../../../../results/schema.ts';
import { EMPTY_VIEW } from '../../analysis/view.ts';
import { Labels } from '../../result/labels/labels.tsx';
import type { Store } from '../../state.ts';
import { ready } from '../fixtures.ts';
import { gpuRecord } from '../gpu-record.ts';
import type { Group } from '../item.ts';
import { measuredIn } from '../shown.ts';

const stepsIn = (record: RunRecord): DecodeMeasured[] =>
  (record.decode ?? []).flatMap((m) => (m.status === 'measured' && !m.case.experiment ? [m] : []));

/** Multiplies the times of a case's rounds. */
function slow(m: Measured | DecodeMeasured, factorOf: (round: number) => number): void {
  m.samples = m.samples.map((sample) => {
    const factor = factorOf(sample.round);
    return { ...sample, wallMs: sample.wallMs * factor, gpuMs: sample.gpuMs === null ? null : sample.gpuMs * factor };
  });
}

const drift = (perRound: number) => (record: RunRecord) => {
  for (const m of [...measuredIn(record), ...stepsIn(record)]) slow(m, (round) => 1 + perRound * round);
};

const event = (kind: RunRecord['events'][number]['kind'], detail: string) => (record: RunRecord) => {
  record.events.push({ atMs: 1000, kind, detail });
};

/** For each label, the change to a record that earns it. */
const EARNS: Readonly<Record<string, (record: RunRecord) => void>> = {
  'software-adapter'(record) {
    record.adapter.isFallbackAdapter = true;
  },
  'queue-drain-clock'(record) {
    record.clock.trusted = 'queue-drain';
    record.clock.reason = 'This adapter has no timestamp queries.';
  },
  'coarse-clock'(record) {
    record.clock.timestampQuantumNs = 1e6;
  },
  'not-steady': drift(-0.02),
  throttled: drift(0.02),
  'small-rotation'(record) {
    for (const m of measuredIn(record)) m.rotationBytes = Math.min(m.rotationBytes, 1e8);
  },
  'small-model'(record) {
    for (const m of stepsIn(record)) m.rotationBytes = 5e7;
  },
  'above-peak'(record) {
    record.reported = { gpu: 'RTX 4060' };
  },
  'not-bandwidth-bound'(record) {
    for (const m of measuredIn(record)) if (m.case.kernel === 'gemv') slow(m, () => 2);
  },
  'too-few-samples'(record) {
    for (const m of measuredIn(record).slice(0, 2)) m.samples = m.samples.filter(({ round }) => round < 2);
  },
  'less-memory': event('out-of-memory', '2.15 GB of 4.29 GB could not be had'),
  'hidden-tab': event('hidden', 'paused for 12.3 s'),
  'device-lost': event('lost', 'the GPU device was lost: the driver was reset'),
  resumed: event('resumed', ''),
  incomplete: event('cancelled', 'cancelled by the user'),
  'wrong-results'(record) {
    const [first] = measuredIn(record);
    if (!first) return;
    const { case: c, verification } = first;
    record.measurements[record.measurements.indexOf(first)] = {
      ...{ status: 'wrong', case: c, verification, reason: 'squared error 0.31' },
    };
  },
};

function labelled(change: (record: RunRecord) => void): Store {
  const record = gpuRecord();
  change(record);
  const store = ready(record);
  store.view.value = { ...EMPTY_VIEW, labels: labelsOf(record) };
  return store;
}

export const LABELS: Group = {
  id: 'labels',
  title: 'Labels',
  items: [
    {
      id: 'label-none',
      component: 'Labels',
      state: 'a record that earns none',
      draw: () => <Labels store={labelled(() => {})} />,
      empty: true,
    },
    ...Object.entries(EARNS).map(([id, change]) => ({
      ...{ id: `label-${id}`, component: 'Labels', state: id, width: 'side' as const },
      draw: () => <Labels store={labelled(change)} />,
    })),
    {
      id: 'label-all',
      component: 'Labels',
      state: 'many at once',
      draw: () => (
        <Labels
          store={labelled((record) => {
            for (const change of Object.values(EARNS)) change(record);
          })}
        />
      ),
    },
  ],
};
