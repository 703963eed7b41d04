/** The panel that starts a run, and says what became of it. While one goes on, it is a line. */

import './run-panel.css';
import { PROFILES } from '../../../../../harness/profiles.ts';
import { DownloadButton } from '../../../cards/record/download-button.tsx';
import type { Store } from '../../../state/state.ts';
import type { App } from '../app.ts';
import { Ended, unfinishedIn } from './ended.tsx';
import { ModelFields } from './form/model-fields.tsx';
import { OptionFields } from './form/option-fields.tsx';
import { Intro } from './intro.tsx';
import { MemoryLine } from './memory-line.tsx';

export function RunPanel({ app }: { app: App }) {
  const { store } = app;
  const { stage, busy, record } = store;
  // One button stands out: to continue comes first.
  const isUnfinished = record.value !== undefined && unfinishedIn(record.value) > 0;
  return (
    <section class="card run-panel" aria-labelledby="run-title">
      <h2 id="run-title">Run</h2>
      <form
        hidden={busy.value}
        onSubmit={(event) => {
          event.preventDefault();
          void app.run();
        }}
      >
        <ProfileChoice store={store} />
        <ModelFields app={app} />
        <OptionFields app={app} />
        <div class="actions">
          <button type="submit" class={isUnfinished ? 'secondary' : 'primary'} disabled={stage.value === 'looking'}>
            {stage.value === 'finished' ? 'Run again' : 'Run'}
          </button>
          <DownloadButton store={store} />
        </div>
        <MemoryLine app={app} />
      </form>
      {busy.value && <p class="running">{runText(store)}</p>}
      <Ended app={app} />
      <Intro store={store} />
    </section>
  );
}

/** The run in progress, in a line: `A quick run, with decode steps of Llama 3.2 1B.` */
function runText({ options, chosen }: Store): string {
  const models = chosen.value?.models.map(({ name }) => name) ?? [];
  return `A ${options.value.profile} run${models.length > 0 ? `, with decode steps of ${models.join(', ')}` : ''}.`;
}

function ProfileChoice({ store }: { store: Store }) {
  const { options, busy } = store;
  return (
    <fieldset class="profiles choices" disabled={busy.value}>
      <legend class="visually-hidden">Profile</legend>
      {Object.values(PROFILES).map(({ id, summary }) => (
        <label key={id}>
          <input
            type="radio"
            name="profile"
            value={id}
            checked={options.value.profile === id}
            onChange={() => {
              options.value = { ...options.value, profile: id };
            }}
          />
          <span>
            <strong>{id}</strong>
            <small>{summary}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
