/** The fields that choose the decode steps of a run: the model, its formats, and the lengths. */

import { useSignal } from '@preact/signals';
import { integerText } from '../../../../../../results/text/figures.ts';
import { MODELS } from '../../../../../model/models/index.ts';
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
} from '../../../../../model/request/sweep.ts';
import { type RunParams, sweepOf } from '../../../../../session/params.ts';
import type { Store } from '../../../../state/state.ts';
import { plainList, plainNumber } from '../../../../text/typed-number.ts';
import type { App } from '../../app.ts';
import { PlanView } from './plan-view.tsx';

export function ModelBody({ app }: { app: App }) {
  const { store } = app;
  const { chosen, busy } = store;
  return (
    <>
      <fieldset disabled={busy.value}>
        <legend class="visually-hidden">Decode a whole model</legend>
        <ChoiceField app={app} />
        <FileField app={app} />
        {chosen.value && <SweepFields store={store} />}
      </fieldset>
      {chosen.value && <PlanView store={store} />}
    </>
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
        <option value="">no model: kernels only</option>
        {given && <option value={GIVEN}>{given.models.map(({ name }) => name).join(', ')}</option>}
        {MODELS.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <small>
        {chosen.value?.note || 'The weights are random numbers in the shapes of the model. Nothing is downloaded.'}
      </small>
    </label>
  );
}

/** The list's entry for models that are not in it: from a file, or from a program that drives the page. */
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
          // Emptied, so that picking the same file again counts as a change.
          input.value = '';
        }}
      />
      <span class="drop" aria-hidden="true">
        Choose or drop a file
      </span>
      <small>config.json, .gguf, or .safetensors with its config.json. Only the header is read, on this machine.</small>
    </label>
  );
}

function SweepFields({ store }: { store: Store }) {
  const { options } = store;
  const set = (change: Partial<RunParams>) => {
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
        hint="How many sequences are decoded together, for example 1, 8, max."
        take={(batches) => set({ batches })}
      />
      <SizesField
        label="Context"
        name="context"
        begin={options.peek().contexts}
        chosen={sweep.contexts}
        range={SWEEP_RANGES.context}
        hint="How many positions each sequence has, for example 1024, 8192."
        take={(contexts) => set({ contexts })}
      />
      <TextField
        label="Shortest sequence"
        name="shortest"
        begin={options.peek().shortest?.toString() ?? ''}
        rule={
          broken ? `It ${broken}.` : `A whole number from 1 to ${integerText(SWEEP_RANGES.context.max)}, or nothing.`
        }
        hint="For mixed lengths: the first sequence has all of the context, the others at least this many positions. Empty: all have one length."
        broken={broken !== undefined}
        take={(text) =>
          accepted(text.trim() === '' ? null : numberFrom(plainNumber(text), SWEEP_RANGES.context), (n) =>
            set({ shortest: n }),
          )
        }
      />
      <div class="explain">
        <label class="check">
          <input
            type="checkbox"
            name="explain"
            checked={options.value.explain}
            onChange={(event) => set({ explain: event.currentTarget.checked })}
          />
          <span>Show where a step’s time goes</span>
        </label>
        <small>Adds dispatches to the step, kernel by kernel. It takes about half a minute more for each step.</small>
      </div>
    </>
  );
}

interface SizesFieldProps {
  readonly label: string;
  readonly name: string;
  readonly begin: readonly Size[] | null;
  /** The sizes that a run takes: those of the field, or of the profile if the field is empty. */
  readonly chosen: readonly Size[];
  readonly range: SizeRange;
  readonly hint: string;
  readonly take: (sizes: readonly Size[] | null) => void;
}

function SizesField({ label, name, begin, chosen, range, hint, take }: SizesFieldProps) {
  return (
    <TextField
      label={label}
      name={name}
      begin={begin ? sizesText(begin) : ''}
      placeholder={sizesText(chosen)}
      rule={`Whole numbers from ${range.min} to ${integerText(range.max)}, separated by commas; the last may be max, or ..., max.`}
      hint={`${hint} “max” is as many as fit.`}
      take={(text) => accepted(text.trim() === '' ? null : sizesFrom(plainList(text), range), take)}
    />
  );
}

/** Takes a value, unless there is none. Returns whether there was one. */
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
  /** Takes the chosen formats. Null: nothing is chosen, and the profile's formats apply. */
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
  /** The value that an empty field stands for. */
  readonly placeholder?: string;
  /** The rule for the text, shown if the text breaks it. */
  readonly rule: string;
  readonly hint: string;
  /** Whether the field breaks a rule together with another one. */
  readonly broken?: boolean;
  /** Takes the text, if it is usable. Returns whether it is. */
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
