/** The buttons that save a comparison as a file: its chart, its table, and all of it. */

import '../../charts/table/data-table.css';
import { useSignal } from '@preact/signals';
import { saveFile } from '../../cards/record/download.ts';
import { colourScheme } from '../../charts/canvas/colour-scheme.ts';
import { dateText } from '../../text/date-text.ts';
import { LETTERS } from './address.ts';
import type { Comparison } from './comparison.ts';
import { comparisonCsv, comparisonJson } from './exports.ts';

export function SaveComparison({ comparison }: { comparison: Comparison }) {
  const problem = useSignal('');
  const save = (ending: string, content: Blob) => saveFile(`hbmark-comparison.${ending}`, content);
  const savePicture = async (): Promise<void> => {
    try {
      const { ratioPicture } = await import('./ratios/ratio-picture.ts');
      save('png', await ratioPicture(comparison, sourceOf(comparison), colourScheme.value.colour));
      problem.value = '';
    } catch (error) {
      problem.value = `The picture was not made: ${error instanceof Error ? error.message : error}.`;
    }
  };
  return (
    <p class="save">
      <button type="button" class="link" onClick={savePicture}>
        Save as PNG
      </button>
      <button
        type="button"
        class="link"
        onClick={() => save('csv', new Blob([comparisonCsv(comparison)], { type: 'text/csv' }))}
      >
        Save as CSV
      </button>
      <button
        type="button"
        class="link"
        onClick={() => save('json', new Blob([comparisonJson(comparison)], { type: 'application/json' }))}
      >
        Save as JSON
      </button>
      <span role="status">{problem.value}</span>
    </p>
  );
}

/** `A: RTX 4090, quick, 28 Nov 2026, 14:03`, a line for each run. */
const sourceOf = ({ runs }: Comparison): string[] => [
  ...runs.map(({ name, profile, created }, i) => `${LETTERS[i]}: ${name}, ${profile}, ${dateText(created)}`),
  `HBMark ${__HBMARK_VERSION__}`,
];
