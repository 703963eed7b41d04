/** A number that a person types. What breaks its rule is kept as typed, with the rule below, and changes nothing. */

import { useEffect, useId, useState } from 'preact/hooks';
import { typedText } from '../../../../../results/text/figures.ts';
import type { Param } from '../../../../session/param.ts';
import { fieldRule, readTyped } from '../../../text/typed-number.ts';

/** The characters that a field shows at least. */
const SHORTEST = 6;

interface NumberFieldProps {
  readonly label: string;
  readonly unit: string;
  /** Null: nothing is given. */
  readonly value: number | null;
  readonly param: Param<number>;
  readonly onValue: (value: number) => void;
  /** What an empty field means. Absent: a field may not be empty. */
  readonly onEmpty?: () => void;
  readonly note?: string;
  /** The id of the label's text, for a slider of the same value. */
  readonly labelId: string;
}

export function NumberField({ label, unit, value, param, onValue, onEmpty, note, labelId }: NumberFieldProps) {
  const id = useId();
  // The text while it is typed; undefined: the value's.
  const [typed, setTyped] = useState<string | undefined>(undefined);
  // A value that came from elsewhere, such as the slider, takes the place of what was typed.
  useEffect(() => {
    setTyped((text) => (text !== undefined && readTyped(param, text) === value ? text : undefined));
  }, [param, value]);
  const text = typed ?? (value === null ? '' : typedText(value));
  const isEmpty = typed?.trim() === '';
  const isBroken = typed !== undefined && !(isEmpty && onEmpty) && readTyped(param, typed) === undefined;
  return (
    <div class="number-field">
      <label id={labelId} for={id}>
        {label}
      </label>
      <span class="with-unit">
        <input
          id={id}
          type="text"
          inputMode="decimal"
          size={Math.max(SHORTEST, text.length)}
          autoComplete="off"
          value={text}
          aria-invalid={isBroken}
          aria-describedby={`${id}-unit ${id}-note`}
          onInput={(event) => {
            const text = event.currentTarget.value;
            setTyped(text);
            const read = readTyped(param, text);
            if (read !== undefined) onValue(read);
            else if (text.trim() === '') onEmpty?.();
          }}
          onBlur={() => {
            if (!isBroken) setTyped(undefined);
          }}
        />
        <span id={`${id}-unit`}>{unit}</span>
      </span>
      <small id={`${id}-note`} class={isBroken ? 'invalid' : undefined}>
        {isBroken
          ? `${label} must be ${fieldRule(param)}. The picture shows ${value === null ? 'none' : typedText(value)}.`
          : note}
      </small>
    </div>
  );
}
