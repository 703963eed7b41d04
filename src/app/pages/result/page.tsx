/** The page of one result: out of this browser, a link or a file; or the card that says why it is not shown. */

import './result-page.css';
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Origin, ReadRecord } from '../../share/reader/api.ts';
import { RefusalCard } from '../../shelf/refusal-card.tsx';
import { AddressCard } from '../../shell/address/address-card.tsx';
import { NotLoaded } from '../../shell/errors/not-loaded.tsx';
import { routeUrl } from '../../shell/routes.ts';
import { Shell } from '../../shell/shell.tsx';
import { dateText } from '../../text/date-text.ts';
import { hostText } from '../../text/host-text.ts';
import type { ResultPageState } from './open.ts';
import type { RecordViewProps } from './record-view.tsx';
import { SummaryView } from './summary-view.tsx';

interface ResultPageProps {
  readonly page: ResultPageState;
  readonly onFiles: (files: readonly File[]) => void;
}

export function ResultPage({ page, onFiles }: ResultPageProps) {
  const { shown, reading, problems, refusals, said } = page;
  const now = shown.value;
  return (
    <Shell route="result">
      <main id="content" class="result-page" tabIndex={-1}>
        <AddressCard problems={problems.value} />
        <div role="alert" class="errors">
          {refusals.value.map((refusal) => (
            <RefusalCard key={refusal.title} refusal={refusal} />
          ))}
        </div>
        <p class="said" role="status">
          {reading.value ? 'Reading the result…' : said.value}
        </p>
        {now.kind === 'nothing' && reading.value && <div class="pending" />}
        {now.kind === 'nothing' && !reading.value && <Nothing refused={refusals.value.length > 0} />}
        {now.kind === 'summary' && <SummaryView summary={now.summary} />}
        {now.kind === 'record' && (
          <>
            <Answer read={now} />
            <LoadedRecord read={now} page={page} />
          </>
        )}
        <OpenFile onFiles={onFiles} />
      </main>
    </Shell>
  );
}

function Nothing({ refused }: { readonly refused: boolean }) {
  return (
    <div class="masthead">
      <h1>{refused ? 'No result to show' : 'What did a run say, and can I trust it?'}</h1>
      <p>
        This page shows one result: of a run in this browser, of a link that somebody sent, or of a record in a file.{' '}
        <a href={routeUrl('history')}>History</a> has the runs that this browser keeps;{' '}
        <a href={routeUrl('bench')}>Bench</a> measures a new one.
      </p>
    </div>
  );
}

const ORIGINS: Readonly<Record<Origin, string>> = {
  own: 'measured in this browser',
  imported: 'out of a file',
  shared: 'out of a link',
  crowd: 'of the collection',
};

const originText = ({ origin, file }: ReadRecord): string => (file ? `out of the file ${file}` : ORIGINS[origin]);

/** What the result says in two sentences, and of which machine: it needs nothing that is loaded later. */
function Answer({ read }: { readonly read: ReadRecord }) {
  const { answer, machine, record } = read;
  return (
    <div class="masthead">
      <h1>{answer?.first}</h1>
      <p class="second">{answer?.second}</p>
      <p class="origin">
        {machine} · {hostText(record.host)} · {dateText(record.created)} · profile {record.profile} · {originText(read)}
      </p>
    </div>
  );
}

/** The cards of a record are loaded once its answer is painted: on a slow phone, both at once would delay it. */
function LoadedRecord(props: RecordViewProps) {
  const view = useSignal<ComponentType<RecordViewProps> | undefined>(undefined);
  const failed = useSignal(false);
  useEffect(() => {
    afterPaint(() =>
      import('./record-view.tsx').then(
        ({ RecordView }) => {
          view.value = RecordView;
        },
        () => {
          failed.value = true;
        },
      ),
    );
  }, []);
  const RecordView = view.value;
  if (failed.value) return <NotLoaded what="What shows a record" />;
  return RecordView ? <RecordView {...props} /> : <p class="pending">Opening…</p>;
}

/** A page that is hidden has no frames, and is not painted. */
const afterPaint = (then: () => unknown): void => {
  if (document.hidden) then();
  else requestAnimationFrame(() => setTimeout(then));
};

function OpenFile({ onFiles }: Pick<ResultPageProps, 'onFiles'>) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <section class="open-file" aria-label="Open another result">
      <p>Drop a record anywhere on this page, or choose its file. It is read on this machine, and sent nowhere.</p>
      <button type="button" class="secondary" onClick={() => input.current?.click()}>
        Open a record…
      </button>
      <input
        ref={input}
        type="file"
        class="visually-hidden"
        aria-label="Record file"
        tabIndex={-1}
        onChange={(event) => {
          const { currentTarget } = event;
          const files = [...(currentTarget.files ?? [])];
          // The same file may be chosen again.
          currentTarget.value = '';
          onFiles(files);
        }}
      />
    </section>
  );
}
