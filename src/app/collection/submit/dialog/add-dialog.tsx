/** The dialog that adds a run to the collection: what would be sent, what becomes of it, and two answers alike. */

import './dialog.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { bytesText } from '../../../../../results/text/figures.ts';
import { CONSENT } from '../../../../crowd/consent.ts';
import { MAX_GPU_NAME } from '../../../../session/params.ts';
import { routeUrl } from '../../../shell/routes.ts';
import { dateText } from '../../../text/date-text.ts';
import type { Prepared, Submissions } from '../api.ts';
import { startSubmissions } from '../client.ts';
import { Answered } from './answered.tsx';
import { AsFile } from './as-file.tsx';
import { JsonView } from './json-view.tsx';
import { createDialog, type DialogState, type Offered } from './state.ts';

export interface AddDialogProps {
  readonly run: Offered;
  readonly onClose: () => void;
}

/** One for the page: it is a worker. */
let submissions: Submissions | undefined;

/** How long nobody types before what would be sent is made anew. */
const TYPED_MS = 300;

export function AddDialog({ run, onClose }: AddDialogProps) {
  const frame = useRef<HTMLDialogElement>(null);
  const [state] = useState(() => {
    submissions ??= startSubmissions();
    return createDialog(submissions, run);
  });
  useEffect(() => {
    frame.current?.showModal();
    void state.open();
  }, [state]);
  const close = (): void => frame.current?.close();
  const { kind } = state.stage.value;
  return (
    <dialog ref={frame} class="add-dialog" aria-labelledby="add-title" onClose={onClose}>
      {kind === 'answered' ? (
        <Answered submitted={state.stage.value.submitted} onClose={close} />
      ) : (
        <Asking state={state} isSending={kind === 'sending'} onClose={close} />
      )}
    </dialog>
  );
}

interface AskingProps {
  readonly state: DialogState;
  readonly isSending: boolean;
  readonly onClose: () => void;
}

function Asking({ state, isSending, onClose }: AskingProps) {
  const { preparing, collector, before } = state;
  const made = preparing.value?.ok ? preparing.value.prepared : undefined;
  const problem = preparing.value?.ok === false ? preparing.value.why : '';
  return (
    <>
      <h2 id="add-title">Add this run to the collection?</h2>
      <p class="lead">
        The collection is public: everybody can see how fast GPUs write, and by how much runs of the same GPU differ.
        Nothing of this run has been sent yet.
      </p>
      {before.value && (
        <p class="note">
          {before.value.state === 'added'
            ? `You added it on ${dateText(before.value.at)}. `
            : 'It was in the collection before you submitted it. '}
          <a href={routeUrl('history')}>History</a> has what you have added.
        </p>
      )}
      <GpuField state={state} isOff={isSending} />
      <Exactly made={made} />
      <dl class="consent">
        {CONSENT.map(({ title, text }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="said" role="status">
        {problem
          ? `It cannot be added: ${problem}.`
          : isSending
            ? 'Sending…'
            : collector.value === 'silent'
              ? 'The collector does not answer just now. If you submit, the run is kept in History until you send it again.'
              : ''}
      </p>
      {collector.value === 'none' && made ? (
        <AsFile prepared={made} onClose={onClose} />
      ) : (
        <p class="answers">
          <button type="button" class="secondary" onClick={onClose}>
            Don’t
          </button>
          <button
            type="button"
            class="secondary"
            disabled={!state.ready.value || collector.value === undefined}
            onClick={() => void state.submit()}
          >
            Submit
          </button>
        </p>
      )}
    </>
  );
}

/** The JSON as it would be sent, drawn once somebody opens it. */
function Exactly({ made }: { readonly made: Prepared | undefined }) {
  const [isOpen, open] = useState(false);
  return (
    <details class="exactly" onToggle={(event) => open(event.currentTarget.open)}>
      <summary>Exactly what would be sent{made && `: ${sizeText(made)}`}</summary>
      {isOpen && made && <JsonView text={made.readable} label="The JSON that would be sent" />}
      <p class="note">Shown with line breaks, and sent without.</p>
    </details>
  );
}

const sizeText = ({ bytes, packedBytes }: Prepared): string =>
  packedBytes === null ? bytesText(bytes) : `${bytesText(bytes)}, ${bytesText(packedBytes)} compressed`;

function GpuField({ state, isOff }: { readonly state: DialogState; readonly isOff: boolean }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <div class="gpu-field">
      <label>
        <span>The GPU’s name</span>
        <input
          type="text"
          name="gpu"
          list="add-gpus"
          defaultValue={state.gpu}
          maxLength={MAX_GPU_NAME}
          disabled={isOff}
          autocomplete="off"
          placeholder="e.g. RTX 4090, M4 Max 40-core"
          aria-describedby="add-gpu-note"
          onInput={({ currentTarget: { value } }) => {
            clearTimeout(timer.current);
            timer.current = setTimeout(() => void state.name(value), TYPED_MS);
          }}
        />
      </label>
      <datalist id="add-gpus">
        {state.suggestions.value.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <p class="note" id="add-gpu-note">
        Browsers hide it, or say only the maker. With the name of a known GPU, the run is set beside others of that GPU.
      </p>
    </div>
  );
}
