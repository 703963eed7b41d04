/** The button below a chart that saves it as a picture. */

import { useSignal } from '@preact/signals';
import { saveFile } from '../cards/record/download.ts';
import type { CanvasChart } from './chart.ts';
import { colourScheme } from './colour-scheme.ts';
import type { Caption } from './png.ts';

interface SavePngProps {
  /** The chart, which is drawn first if it was not yet. Undefined: there is nothing to draw. */
  readonly chart: () => Promise<CanvasChart | undefined>;
  readonly caption: Caption;
}

export function SavePng({ chart, caption }: SavePngProps) {
  const problem = useSignal('');
  const save = async (): Promise<void> => {
    try {
      const drawn = await chart();
      if (!drawn) return;
      const { pngOf } = await import('./png.ts');
      saveFile(`${fileName(caption.title)}.png`, await pngOf(drawn, caption, colourScheme.value.colour));
      problem.value = '';
    } catch (error) {
      problem.value = `The picture was not made: ${error instanceof Error ? error.message : error}.`;
    }
  };
  return (
    <p class="save-png">
      <button type="button" class="link" aria-label={`Save as PNG: ${caption.title}`} onClick={save}>
        Save as PNG
      </button>{' '}
      <span role="status">{problem.value}</span>
    </p>
  );
}

/** `Where the caches end` → `hbmark-where-the-caches-end` */
const fileName = (title: string): string =>
  `hbmark-${title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)}`;
