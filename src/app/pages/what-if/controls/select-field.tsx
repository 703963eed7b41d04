/** A choice from a list, some of which have groups with titles; a long one can be narrowed by words. */

import { useId, useState } from 'preact/hooks';
import { narrowed, type OptionGroup } from './narrowed.ts';

interface SelectFieldProps {
  readonly label: string;
  readonly groups: readonly OptionGroup[];
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** What to call the field that narrows the list; without it, there is none. */
  readonly find?: string;
}

export function SelectField({ label, groups, value, onValue, find }: SelectFieldProps) {
  const id = useId();
  const [words, setWords] = useState('');
  const shown = narrowed(groups, words, value);
  /** Enter takes the first that was found. */
  const takeFirst = () => {
    const first = shown.flatMap(({ options }) => options).find((option) => option.value !== value);
    if (words.trim() === '' || !first) return;
    setWords('');
    onValue(first.value);
  };
  return (
    <div class="select-field">
      <label for={id}>{label}</label>
      {find !== undefined && (
        <input
          type="search"
          aria-label={find}
          placeholder={find}
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && takeFirst()}
        />
      )}
      <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {shown.map(({ title, options }) =>
          title === undefined ? (
            <Options key="" options={options} />
          ) : (
            <optgroup key={title} label={title}>
              <Options options={options} />
            </optgroup>
          ),
        )}
      </select>
    </div>
  );
}

function Options({ options }: { options: OptionGroup['options'] }) {
  return (
    <>
      {options.map(({ value, text }) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </>
  );
}
