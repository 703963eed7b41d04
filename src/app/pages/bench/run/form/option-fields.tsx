/** The options of a run, all of which may stay empty. */

import './options.css';
import { useSignal } from '@preact/signals';
import { typedText } from '../../../../../../results/text/figures.ts';
import { MAX_GPU_NAME, PARAMS } from '../../../../../session/params.ts';
import type { Store } from '../../../../state/state.ts';
import { fieldRule, readTyped } from '../../../../text/typed-number.ts';
import type { App } from '../../app.ts';
import { TuningFields } from './tuning-fields.tsx';

export function OptionFields({ app }: { app: App }) {
  const { store } = app;
  const { options, busy } = store;
  const { gpu, memoryGB, tuneSeconds } = options.peek();
  const isFilled = gpu !== '' || memoryGB !== null || tuneSeconds !== null;
  return (
    <details class="options" open={isFilled || fromAddress(store).length > 0}>
      <summary>Options</summary>
      <fieldset disabled={busy.value}>
        <legend class="visually-hidden">Options</legend>
        <label>
          <span>GPU name</span>
          <input
            type="text"
            name="gpu"
            maxLength={MAX_GPU_NAME}
            autocomplete="off"
            placeholder="e.g. RTX 4090, M4 Max 40-core"
            value={options.value.gpu}
            onInput={(event) => {
              options.value = { ...options.value, gpu: event.currentTarget.value };
            }}
          />
          <small>Browsers hide the name. The record keeps what you write here.</small>
        </label>
        <MemoryField store={store} />
        <TuningFields app={app} />
        <FromAddress store={store} />
      </fieldset>
    </details>
  );
}

/** The rule for the memory, as the browser shows it beside a field that breaks it. */
const memoryRule = (): string => `Give ${fieldRule(PARAMS.memoryGB)}, or nothing.`;

function MemoryField({ store }: { store: Store }) {
  const { options } = store;
  const { memoryGB } = options.peek();
  const text = useSignal(memoryGB === null ? '' : typedText(memoryGB));
  const valid = text.value.trim() === '' || readTyped(PARAMS.memoryGB, text.value) !== undefined;
  return (
    <label>
      <span>Maximum memory (GB)</span>
      <input
        type="text"
        name="memory"
        inputMode="decimal"
        autocomplete="off"
        placeholder="chosen for this machine"
        value={text.value}
        aria-invalid={!valid}
        ref={(input) => input?.setCustomValidity(valid ? '' : memoryRule())}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          options.value = { ...options.value, memoryGB: readTyped(PARAMS.memoryGB, text.value) ?? null };
        }}
      />
      <small>{valid ? 'Below 1 GB, a large cache may hold bytes that should come from memory.' : memoryRule()}</small>
    </label>
  );
}

/** What the parameters say that only the address can set. */
function fromAddress({ options }: Store): string[] {
  const { kernels, compare, budgetSeconds } = options.value;
  return [
    ...(kernels.length > 0 ? [`only ${kernels.join(', ')}`] : []),
    ...(compare ? ['compared with their defaults and scalar baselines'] : []),
    ...(budgetSeconds === null ? [] : [`for at most ${budgetSeconds} s`]),
  ];
}

function FromAddress({ store }: { store: Store }) {
  const said = fromAddress(store);
  return said.length > 0 ? <p class="known">The address adds: {said.join('; ')}.</p> : null;
}
