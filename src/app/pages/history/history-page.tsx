/** All runs of this browser: to open, continue, name, compare and delete, and to add others out of files. */

import './history-page.css';
import { bytesText } from '../../../../results/text/figures.ts';
import { DropZone } from '../../shelf/drop-zone.tsx';
import { RefusalCard } from '../../shelf/refusal-card.tsx';
import { Refusals } from '../../shelf/refusals.tsx';
import { AddressCard } from '../../shell/address/address-card.tsx';
import { problemsOf } from '../../shell/address/no-parameters.ts';
import { Shell } from '../../shell/shell.tsx';
import { BetweenLines } from './between/between.tsx';
import { Runs } from './runs/runs.tsx';
import type { HistoryState } from './state.ts';
import type { SubmittedState } from './submitted/state.ts';
import { Submitted } from './submitted/submitted.tsx';

interface HistoryPageProps {
  readonly history: HistoryState;
  readonly submitted: SubmittedState;
}

export function HistoryPage({ history, submitted }: HistoryPageProps) {
  const { adding, broken, listed, said } = history;
  return (
    <Shell route="history">
      <div class="masthead">
        <h1>What did I run?</h1>
        <p>
          Your runs are kept in this browser: the last twelve that it measured, and every record that you add from a
          file. They leave it only when you share them.
        </p>
      </div>
      <main id="content" class="history-page">
        <AddressCard problems={problemsOf(location.search)} />
        <Refusals refusals={adding.refusals.value} onClose={adding.close} />
        {broken.value && <RefusalCard refusal={broken.value} />}
        {listed.value?.trouble && <Unkept trouble={listed.value.trouble} />}
        {listed.value && <DropZone onFiles={adding.take} busy={adding.busy.value > 0} />}
        <p class="said" role="status">
          {[adding.said.value, said.value].filter(Boolean).join(' ')}
        </p>
        {!broken.value && <Runs history={history} />}
        <Submitted state={submitted} />
        <Together history={history} />
        <Storage history={history} />
      </main>
    </Shell>
  );
}

function Unkept({ trouble }: { trouble: 'full' | 'denied' }) {
  const refusal = {
    full: {
      title: 'The browser’s storage is full',
      lines: ['Runs that are here can be read. New ones cannot be kept.'],
      steps: ['Delete runs below, or free space on the disk.', 'Save a new run as a file before its page is closed.'],
    },
    denied: {
      title: 'This browser has no storage for this page',
      lines: ['No run is kept here, and no name. A record that you add is here until this page is closed.'],
      steps: [
        'Leave the private window, or allow this page to store data.',
        'To compare two records without storage, open Compare and add both files there.',
      ],
    },
  }[trouble];
  return <RefusalCard refusal={refusal} />;
}

/** What comparable runs of this browser say together. */
function Together({ history }: { history: HistoryState }) {
  const lines = history.between.value;
  if (lines.length === 0) return null;
  return (
    <section class="card" aria-labelledby="together-title">
      <h2 id="together-title">What your runs say together</h2>
      <p class="lead">
        One run knows only its own scatter. Runs of the same machine, browser and profile show how much the next may
        differ.
      </p>
      <BetweenLines lines={lines} />
    </section>
  );
}

function Storage({ history }: { history: HistoryState }) {
  const storage = history.listed.value?.storage;
  // Where the browser keeps nothing, it still names a quota.
  if (!storage || history.listed.value?.trouble === 'denied') return null;
  return (
    <p class="storage">
      This site uses {bytesText(storage.usedBytes)} of the {bytesText(storage.maxBytes)} that the browser lets it have.
    </p>
  );
}
