/** The progress of a run: its phase, the share that is done, the time left. Screen readers hear each new phase once. */

import './progress.css';
import type { Phase } from '../../../harness/events.ts';
import { casesOf } from '../../../results/derive.ts';
import { etaText } from '../../../results/figures.ts';
import type { RunRecord } from '../../../results/schema.ts';
import type { Store } from '../state.ts';

const PHASES: Readonly<Record<Phase, string>> = {
  tune: 'Tuning the kernels',
  clock: 'Checking the clocks',
  'warm-up': 'Warming up',
  fill: 'Filling memory',
  verify: 'Checking results',
  plan: 'Planning',
  build: 'Building decode steps',
  measure: 'Measuring',
  paused: 'Paused',
};

export function ProgressView({ store }: { store: Store }) {
  return (
    <>
      <p class="visually-hidden" role="status">
        {announcement(store)}
      </p>
      {store.busy.value && <Bar store={store} />}
      {store.notice.value && <p class="notice">{store.notice.value}</p>}
    </>
  );
}

function Bar({ store }: { store: Store }) {
  const progress = store.progress.value;
  const fraction = progress?.fraction ?? 0;
  return (
    <div class="progress">
      <p class="phase">
        <strong>{progress ? PHASES[progress.phase] : 'Starting'}</strong>
        <span class="eta">
          {Math.floor(fraction * 100)}&nbsp;%{progress && `, ${etaText(progress.etaMs)}`}
        </span>
      </p>
      <progress aria-label="Progress of the run" max={1} value={fraction} />
      <p class="detail">{progress?.detail ?? ''}&nbsp;</p>
    </div>
  );
}

/** The text that a screen reader says. */
function announcement(store: Store): string {
  const { stage, progress, record } = store;
  switch (stage.value) {
    case 'running':
      return progress.value ? PHASES[progress.value.phase] : 'Run started';
    case 'cancelling':
      return 'Cancelling';
    case 'finished':
      return `Run finished: ${measuredIn(record.value)} cases measured. The record can be downloaded.`;
    default:
      return store.notice.value;
  }
}

const measuredIn = (record: RunRecord | undefined): number =>
  record ? casesOf(record).filter(({ status }) => status === 'measured').length : 0;
