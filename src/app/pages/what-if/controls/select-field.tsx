/** A choice from a list, some of which have groups with titles. */

import { useId } from 'preact/hooks';

interface Option {
  readonly value: string;
  readonly text: string;
}

interface SelectFieldProps {
  readonly label: string;
  readonly groups: readonly { readonly title: string | undefined; readonly options: readonly Option[] }[];
  readonly value: string;
  readonly onValue: (value: string) => void;
}

export function SelectField({ label, groups, value, onValue }: SelectFieldProps) {
  const id = useId();
  return (
    <div class="select-field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {groups.map(({ title, options }) =>
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

function Options({ options }: { options: readonly Option[] }) {
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
