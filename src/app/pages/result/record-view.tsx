/** A whole record: what it says, whether to believe it, and why it is so. `below.tsx` has the rest. */

import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { casesOf } from '../../../../results/record/cases.ts';
import { isUnfinished } from '../../../../results/record/unfinished.ts';
import { shown } from '../../../../results/text/shown.ts';
import type { Status } from '../../../crowd/row.ts';
import { Labels } from '../../cards/labels/labels.tsx';
import { SoftwareBanner } from '../../cards/labels/software-banner.tsx';
import { AddButton } from '../../collection/submit/dialog/add-button.tsx';
import type { ReadRecord } from '../../share/reader/api.ts';
import { compareUrl } from '../../shelf/links.ts';
import { NotLoaded } from '../../shell/errors/not-loaded.tsx';
import { keepFocusAfter } from '../../shell/keep-focus.ts';
import { routeUrl } from '../../shell/routes.ts';
import type { Store } from '../../state/state.ts';
import { endedText } from '../bench/run/ended.tsx';
import { continueUrl, rememberPress } from '../history/continue/continue-link.ts';
import type { BelowProps } from './below.tsx';
import { GpuName } from './gpu-name.tsx';
import type { ResultPageState } from './open.ts';
import { sameAgain } from './run-again.ts';
import { sentencesOf, whereOf } from './sentence.ts';
import { Panel } from './tabs/panel.tsx';
import { Tabs } from './tabs/tab-list.tsx';
import { createViewer, type Viewer } from './viewer.ts';

export interface RecordViewProps {
  readonly read: ReadRecord;
  readonly page: Pick<ResultPageState, 'tab' | 'openTab' | 'keep' | 'nameGpu' | 'say'>;
}

/** One for the page. Its analyst works where the record was read. */
const viewer = createViewer();

export function RecordView({ read, page }: RecordViewProps) {
  const { store } = viewer;
  const { record } = read;
  useEffect(() => viewer.show(record), [record]);
  const isDone = store.record.value === record && store.view.value.labels !== undefined;
  if (store.missing.value) return <NotLoaded what={store.missing.value} />;
  if (!isDone) return <p class="pending">Working out the figures…</p>;
  return <Result key={record.id} viewer={viewer} read={read} page={page} />;
}

interface ResultProps extends RecordViewProps {
  readonly viewer: Viewer;
}

function Result({ viewer, read, page }: ResultProps) {
  const { store, result } = viewer;
  const { record } = read;
  const [view, why] = [store.view.value, result.value?.why];
  useEffect(() => page.say(read, sentencesOf(record, view, whereOf(read), why)), [view, why]);
  return (
    <>
      <div class="masthead">
        {read.judged && <Judged judged={read.judged} />}
        {read.origin !== 'crowd' && (
          <GpuName
            read={read}
            isSoftware={store.software.value}
            onName={(key, name) => keepFocusAfter(page.nameGpu(key, name), '#content')}
          />
        )}
      </div>
      <SoftwareBanner store={store} />
      <Trust store={store} />
      {casesOf(record).some(isUnfinished) && <Unfinished read={read} />}
      <Actions read={read} onKeep={() => keepFocusAfter(page.keep(read), '.actions [href*="compare"]')} />
      <Tabs open={page.tab.value} onOpen={page.openTab}>
        <Panel viewer={viewer} tab={page.tab.value} read={read} />
      </Tabs>
      <LoadedBelow viewer={viewer} read={read} />
    </>
  );
}

/** What comes below is loaded once the answer is there. */
const loadBelow = () => import('./below.tsx');

function LoadedBelow(props: BelowProps) {
  const below = useSignal<ComponentType<BelowProps> | undefined>(undefined);
  const failed = useSignal(false);
  useEffect(() => {
    loadBelow().then(
      ({ Below }) => {
        below.value = Below;
      },
      () => {
        failed.value = true;
      },
    );
  }, []);
  const Below = below.value;
  if (failed.value) return <NotLoaded what="What shares a record, and every number behind it," />;
  return Below ? <Below {...props} /> : null;
}

const STATUS: Readonly<Record<Status, string>> = {
  quarantined: 'Nobody has looked at it yet.',
  plausible: 'No rule of the collection speaks against it.',
  reproduced: 'Runs of the same GPU by others agree with it.',
  rejected: 'A rule of the collection speaks against it, and no statistic uses it.',
};

/** What the collection says of a run that is out of it. */
function Judged({ judged: { status, reasons } }: { readonly judged: NonNullable<ReadRecord['judged']> }) {
  const isDoubted = status === 'quarantined' && reasons.length > 0;
  return (
    <p class="origin">
      {isDoubted ? 'A rule of the collection doubts it.' : STATUS[status]}{' '}
      {reasons.map(({ text }) => shown(text)).join(' ')} Texts that somebody may have chosen are left out; nothing
      attests the rest.
    </p>
  );
}

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

/** Leads to a part of the page further down, and the keyboard with it. The address holds the result, and stays. */
async function leadTo(id: string): Promise<void> {
  // The part may not be drawn yet: it is once its code is there, and a frame has passed.
  await loadBelow().catch(() => undefined);
  await new Promise(requestAnimationFrame);
  const part = document.getElementById(id);
  part?.scrollIntoView({ block: 'start' });
  part?.focus({ preventScroll: true });
}

interface ActionsProps {
  readonly read: ReadRecord;
  readonly onKeep: () => void;
}

function Actions({ read: { record, key, text, origin, gpu = '' }, onKeep }: ActionsProps) {
  return (
    <div class="actions">
      <button type="button" class="secondary" onClick={() => leadTo('share-title')}>
        Share
      </button>
      <button type="button" class="secondary" onClick={() => leadTo('exports-title')}>
        Export
      </button>
      {origin === 'crowd' ? (
        <a class="button secondary" href={compareUrl([record.id])}>
          Compare
        </a>
      ) : key === undefined ? (
        <button type="button" class="secondary" onClick={onKeep}>
          Keep in this browser
        </button>
      ) : (
        <a class="button secondary" href={compareUrl([key])}>
          Compare
        </a>
      )}
      {/* Its link and its token are kept beside the run. */}
      {key !== undefined && <AddButton run={{ text, key, gpu: gpu || (record.reported.gpu ?? '') }} />}
      <a class="button secondary" href={new URL(sameAgain(record), routeUrl('bench')).href}>
        Run again
      </a>
    </div>
  );
}
