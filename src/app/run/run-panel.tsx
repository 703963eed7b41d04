/** The panel that starts, follows and cancels a run, and offers its record. */

import './run-panel.css';
import { PROFILES } from '../../../harness/profiles.ts';
import type { App } from '../app.ts';
import { DownloadButton } from '../result/record/download-button.tsx';
import type { Store } from '../state.ts';
import { Intro } from './intro.tsx';
import { MemoryLine } from './memory-line.tsx';
import { ModelFields } from './model-fields.tsx';
import { OptionFields } from './option-fields.tsx';
import { ProgressView } from './progress.tsx';

export function RunPanel({ app }: { app: App }) {
  const { store } = app;
  const { stage, busy } = store;
  return (
    <section class="card run-panel" aria-labelledby="run-title">
      <h2 id="run-title">Run</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void app.run();
        }}
      >
        <ProfileChoice store={store} />
        <ModelFields app={app} />
        <OptionFields app={app} />
        <MemoryLine app={app} />
        <div class="actions">
          {busy.value ? (
            <button type="button" class="secondary" disabled={stage.value === 'cancelling'} onClick={app.cancel}>
              {stage.value === 'cancelling' ? 'Cancelling…' : 'Cancel'}
            </button>
          ) : (
            <button type="submit" class="primary" disabled={stage.value === 'looking'}>
              {stage.value === 'finished' ? 'Run again' : 'Run'}
            </button>
          )}
          <DownloadButton store={store} />
        </div>
      </form>
      <ProgressView store={store} />
      <Intro store={store} />
    </section>
  );
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
