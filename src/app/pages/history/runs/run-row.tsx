/** A run in the list: its figures, and what can be done with it. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type FigureText, gbpsText, tokensPerSecondText } from '../../../../../results/text/figures.ts';
import { shown } from '../../../../../results/text/shown.ts';
import { FigureCell } from '../../../cards/measurements/figure-cell.tsx';
import type { ShelfRun } from '../../../shelf/api.ts';
import type { RunFacts, Tokens } from '../../../shelf/facts.ts';
import { resultUrl } from '../../../shelf/links.ts';
import { dateText } from '../../../text/date-text.ts';
import { continueUrl, rememberPress } from '../continue/continue-link.ts';
import type { HistoryState } from '../state.ts';
import { DeletedRow } from './deleted-row.tsx';
import { NameForm } from './name-form.tsx';
import { aboutOf, isUnfinished, profileText, statusOf, titleOf } from './run-text.ts';

interface RunRowProps {
  readonly run: ShelfRun;
  readonly history: HistoryState;
}

export function RunRow({ run, history }: RunRowProps) {
  const isDeleted = history.deleted.value.some(({ key }) => key === run.key);
  return isDeleted ? <DeletedRow run={run} history={history} /> : <KeptRow run={run} history={history} />;
}

function KeptRow({ run, history }: RunRowProps) {
  const { chosen, canChoose } = history;
  const facts = history.facts.value.get(run.key);
  const title = titleOf(run, facts);
  const of = `${title}, ${dateText(run.created)}`;
  const status = statusOf(run);
  const isChosen = chosen.value.includes(run.key);
  return (
    <tr data-run={run.key} data-tone={status.tone}>
      <th scope="row">
        <div class="which">
          <label class="pick">
            <input
              type="checkbox"
              checked={isChosen}
              disabled={!run.kept || (!isChosen && !canChoose.value)}
              aria-label={`Compare ${of}`}
              onChange={(event) => history.choose(run.key, event.currentTarget.checked)}
            />
          </label>
          <div class="what">
            <span class="title">{title}</span>
            <span class="about">{aboutOf(run, facts) || '…'}</span>
            <Marks run={run} facts={facts} />
          </div>
        </div>
      </th>
      {facts ? (
        <>
          <FigureCell label="Memory" text={facts.gbps ? gbpsText(facts.gbps) : undefined} main />
          <TokensCell tokens={facts.tokens} />
        </>
      ) : (
        <>
          <ComputingCell label="Memory" />
          <ComputingCell label="Writes" />
        </>
      )}
      <td class="when">
        {profileText(run)}
        <small>{dateText(run.created)}</small>
        <small class="word">{status.word}</small>
      </td>
      <Actions run={run} history={history} of={of} />
    </tr>
  );
}

function Marks({ run, facts }: { run: ShelfRun; facts: RunFacts | undefined }) {
  return (
    <span class="marks">
      {run.origin === 'imported' && <span class="chip">from {shown(run.file)}</span>}
      {facts?.isSoftware && <span class="chip">software, no GPU</span>}
      {!run.kept && <span class="chip">until this page is closed</span>}
    </span>
  );
}

/** A figure that is being computed, with the room that it will take. */
function ComputingCell({ label }: { label: string }) {
  return (
    <td class="number" data-label={label}>
      <span class="value">…</span>
      <small>&nbsp;</small>
    </td>
  );
}

function TokensCell({ tokens }: { tokens: Tokens | null }) {
  if (!tokens) return <td class="number" data-label="Writes" />;
  const text: FigureText = tokensPerSecondText(tokens.figure);
  return (
    <td class="number" data-label="Writes">
      <span class="value">
        {tokens.kind === 'atMost' && 'at most '}
        {text.value} {text.unit}
      </span>
      <small class="of">{tokens.of}</small>
    </td>
  );
}

interface ActionsProps extends RunRowProps {
  /** The run, for people who do not see its row. */
  readonly of: string;
}

function Actions({ run, history, of }: ActionsProps) {
  const naming = useSignal(false);
  const rename = useRef<HTMLButtonElement>(null);
  const wasNaming = useRef(false);
  useEffect(() => {
    if (wasNaming.current && !naming.value) rename.current?.focus();
    wasNaming.current = naming.value;
  }, [naming.value]);
  if (naming.value) {
    return (
      <td class="actions">
        <NameForm
          name={run.name}
          of={of}
          onDone={(typed) => {
            naming.value = false;
            if (typed !== undefined) void history.rename(run, typed);
          }}
        />
      </td>
    );
  }
  return (
    <td class="actions">
      <span>
        {run.kept && (
          <a class="button secondary" href={resultUrl(run.key)} aria-label={`Open ${of}`}>
            Open
          </a>
        )}
        {run.origin === 'own' && isUnfinished(run) && (
          <a
            class="button secondary"
            href={continueUrl(run.key)}
            aria-label={`Continue ${of}`}
            onClick={() => rememberPress(run.key, () => sessionStorage)}
          >
            Continue
          </a>
        )}
      </span>
      <span>
        <button
          ref={rename}
          type="button"
          class="link"
          aria-label={`Rename ${of}`}
          onClick={() => {
            naming.value = true;
          }}
        >
          Rename
        </button>
        <button type="button" class="link" aria-label={`Delete ${of}`} onClick={() => history.remove(run)}>
          Delete
        </button>
      </span>
    </td>
  );
}
