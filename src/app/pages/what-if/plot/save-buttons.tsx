/** The buttons that save a chart as a picture, and its table for a spreadsheet. */

import { useState } from 'preact/hooks';
import { saveFile } from '../../../cards/record/download.ts';
import type { ChartSpec } from './chart.ts';
import { csvOf } from './csv.ts';

export function SaveButtons({ spec }: { spec: ChartSpec }) {
  const [problem, setProblem] = useState('');
  const savePng = async (): Promise<void> => {
    try {
      const { pngOf } = await import('./png.tsx');
      saveFile(`hbmark-${spec.id}.png`, await pngOf(spec));
      setProblem('');
    } catch (error) {
      setProblem(`The picture was not made: ${error instanceof Error ? error.message : error}.`);
    }
  };
  const saveCsv = (): void =>
    saveFile(`hbmark-${spec.id}.csv`, new Blob([csvOf((spec.inFile ?? (() => spec.table))())], { type: 'text/csv' }));
  return (
    <p class="save">
      <button type="button" class="link" aria-label={`Save as PNG: ${spec.title}`} onClick={savePng}>
        Save as PNG
      </button>
      <button type="button" class="link" aria-label={`Save as CSV: ${spec.title}`} onClick={saveCsv}>
        Save as CSV
      </button>
      <span role="status">{problem}</span>
    </p>
  );
}
