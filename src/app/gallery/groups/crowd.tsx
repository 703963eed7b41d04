/** The collection: its chart, a run among others, and what becomes of runs that are added. */

import { GPUS } from '../../../../results/gpus/by-name.ts';
import type { JudgedRow } from '../../../crowd/dataset/line.ts';
import { rowOf } from '../../../crowd/row-of.ts';
import { Plot } from '../../charts/svg/plot.tsx';
import { loaded } from '../../collection/crowd/loaded.ts';
import { DEFAULT_QUERY } from '../../collection/crowd/query.ts';
import { standingOf } from '../../collection/crowd/views/standing.ts';
import { viewOf } from '../../collection/crowd/views/view.ts';
import type { Submission, Submitted } from '../../collection/submit/api.ts';
import { Answered } from '../../collection/submit/dialog/answered.tsx';
import { scatterChart } from '../../pages/crowd/scatter.ts';
import { createSubmitted } from '../../pages/history/submitted/state.ts';
import { Submitted as SubmittedCard } from '../../pages/history/submitted/submitted.tsx';
import { Standing } from '../../pages/result/tabs/crowd-panel.tsx';
import { gpuRecord } from '../gpu-record.ts';
import type { Group, Item } from '../item.ts';

const OWN = rowOf(gpuRecord());

/** The row of the record as if it were of other GPUs, each at about its own speed. */
function rowsOf(names: readonly string[]): JudgedRow[] {
  return names.flatMap((name, nth) => {
    const gpu = GPUS.find((one) => one.name === name);
    if (!gpu || OWN.gbps === null) return [];
    // One of them writes far less than its memory allows.
    const times = (0.85 * gpu.gbps) / OWN.gbps;
    const steps = OWN.steps.map((step) => ({
      ...step,
      tokensPerSecond: step.tokensPerSecond * times * (nth === 2 ? 0.4 : 1),
    }));
    return [0.97, 1, 1.02, 1.05].map(
      (off, i): JudgedRow => ({
        ...{ ...OWN, id: `${nth} ${i}`, part: { name, memoryGB: gpu.memoryGB, count: 1 } },
        ...{ gbps: 0.85 * gpu.gbps * off, status: 'plausible', reasons: [] },
        steps: steps.map((step) => ({ ...step, tokensPerSecond: step.tokensPerSecond * off })),
      }),
    );
  });
}

const NAMES = GPUS.filter(({ name }) => name.startsWith('NVIDIA GeForce')).map(({ name }) => name);

const viewOfRows = () =>
  viewOf(
    rowsOf(NAMES).map((row) => loaded(row, 'files')),
    { ...DEFAULT_QUERY, when: 'all' },
    0,
  );

function drawScatter() {
  const chart = scatterChart(viewOfRows(), 'Figures that nobody measured');
  if (!chart) throw new Error('there is no chart');
  return <Plot spec={chart} />;
}

const submission = (changes: Partial<Submission>): Submission => ({
  ...{ id: 'a'.repeat(64), key: 'k', machine: 'NVIDIA GeForce RTX 4070', created: '2026-11-28T14:03:00.000Z' },
  ...{ at: '2026-11-28T14:10:00.000Z', state: 'added', reason: '', token: 'token' },
  ...changes,
});

const answered = (id: string, state: string, submitted: Submitted): Item => ({
  ...{ id: `answered-${id}`, component: 'Answer of the dialog', state, width: 'main' },
  draw: () => (
    <div class="add-dialog">
      <Answered submitted={submitted} onClose={() => {}} />
    </div>
  ),
});

const standing = (id: string, state: string, draw: Item['draw']): Item => ({
  ...{ id: `standing-${id}`, component: 'Tab Crowd', state, draw },
});

function submitted() {
  const unused = (): Promise<never> => Promise.reject(new Error('the gallery keeps nothing'));
  const state = createSubmitted({ list: unused, sendAgain: unused, remove: unused, forget: unused });
  state.submissions.value = [
    submission({}),
    submission({ id: 'b'.repeat(64), state: 'waiting', reason: 'nothing answers there' }),
    submission({
      id: 'c'.repeat(64),
      state: 'refused',
      reason: 'the record does not pass its check; record.seed: must be whole',
    }),
    submission({ id: 'd'.repeat(64), state: 'known', token: '', machine: 'A'.repeat(120) }),
  ];
  return state;
}

export const CROWD: Group = {
  id: 'crowd',
  title: 'The collection',
  items: [
    { id: 'crowd-scatter', component: 'Chart of the collection', state: 'with one GPU off the law', draw: drawScatter },
    standing('others', 'among others', () => (
      <Standing
        answer={{
          ok: true,
          standing: standingOf(
            OWN,
            rowsOf([OWN.part.name]).map((row) => loaded(row, 'files')),
          ),
        }}
      />
    )),
    standing('none', 'no other run', () => <Standing answer={{ ok: true, standing: standingOf(OWN, []) }} />),
    standing('name', 'its GPU has no name', () => (
      <Standing answer={{ ok: false, why: 'It does not say on which GPU it was measured.', needsName: true }} />
    )),
    standing('waiting', 'being looked for', () => <Standing answer={undefined} />),
    {
      id: 'submitted',
      component: 'Added to the collection',
      state: 'in every state',
      draw: () => <SubmittedCard state={submitted()} />,
    },
    answered('added', 'added', { submission: submission({}), trouble: null }),
    answered('unkept', 'added, without storage', { submission: submission({}), trouble: 'denied' }),
    answered('waiting', 'not sent', {
      ...{ submission: submission({ state: 'waiting', reason: 'nothing answers there', token: '' }), trouble: null },
    }),
  ],
};
