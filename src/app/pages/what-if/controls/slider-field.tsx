/** A number with a slider on a logarithmic scale: arrows change it by 1 %, Page keys by 10 %. */

import { useId } from 'preact/hooks';
import { givenText } from '../../../../../results/text/figures.ts';
import type { Param } from '../../../../session/param.ts';
import { afterKey, partOf, rounded, type SliderRange, valueAt } from '../slider.ts';
import { NumberField } from './number-field.tsx';

interface SliderFieldProps {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  readonly param: Param<number>;
  /** Where the slider goes; the number may be anything that its rule allows. */
  readonly range: SliderRange;
  readonly isWhole?: boolean;
  readonly onValue: (value: number) => void;
}

/** Steps of a slider's way: finer than its pixels. */
const STEPS = 1000;

export function SliderField({ label, unit, value, param, range, isWhole = false, onValue }: SliderFieldProps) {
  const id = useId();
  return (
    <div class="slider-field">
      <NumberField label={label} unit={unit} value={value} param={param} onValue={onValue} labelId={id} />
      <input
        type="range"
        min="0"
        max={STEPS}
        step="1"
        value={Math.round(STEPS * partOf(value, range))}
        aria-labelledby={id}
        aria-valuetext={`${givenText(value)} ${unit}`}
        onInput={(event) => onValue(rounded(valueAt(Number(event.currentTarget.value) / STEPS, range), range, isWhole))}
        onKeyDown={(event) => {
          if (event.altKey || event.ctrlKey || event.metaKey) return;
          const next = afterKey(event.key, value, range, isWhole);
          if (next === undefined) return;
          event.preventDefault();
          onValue(next);
        }}
      />
    </div>
  );
}
