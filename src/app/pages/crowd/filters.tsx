/** The filters of the collection: a field for each, and a chip for each that is on, which takes it away. */

import { countText, integerText } from '../../../../results/text/figures.ts';
import type { Choice, CrowdView } from '../../collection/crowd/api.ts';
import { programText, systemText } from '../../collection/crowd/place-names.ts';
import { type CrowdQuery, DEFAULT_QUERY } from '../../collection/crowd/query.ts';
import { keepFocusAfter } from '../../shell/keep-focus.ts';
import { stepText } from '../../text/names.ts';
import type { CrowdState, FilterName } from './state.ts';

interface FiltersProps {
  readonly state: CrowdState;
  readonly view: CrowdView;
}

interface Option {
  readonly value: string;
  readonly text: string;
}

export function Filters({ state, view }: FiltersProps) {
  const query = state.query.value;
  const field = (name: FilterName, label: string, options: readonly Option[]) => (
    <label>
      <span>{label}</span>
      <select
        name={name}
        value={query[name]}
        onChange={({ currentTarget: { value } }) => void state.ask({ [name]: value })}
      >
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section class="filters" aria-label="Which runs">
      <div class="fields">
        {field('step', 'Model', stepOptions(view, query))}
        {field(
          'gpu',
          'GPU',
          withAll('All GPUs', view.gpus, query.gpu, (text) => text),
        )}
        {field('program', 'Browser', withAll('All browsers', view.programs, query.program, programText))}
        {field('system', 'System', withAll('All systems', view.systems, query.system, systemText))}
        {field('when', 'When', [
          { value: 'year', text: 'Last 12 months' },
          { value: 'all', text: 'All years' },
        ])}
        {field('adapters', 'Measured on', [
          { value: 'gpus', text: 'GPUs' },
          { value: 'software', text: 'Software' },
        ])}
      </div>
      <Chips state={state} view={view} />
    </section>
  );
}

const withAll = (
  all: string,
  choices: readonly Choice[],
  chosen: string,
  textOf: (value: string) => string,
): Option[] => {
  const known = choices.some(({ value }) => value === chosen);
  return [
    { value: '', text: all },
    ...choices.map(({ value, runs }) => ({ value, text: `${textOf(value)} (${integerText(runs)})` })),
    // What the address asks for and nothing matches is shown, to be taken away.
    ...(chosen === '' || known ? [] : [{ value: chosen, text: `${textOf(chosen)} (0)` }]),
  ];
};

function stepOptions({ steps, step }: CrowdView, query: CrowdQuery): Option[] {
  const known = steps.some(({ key }) => key === query.step);
  const first = steps[0];
  return [
    { value: '', text: first ? `${stepText(first.step)} (of most GPUs)` : 'No model was timed' },
    ...steps.slice(query.step === '' ? 1 : 0).map((one) => ({
      value: one.key,
      text: `${stepText(one.step)} (${countText(one.runs, 'run')})`,
    })),
    ...(query.step === '' || known || step ? [] : [{ value: query.step, text: `${query.step} (0)` }]),
  ];
}

/** What is on, in words, each with the button that takes it away. */
function Chips({ state, view }: FiltersProps) {
  const on = state.filters.value;
  const query = state.query.value;
  if (on.length === 0) return null;
  const clear = (names: readonly FilterName[]): void => {
    const change = state.ask(Object.fromEntries(names.map((name) => [name, DEFAULT_QUERY[name]])));
    // The chip goes with its filter.
    void keepFocusAfter(change, '.filters select');
  };
  return (
    <div class="chips">
      {view.runs === 0 && <p>To see runs, take away:</p>}
      <ul aria-label="Filters that are on">
        {on.map((name) => (
          <li key={name}>
            <button type="button" class="secondary" onClick={() => clear([name])}>
              <span class="visually-hidden">Clear </span>
              {chipText(name, query, view)}
              <span aria-hidden="true"> ✕</span>
            </button>
          </li>
        ))}
        {on.length > 1 && (
          <li>
            <button type="button" class="link" onClick={() => clear(on)}>
              Clear all
            </button>
          </li>
        )}
      </ul>
    </div>
  );
}

function chipText(name: FilterName, query: CrowdQuery, { step }: CrowdView): string {
  switch (name) {
    case 'step':
      return `model: ${step?.key === query.step ? stepText(step.step) : query.step}`;
    case 'gpu':
      return `GPU: ${query.gpu}`;
    case 'program':
      return `browser: ${programText(query.program)}`;
    case 'system':
      return `system: ${systemText(query.system)}`;
    case 'when':
      return 'all years';
    case 'adapters':
      return 'programs that imitate a GPU';
  }
}
