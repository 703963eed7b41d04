/** The fields that choose whether a run tunes first, and for how long; and what is tuned on this machine already. */

import './tuning-fields.css';
import { useSignal } from '@preact/signals';
import { isAnonymous } from '../../../../../../results/machine/identity.ts';
import { PARAMS } from '../../../../../session/params.ts';
import { DEFAULT_TUNE_SECONDS } from '../../../../../session/requests.ts';
import type { TuningsKnown } from '../../../../engine/api.ts';
import { keepFocusAfter } from '../../../../shell/keep-focus.ts';
import { dayText } from '../../../../text/date-text.ts';
import { fieldRule, readTyped } from '../../../../text/typed-number.ts';
import type { App } from '../../app.ts';

const rule = (): string => `Give ${fieldRule(PARAMS.tuneSeconds)}.`;

export function TuningFields({ app }: { app: App }) {
  const { options, tunings, adapter } = app.store;
  const text = useSignal(String(options.peek().tuneSeconds ?? DEFAULT_TUNE_SECONDS));
  const on = options.value.tuneSeconds !== null;
  const valid = !on || readTyped(PARAMS.tuneSeconds, text.value) !== undefined;
  const choose = (checked: boolean) => {
    const seconds = readTyped(PARAMS.tuneSeconds, text.value) ?? DEFAULT_TUNE_SECONDS;
    options.value = { ...options.value, tuneSeconds: checked ? seconds : null };
  };
  return (
    <div class="tuning">
      <div class="tune-first">
        <label class="check">
          <input type="checkbox" name="tune" checked={on} onChange={(event) => choose(event.currentTarget.checked)} />
          <span>Tune the kernels first</span>
        </label>
        {on && (
          <label class="seconds">
            <span>for at most</span>
            <input
              type="text"
              name="tune-seconds"
              class="amount"
              inputMode="numeric"
              autocomplete="off"
              value={text.value}
              aria-invalid={!valid}
              ref={(input) => input?.setCustomValidity(valid ? '' : rule())}
              onInput={(event) => {
                text.value = event.currentTarget.value;
                choose(true);
              }}
            />
            <span>seconds</span>
          </label>
        )}
      </div>
      <small class={valid ? undefined : 'invalid'}>
        {valid ? 'Tries several layouts of each kernel, and uses the fastest correct one from then on.' : rule()}
      </small>
      {tunings.value && (
        <Known known={tunings.value} onForget={() => void keepFocusAfter(app.forgetTunings(), '.known')} />
      )}
      {adapter.value && isAnonymous(adapter.value) && (
        <p class="known">This browser does not name the GPU: layouts count for every GPU with the same limits.</p>
      )}
    </div>
  );
}

function Known({ known, onForget }: { known: TuningsKnown; onForget: () => void }) {
  const { tuned, families, latest } = known;
  if (tuned === 0)
    return (
      <p class="known" tabIndex={-1}>
        Nothing is tuned on this machine yet. Runs use the default layouts of most kernels.
      </p>
    );
  return (
    <p class="known">
      Tuned on this machine: {tuned} of {families} kernels and formats{latest && `, last on ${dayText(latest)}`}.{' '}
      <button type="button" class="link" onClick={onForget}>
        Forget
      </button>
    </p>
  );
}
