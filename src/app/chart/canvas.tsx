/** The canvas of a live chart. */

import './canvas.css';
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type CanvasChart, type Colours, createChart } from './chart.ts';
import { colourScheme } from './colour-scheme.ts';

interface CanvasProps {
  readonly draw: (chart: CanvasChart, colours: Colours) => void;
  /** What the chart shows, for people who do not see it. */
  readonly label: string;
  /** The id of the text that says what follows from the chart. */
  readonly describedBy?: string;
}

/** A chart that is drawn again whenever a signal that `draw` reads changes, or the colour scheme. */
export function Canvas({ draw, label, describedBy }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<CanvasChart | undefined>(undefined);
  useSignalEffect(() => {
    const { colour } = colourScheme.value;
    if (!canvas.current) return;
    chart.current ??= createChart(canvas.current);
    draw(chart.current, colour);
  });
  useEffect(() => () => chart.current?.destroy(), []);
  return (
    <div class="canvas">
      <canvas ref={canvas} role="img" aria-label={label} aria-describedby={describedBy} />
    </div>
  );
}
