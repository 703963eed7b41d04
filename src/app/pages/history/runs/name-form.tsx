/** The field in which a run is named. Enter keeps the name, Escape leaves it as it was. */

import { useLayoutEffect, useRef } from 'preact/hooks';
import { MAX_NAME_LENGTH } from './run-text.ts';

interface NameFormProps {
  readonly name: string;
  /** The run, for people who do not see its row. */
  readonly of: string;
  /** Takes what was typed. Undefined: the name stays as it was. */
  readonly onDone: (typed: string | undefined) => void;
}

export function NameForm({ name, of, onDone }: NameFormProps) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.select(), []);
  return (
    <form
      class="naming"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(input.current?.value ?? '');
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone(undefined);
      }}
    >
      <input
        ref={input}
        type="text"
        defaultValue={name}
        maxLength={MAX_NAME_LENGTH}
        aria-label={`Name of ${of}`}
        placeholder="Its GPU’s name"
        autocomplete="off"
      />
      <button type="submit" class="secondary">
        Keep
      </button>
      <button type="button" class="link" onClick={() => onDone(undefined)}>
        Cancel
      </button>
    </form>
  );
}
