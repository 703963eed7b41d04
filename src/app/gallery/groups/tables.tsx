/** The tables of cases and of decode steps, with a row in every state. */

import type { DecodeMeasurement, Measurement, RunRecord } from '../../../../results/record/schema.ts';
import { DecodeCard } from '../../cards/decode/decode-card.tsx';
import { Measurements } from '../../cards/measurements/measurements.tsx';
import { committed, finished, ready, running } from '../fixtures.ts';
import { gpuRecord } from '../gpu-record.ts';
import type { Group } from '../item.ts';

const WRONG = 'the output at row 17 is off: squared error 0.31, at most 0.000001 is allowed';
const FAILED = 'the shader did not compile: 12:7 unresolved value “acc”';
const SKIPPED = 'one dispatch takes 72.7 ms here, more than the 50 ms with which other programs stay usable';

/** One case in each state that a case can end in, and one that was not reached. */
function everyCase(): RunRecord {
  const record = gpuRecord();
  const [first] = record.measurements.filter((m) => m.status === 'measured');
  if (!first) throw new Error('the record has no measurement');
  const stopped = ['interval', 'plateau', 'time', 'cancelled', 'lost'] as const;
  const { case: c, verification } = first;
  const measurements: Measurement[] = [
    ...stopped.map((how) => ({ ...first, stopped: how })),
    { status: 'wrong', case: c, reason: WRONG, verification },
    { status: 'failed', case: c, reason: FAILED },
    { status: 'skipped', case: c, reason: SKIPPED },
  ];
  return { ...record, plan: { ...record.plan, cases: [...measurements.map((m) => m.case), c] }, measurements };
}

/** One decode step in each state that a step can end in. */
function everyStep(): RunRecord {
  const record = gpuRecord();
  const all = (record.decode ?? []).flatMap((m) => (m.status === 'measured' && !m.case.experiment ? [m] : []));
  const [first] = all;
  if (!first) throw new Error('the record has no decode step that was measured');
  const { case: c } = first;
  const decode: DecodeMeasurement[] = [
    ...all.slice(0, 2),
    { ...first, case: { ...c, batch: 8, context: 4096, shortest: 512 }, stopped: 'time' },
    {
      ...first,
      case: { ...c, batch: 32 },
      layers: { distinct: 6, total: 30 },
      rotationBytes: 3e7,
      stopped: 'cancelled',
    },
    { status: 'wrong', case: c, reason: WRONG },
    { status: 'failed', case: c, reason: FAILED },
    { status: 'skipped', case: c, reason: 'a single layer takes 5.37 GB, and the budget is 4.29 GB' },
  ];
  return { ...record, decode };
}

const MEASURING = { phase: 'measure', fraction: 0.5, leftMs: [60_000, 60_000] } as const;

export const TABLES: Group = {
  id: 'tables',
  title: 'Tables',
  items: [
    {
      id: 'measurements',
      component: 'Measurements',
      state: 'a case in every state, after the run',
      draw: () => <Measurements store={finished(everyCase())} />,
    },
    {
      id: 'measurements-running',
      component: 'Measurements',
      state: 'a case in every state, during the run',
      draw: () => <Measurements store={running(everyCase(), { cases: 8, progress: MEASURING })} />,
    },
    {
      id: 'measurements-record',
      component: 'Measurements',
      state: 'a committed record',
      draw: () => <Measurements store={finished(committed('2026-11-27-swiftshader-smollm2'))} />,
    },
    {
      id: 'measurements-none',
      component: 'Measurements',
      state: 'before a run',
      draw: () => <Measurements store={ready(gpuRecord())} />,
      empty: true,
    },
    {
      id: 'steps',
      component: 'Decode steps',
      state: 'a step in every state, after the run',
      draw: () => <DecodeCard store={finished(everyStep())} />,
    },
    {
      id: 'steps-running',
      component: 'Decode steps',
      state: 'three steps measured, during the run',
      draw: () => <DecodeCard store={running(everyStep(), { steps: 3, progress: MEASURING })} />,
    },
    {
      id: 'steps-none',
      component: 'Decode steps',
      state: 'kernels alone',
      draw: () => <DecodeCard store={finished(committed('2026-11-24-lavapipe-quick'))} />,
      empty: true,
    },
  ],
};
