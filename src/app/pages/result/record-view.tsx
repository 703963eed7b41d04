/** A whole record: what it says, whether to believe it, how to share it, and every number behind it. */

import { useEffect } from 'preact/hooks';
import { casesOf } from '../../../../results/derive.ts';
import { isUnfinished } from '../../../../results/unfinished.ts';
import { AdapterCard } from '../../cards/adapter/adapter-card.tsx';
import { CacheCard } from '../../cards/caches/cache-card.tsx';
import { ClaimsCard } from '../../cards/claims/claims-card.tsx';
import { DecodeCard } from '../../cards/decode/decode-card.tsx';
import { GemvLineCard } from '../../cards/gemv-line/gemv-line-card.tsx';
import { Headline } from '../../cards/headline/headline.tsx';
import { Labels } from '../../cards/labels/labels.tsx';
import { SoftwareBanner } from '../../cards/labels/software-banner.tsx';
import { LawCard } from '../../cards/law/law-card.tsx';
import { Measurements } from '../../cards/measurements/measurements.tsx';
import { dateText } from '../../date-text.ts';
import { NotLoaded } from '../../errors/not-loaded.tsx';
import { hostText } from '../../names.ts';
import type { Origin, ReadRecord } from '../../share/reader/api.ts';
import { SharePanel } from '../../share/share-panel.tsx';
import { compareUrl } from '../../shelf/links.ts';
import { routeUrl } from '../../shell/routes.ts';
import type { Store } from '../../state.ts';
import { endedText } from '../bench/run/ended.tsx';
import { continueUrl, rememberPress } from '../history/continue-link.ts';
import { Method } from '../method/method.tsx';
import { sameAgain } from './run-again.ts';
import { sentencesOf } from './sentence.ts';
import { createViewer, type Viewer } from './viewer.ts';

export interface RecordViewProps {
  readonly read: ReadRecord;
  readonly onKeep: () => void;
}

/** One for the page: its analyst is a worker. */
let viewer: Viewer | undefined;

export function RecordView({ read, onKeep }: RecordViewProps) {
  viewer ??= createViewer();
  const { store } = viewer;
  const { record } = read;
  useEffect(() => viewer?.show(record), [record]);
  const isDone = store.record.value === record && store.view.value.labels !== undefined;
  if (store.missing.value) return <NotLoaded what={store.missing.value} />;
  if (!isDone) return <p class="pending">Working out the figures…</p>;
  return <Result key={record.id} viewer={viewer} read={read} onKeep={onKeep} />;
}

interface ResultProps extends RecordViewProps {
  readonly viewer: Viewer;
}

function Result({ viewer: { store, chooseModel }, read, onKeep }: ResultProps) {
  const { record, text } = read;
  const view = store.view.value;
  const { first, second } = sentencesOf(record, view, read.origin === 'own' ? 'here' : `on ${read.machine}`);
  return (
    <>
      <div class="masthead">
        <h1>{first}</h1>
        {second && <p>{second}</p>}
        <p class="origin">
          {read.machine} · {hostText(record.host)} · {dateText(record.created)} · profile {record.profile} ·{' '}
          {originText(read)}
        </p>
      </div>
      <SoftwareBanner store={store} />
      <Trust store={store} />
      {casesOf(record).some(isUnfinished) && <Unfinished read={read} />}
      <Actions read={read} onKeep={onKeep} />
      <Headline app={{ store, chooseModel }} />
      <SharePanel record={record} view={view} text={text} />
      <DecodeCard store={store} />
      <ClaimsCard store={store} />
      <LawCard store={store} />
      <GemvLineCard store={store} />
      <CacheCard store={store} />
      <Measurements store={store} />
      <AdapterCard store={store} title="The machine" />
      <Method store={store} />
    </>
  );
}

const ORIGINS: Readonly<Record<Origin, string>> = {
  own: 'measured in this browser',
  imported: 'out of a file',
  shared: 'out of a link',
};

const originText = ({ origin, file }: ReadRecord): string => (file ? `out of the file ${file}` : ORIGINS[origin]);

/** The verdict on the run, as a word, a shape and a colour; it opens what there is to know. */
function Trust({ store }: { readonly store: Store }) {
  const count = store.labels.value.length;
  if (count === 0) {
    return (
      <p class="trust" data-trust="good">
        <span class="sign" aria-hidden="true">
          ✓
        </span>{' '}
        Trustworthy: nothing in the run speaks against its figures.
      </p>
    );
  }
  return (
    <details class="trust" data-trust="care">
      <summary>
        <span class="sign" aria-hidden="true">
          !
        </span>{' '}
        <span class="word">Read with care ({count})</span>
      </summary>
      <Labels store={store} />
    </details>
  );
}

/** What a run that stopped early has, and its continuation, which is the bench page's. */
function Unfinished({ read: { record, origin, key } }: { readonly read: ReadRecord }) {
  return (
    <p class="unfinished">
      {endedText(record)}{' '}
      {origin === 'own' && key !== undefined && (
        <a class="button primary" href={continueUrl(key)} onClick={() => rememberPress(key, () => sessionStorage)}>
          Continue
        </a>
      )}
    </p>
  );
}

function Actions({ read: { record, key }, onKeep }: RecordViewProps) {
  return (
    <p class="actions">
      {key === undefined ? (
        <button type="button" class="secondary" onClick={onKeep}>
          Keep in this browser
        </button>
      ) : (
        <a class="button secondary" href={compareUrl([key])}>
          Compare
        </a>
      )}
      <a class="button secondary" href={new URL(sameAgain(record), routeUrl('bench')).href}>
        Run the same here
      </a>
    </p>
  );
}
