/**
 * The frame of a chart's picture, whichever way that is drawn: arrow keys step through its points, a pointer picks the
 * nearest, a ring marks the picked one, and the line below names it for eyes and ears.
 */

import './pickable.css';
import type { ComponentChildren, Ref } from 'preact';
import { useState } from 'preact/hooks';
import { nearest, type Picked, type PlacedSeries, stepped } from './picking.ts';

interface PickableProps {
  /** What the chart shows, in a sentence or a name. */
  readonly label: string;
  /** The id of the text that says what follows from the chart. */
  readonly describedBy?: string | undefined;
  /** Where the points stand in the picture. */
  readonly series: readonly PlacedSeries[];
  /** What a point is, in words, with its values. */
  readonly textOf: (picked: Picked) => string | undefined;
  /** The line while no point is picked. Default: how to pick one. */
  readonly resting?: string | undefined;
  readonly frame?: Ref<HTMLDivElement>;
  /** The picture. */
  readonly children: ComponentChildren;
}

export function Pickable({ label, describedBy, series, textOf, resting, frame, children }: PickableProps) {
  const [picked, pick] = useState<Picked | undefined>(undefined);
  const place = picked && series[picked.series]?.points[picked.point];
  return (
    <>
      <div
        class="pickable"
        ref={frame ?? null}
        // A picture that answers to keys: they step through its points, which the line below then names.
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive, and its keys need focus.
        tabIndex={0}
        aria-label={`${label.replace(/\.?$/, '.')} ${KEYS}`}
        aria-describedby={describedBy}
        onKeyDown={(event) => {
          const next = stepped(event.key, place && picked, series);
          if (!next) return;
          event.preventDefault();
          pick(next);
        }}
        onPointerMove={(event) => {
          const { left, top } = event.currentTarget.getBoundingClientRect();
          pick(nearest({ left: event.clientX - left, top: event.clientY - top }, series));
        }}
        onPointerLeave={() => pick(undefined)}
        onBlur={() => pick(undefined)}
      >
        {children}
        {place && <span class="picked" style={{ left: `${place.left}px`, top: `${place.top}px` }} />}
      </div>
      <p class="point-line" aria-live="polite">
        {(place && picked && textOf(picked)) ?? resting ?? ''}
      </p>
    </>
  );
}

const KEYS = 'Left and right step through points, up and down through series; Home and End lead to the ends.';
