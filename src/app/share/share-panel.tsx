/** Shares a record without a server: two links that hold the result themselves, and files of it. */

import './share-panel.css';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RunRecord } from '../../../results/record/schema.ts';
import { integerText } from '../../../results/text/figures.ts';
import type { RunView } from '../analysis/view.ts';
import { recordFileName, recordText, saveFile } from '../cards/record/download.ts';
import { routeUrl } from '../shell/routes.ts';
import { copied } from './copy.ts';
import type { CompleteLink, SummaryLink } from './links.ts';

interface SharePanelProps {
  readonly record: RunRecord;
  /** The figures of the whole record. */
  readonly view: RunView;
  /** The record's JSON as it was written. Default: that of `record`. */
  readonly text?: string | undefined;
}

/** What can be shared of a record. */
interface Shares {
  readonly short: SummaryLink;
  readonly complete: CompleteLink;
}

export function SharePanel({ record, view, text }: SharePanelProps) {
  const shares = useSignal<Shares | undefined>(undefined);
  const problem = useSignal('');
  const said = useSignal('');
  /** A text that the browser did not copy, for the person to copy by hand. */
  const uncopied = useSignal('');

  useEffect(() => {
    let current = true;
    const show = (made: Shares) => {
      if (current) shares.value = made;
    };
    sharesOf(record, view, text ?? JSON.stringify(record)).then(show, (error) => {
      if (current) problem.value = error instanceof Error ? error.message : String(error);
    });
    return () => {
      current = false;
    };
  }, [record, view, text]);

  const copy = async (what: string, content: string): Promise<void> => {
    const done = await copied(content);
    said.value = done ? `${what} copied.` : `The browser did not copy it. ${what}, to be copied by hand:`;
    uncopied.value = done ? '' : content;
  };
  const save = (ending: string, type: string, content: string): void => {
    const name = recordFileName(record).replace(/\.json$/, ending);
    saveFile(name, new Blob([content], { type }));
    said.value = `${name} saved.`;
    uncopied.value = '';
  };
  const short = shares.value?.short.url;

  return (
    <section class="card share" aria-labelledby="share-title">
      <h2 id="share-title" tabIndex={-1}>
        Share
      </h2>
      <p class="lead">
        A link holds the result itself, behind its #, where no server sees it: nothing is uploaded. Whoever opens it
        sees the same numbers.
      </p>
      {isLocal() && (
        <p class="note">
          This page is served by this machine, so its links open here alone. To show the result elsewhere, send the
          record: any HBMark page opens it.
        </p>
      )}
      {problem.value && <p class="note">No link could be made: {problem.value}.</p>}
      {!problem.value && (
        <ul class="links">
          <Link
            title="Short link"
            about={aboutShort(shares.value?.short)}
            onCopy={short === undefined ? undefined : () => copy('Short link', short)}
          />
          <CompleteItem link={shares.value?.complete} onCopy={(url) => copy('Complete link', url)} />
        </ul>
      )}
      <h3 id="exports-title" tabIndex={-1}>
        Take it along
      </h3>
      <div class="exports">
        <Export onClick={() => save('.json', 'application/json', text ?? recordText(record))}>Record (JSON)</Export>
        <Export onClick={async () => save('.csv', 'text/csv', (await work()).csvOf(record, view))}>Table (CSV)</Export>
        <Export
          onClick={async () => {
            const { markdownOf } = await work();
            await copy('Table', markdownOf(record, view, isLocal() ? undefined : short));
          }}
        >
          Copy as Markdown
        </Export>
        <Export
          onClick={async () => {
            save('.svg', 'image/svg+xml', (await work()).badgeOf(record, view));
          }}
        >
          Badge (SVG)
        </Export>
      </div>
      <p class="said" role="status">
        {said.value}
      </p>
      {uncopied.value && <Uncopied text={uncopied.value} />}
    </section>
  );
}

const work = () => import('./panel-work.ts');

async function sharesOf(record: RunRecord, view: RunView, text: string): Promise<Shares> {
  const { completeLink, summaryLink } = await work();
  const page = routeUrl('result');
  const [short, complete] = await Promise.all([summaryLink(page, record, view), completeLink(page, text)]);
  return { short, complete };
}

/** Whether the page's address means another machine elsewhere. */
const isLocal = (): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(location.hostname);

const PENDING = 'being made…';

function aboutShort(link: SummaryLink | undefined): string {
  if (!link) return PENDING;
  const { url, shownCases, cases } = link;
  const figures =
    shownCases === cases
      ? cases === 1
        ? 'its one figure with its interval'
        : `all ${cases} figures with their intervals`
      : `the first ${shownCases} of ${cases} figures with their intervals`;
  return `For chats and threads: ${figures}, without samples. ${integerText(url.length)} characters.`;
}

interface LinkProps {
  readonly title: string;
  readonly about: string;
  /** Undefined: there is nothing to copy, or not yet. */
  readonly onCopy: (() => void) | undefined;
}

function Link({ title, about, onCopy }: LinkProps) {
  return (
    <li>
      <span class="what">
        <strong>{title}</strong>
        <span>{about}</span>
      </span>
      <button
        type="button"
        class="secondary"
        aria-label={`Copy ${title.toLowerCase()}`}
        disabled={!onCopy}
        onClick={onCopy}
      >
        Copy
      </button>
    </li>
  );
}

interface CompleteItemProps {
  readonly link: CompleteLink | undefined;
  readonly onCopy: (url: string) => void;
}

function CompleteItem({ link, onCopy }: CompleteItemProps) {
  const title = 'Complete link';
  if (!link) return <Link title={title} about={PENDING} onCopy={undefined} />;
  const { url, length, maxLength } = link;
  if (url === undefined) {
    const about = `It would have ${integerText(length)} characters, more than the ${integerText(maxLength)} that browsers take. Save the record instead: it holds the same.`;
    return <Link title={title} about={about} onCopy={undefined} />;
  }
  const about = `With every sample, so that anyone can check it. ${integerText(length)} characters: some chats cut that, and then the page says so.`;
  return <Link title={title} about={about} onCopy={() => onCopy(url)} />;
}

interface ExportProps {
  readonly children: ComponentChildren;
  readonly onClick: () => void;
}

function Export({ children, onClick }: ExportProps) {
  return (
    <button type="button" class="secondary" onClick={onClick}>
      {children}
    </button>
  );
}

/** A text to be copied by hand, selected. */
function Uncopied({ text }: { readonly text: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.select(), [text]);
  return <textarea ref={field} readOnly rows={4} aria-label="The text to copy" value={text} />;
}
