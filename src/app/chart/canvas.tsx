/** The canvas of a live chart. What draws on it is loaded once the canvas comes near the part of the page that is seen. */

import './canvas.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { NotLoaded } from '../errors/not-loaded.tsx';
import type { CanvasChart } from './chart.ts';
import { colourScheme } from './colour-scheme.ts';
import type { Colours, Plot } from './plot.ts';
import type { Caption } from './png.ts';
import { SavePng } from './save-png.tsx';

type Drawing = typeof import('./chart.ts');

interface CanvasProps {
  /** Undefined: there is nothing to draw yet. */
  readonly plot: (colours: Colours) => Plot | undefined;
  /** What the chart shows, for people who do not see it. */
  readonly label: string;
  /** The id of the text that says what follows from the chart. */
  readonly describedBy?: string;
  /** What a picture of the chart says beside it. */
  readonly caption: Caption;
}

/** How far below the window a canvas may lie for its chart to be loaded. */
const NEAR = '400px';

/** A chart that is drawn again whenever a signal that `plot` reads changes, or the colour scheme. */
export function Canvas({ plot, label, describedBy, caption }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<CanvasChart | undefined>(undefined);
  const drawing = useSignal<Drawing | undefined>(undefined);
  const failed = useSignal(false);
  const load = async (): Promise<void> => {
    drawing.value ??= await import('./chart.ts');
  };
  useEffect(() => {
    const { current } = canvas;
    if (!current) return;
    const observer = new IntersectionObserver(
      async (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        failed.value = await load().then(
          () => false,
          () => true,
        );
      },
      { rootMargin: NEAR },
    );
    observer.observe(current);
    return () => {
      observer.disconnect();
      chart.current?.destroy();
    };
  }, []);
  /** Draws the chart as it is now. Undefined: what draws it is not loaded yet, or there is nothing to draw. */
  const drawNow = (): CanvasChart | undefined => {
    const { colour } = colourScheme.value;
    const plotted = plot(colour);
    if (!canvas.current || !drawing.value || !plotted) return undefined;
    chart.current ??= drawing.value.createChart(canvas.current);
    drawing.value.draw(chart.current, plotted, colour);
    return chart.current;
  };
  useSignalEffect(() => void drawNow());
  if (failed.value) return <NotLoaded what="What draws this chart" />;
  return (
    <>
      <div class="canvas">
        <canvas ref={canvas} role="img" aria-label={label} aria-describedby={describedBy} />
      </div>
      <SavePng chart={() => load().then(drawNow)} caption={caption} />
    </>
  );
}
