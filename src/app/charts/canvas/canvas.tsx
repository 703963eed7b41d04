/**
 * A live chart on a canvas: its picture, whose points keys and pointers pick, its data table, and its files. What draws
 * it is loaded once the canvas comes near the part of the page that is seen.
 */

import './canvas.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { NotLoaded } from '../../shell/errors/not-loaded.tsx';
import type { Caption } from '../framed.ts';
import { Pickable } from '../picking/pickable.tsx';
import { DataTable } from '../table/data-table.tsx';
import { SaveButtons } from '../table/save-buttons.tsx';
import type { Table } from '../table/table.ts';
import type { CanvasChart, PointSeries } from './chart.ts';
import { colourScheme } from './colour-scheme.ts';
import type { Colours, Plot } from './plot.ts';

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
  /** The numbers that the chart shows. */
  readonly table: () => Table;
}

/** How far below the window a canvas may lie for its chart to be loaded. */
const NEAR = '400px';

/** A chart that is drawn again whenever a signal that `plot` reads changes, or the colours of the page. */
export function Canvas({ plot, label, describedBy, caption, table }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<CanvasChart | undefined>(undefined);
  /** What is drawn now. */
  const shown = useRef<Plot | undefined>(undefined);
  const drawing = useSignal<Drawing | undefined>(undefined);
  const series = useSignal<readonly PointSeries[]>([]);
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
    const tools = drawing.value;
    if (!canvas.current || !tools || !plotted) return undefined;
    shown.current = plotted;
    chart.current ??= tools.createChart(canvas.current, () => {
      if (chart.current) series.value = tools.pointsOf(chart.current);
    });
    tools.draw(chart.current, plotted, colour);
    return chart.current;
  };
  useSignalEffect(() => void drawNow());
  const picture = async (): Promise<Blob | undefined> => {
    await load();
    const drawn = drawNow();
    if (!drawn) return undefined;
    const { framed } = await import('../framed.ts');
    const { canvas: image, width, height, currentDevicePixelRatio: scale } = drawn;
    const { legend = [] } = shown.current ?? {};
    return framed({ image, width, height, scale, legend }, caption, colourScheme.value.colour);
  };
  if (failed.value) return <NotLoaded what="What draws this chart" />;
  return (
    <>
      <Pickable
        label={label}
        describedBy={describedBy}
        series={series.value}
        textOf={({ series: index, point }) => {
          const { name, points } = series.value[index] ?? {};
          const picked = points?.[point];
          return picked && `${name}: ${shown.current?.axes.told(picked.point)}`;
        }}
      >
        <div class="canvas">
          <canvas ref={canvas} />
        </div>
      </Pickable>
      <DataTable title={caption.title} table={table} />
      <SaveButtons {...caption} table={table} picture={picture} />
    </>
  );
}
