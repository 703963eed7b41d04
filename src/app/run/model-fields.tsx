/** Whether a run times the decode steps of a whole model: of which, in which formats, at which lengths. */

import '../result/decode/decode.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import { MODELS } from '../../model/models/index.ts';
import {
  brokenShortest,
  KV_FORMATS,
  numberFrom,
  type Size,
  type SizeRange,
  SWEEP_RANGES,
  sizesFrom,
  sizesText,
  WEIGHT_FORMATS,
} from '../../model/request/sweep.ts';
import { sweepOf } from '../../session/params.ts';
import type { App } from '../app.ts';
import type { Options, Store } from '../state.ts';
import { PlanView } from './plan-view.tsx';

export function ModelFields({ app }: { app: App }) {
  const { store } = app;
  const { chosen, busy, fileProblem } = store;
  const open = useSignal(false);
  // A file may be dropped anywhere on the page.
  useSignalEffect(() => {
    if (chosen.value || fileProblem.value) open.value = true;
  });
  return (
    <details
      class="options model-fields"
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>Decode a whole model</summary>
      {open.value && (
        <>
          <fieldset disabled={busy.value}>
            <legend class="visually-hidden">Decode a whole model</legend>
            <ChoiceField app={app} />
            <FileField app={app} />
            <p role="alert" class="file-problem">
              {fileProblem.value}
            </p>
            {chosen.value && <SweepFields store={store} />}
          </fieldset>
          {chosen.value && <PlanView store={store} />}
        </>
      )}
    </details>
  );
}

function ChoiceField({ app }: { app: App }) {
  const { chosen, options } = app.store;
  const given = chosen.value && options.value.decode === '' ? chosen.value : undefined;
  const preset = options.value.decode;
  return (
    <label>
      <span>Decode steps of</span>
      <select
        name="decode"
        value={given ? GIVEN : preset}
        onChange={(event) => app.chooseSteps(event.currentTarget.value)}
      >
        <option value="">no model: kernels alone</option>
        {given && <option value={GIVEN}>{given.models.map(({ name }) => name).join(', ')}</option>}
        {MODELS.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <small>
        {chosen.value?.note || 'Random weights of the model’s shapes, as large as its own. Nothing is downloaded.'}
      </small>
    </label>
  );
}

/** Not out of the list: out of a file, or from whoever drives the page. */
const GIVEN = 'given';

function FileField({ app }: { app: App }) {
  return (
    <label class="file-field">
      <span>Or a file that you have</span>
      <input
        type="file"
        name="model-files"
        multiple
        accept=".json,.gguf,.safetensors"
        onChange={(event) => {
          const input = event.currentTarget;
          if (input.files?.length) void app.takeFiles([...input.files]);
          // So that the same file can be given again.
          input.value = '';
        }}
      />
      <span class="drop" aria-hidden="true">
        Choose or drop a file
      </span>
      <small>
        config.json, .gguf or .safetensors (with its config.json). Only the header is read, and it stays here.
      </small>
    </label>
  );
}

function SweepFields({ store }: { store: Store }) {
  const { options } = store;
  const set = (change: Partial<Options>) => {
    options.value = { ...options.value, ...change };
  };
  const sweep = sweepOf(options.value);
  const broken = brokenShortest(sweep);
  return (
    <>
      <FormatsField
        label="Weights in"
        name="weights"
        known={WEIGHT_FORMATS}
        chosen={sweep.weights}
        take={(weights) => set({ weights })}
      />
      <FormatsField label="KV cache in" name="kv" known={KV_FORMATS} chosen={sweep.kv} take={(kv) => set({ kv })} />
      <SizesField
        label="Batch"
        name="batch"
        begin={options.peek().batches}
        chosen={sweep.batches}
        range={SWEEP_RANGES.batch}
        hint="Sequences that are decoded together: 1, 8, max"
        take={(batches) => set({ batches })}
      />
      <SizesField
        label="Context"
        name="context"
        begin={options.peek().contexts}
        chosen={sweep.contexts}
        range={SWEEP_RANGES.context}
        hint="Positions of each sequence: 1024, 8192"
        take={(contexts) => set({ contexts })}
      />
      <TextField
        label="Shortest sequence"
        name="shortest"
        begin={options.peek().shortest?.toString() ?? ''}
        rule={broken ? `It ${broken}.` : 'A whole number from 1 to 10,000,000, or nothing.'}
        hint="For mixed lengths: the first sequence is as long as the context, the others at least as this says. Empty: all alike."
        broken={broken !== undefined}
        take={(text) =>
          accepted(text.trim() === '' ? null : numberFrom(text, SWEEP_RANGES.context), (n) => set({ shortest: n }))
        }
      />
    </>
  );
}

interface SizesFieldProps {
  readonly label: string;
  readonly name: string;
  readonly begin: readonly Size[] | null;
  /** What a run takes, where the field is empty. */
  readonly chosen: readonly Size[];
  readonly range: SizeRange;
  readonly hint: string;
  readonly take: (sizes: readonly Size[] | null) => void;
}

function SizesField({ label, name, begin, chosen, range, hint, take }: SizesFieldProps) {
  const max = range.max.toLocaleString('en');
  return (
    <TextField
      label={label}
      name={name}
      begin={begin ? sizesText(begin) : ''}
      placeholder={sizesText(chosen)}
      rule={`Whole numbers from ${range.min} to ${max}, separated by commas; at the end max, or ..., max.`}
      hint={`${hint}. “max” is the most that fits.`}
      take={(text) => accepted(text.trim() === '' ? null : sizesFrom(text, range), take)}
    />
  );
}

/** Takes a value unless there is none; was there one? */
function accepted<T>(value: T | undefined, take: (value: T) => void): boolean {
  if (value === undefined) return false;
  take(value);
  return true;
}

interface FormatsFieldProps {
  readonly label: string;
  readonly name: string;
  readonly known: readonly string[];
  readonly chosen: readonly string[];
  /** Null: whatever the profile chooses, which is what no choice means. */
  readonly take: (ids: readonly string[] | null) => void;
}

function FormatsField({ label, name, known, chosen, take }: FormatsFieldProps) {
  const toggled = (id: string) => known.filter((one) => (one === id) !== chosen.includes(one));
  return (
    <fieldset class="formats choices">
      <legend>{label}</legend>
      {known.map((id) => (
        <label key={id}>
          <input
            type="checkbox"
            name={name}
            value={id}
            checked={chosen.includes(id)}
            onChange={() => {
              const ids = toggled(id);
              take(ids.length > 0 ? ids : null);
            }}
          />
          <span>{id}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly name: string;
  readonly begin: string;
  /** What an empty field means. */
  readonly placeholder?: string;
  /** What it must be, said where it is not. */
  readonly rule: string;
  readonly hint: string;
  /** Does it break a rule together with another field? */
  readonly broken?: boolean;
  /** Is this usable? Then it is taken. */
  readonly take: (text: string) => boolean;
}

function TextField({ label, name, begin, placeholder = '', rule, hint, broken = false, take }: TextFieldProps) {
  const text = useSignal(begin);
  const usable = useSignal(true);
  const valid = usable.value && !broken;
  return (
    <label class={name}>
      <span>{label}</span>
      <input
        type="text"
        name={name}
        placeholder={placeholder}
        autocomplete="off"
        value={text.value}
        aria-invalid={!valid}
        ref={(input) => input?.setCustomValidity(valid ? '' : rule)}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          usable.value = take(text.value);
        }}
      />
      <small>{valid ? hint : rule}</small>
    </label>
  );
}
