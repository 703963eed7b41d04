/** Adding files to the shelf: one after the other, each with its answer. No DOM. */

import { signal } from '@preact/signals';
import { shown } from '../../../results/text/shown.ts';
import type { ShelfApi, ShelfRun } from './api.ts';
import type { Refusal } from './refusal.ts';

export function createAdding(shelf: Pick<ShelfApi, 'add'>, onAdded: (runs: readonly ShelfRun[]) => Promise<void>) {
  const busy = signal(0);
  const refusals = signal<readonly Refusal[]>([]);
  /** What became of the files that were records, in a line. Empty: nothing yet. */
  const said = signal('');

  return {
    busy,
    refusals,
    said,
    close(refusal: Refusal): void {
      refusals.value = refusals.value.filter((one) => one !== refusal);
    },
    async take(files: readonly File[]): Promise<void> {
      busy.value++;
      const [runs, lines]: [ShelfRun[], string[]] = [[], []];
      try {
        for (const file of files) {
          const added = await shelf.add(file);
          if (!added.ok) {
            const { title } = added.refusal;
            refusals.value = [...refusals.value.filter((one) => one.title !== title), added.refusal];
            continue;
          }
          runs.push(added.run);
          lines.push(lineOf(shown(file.name), added.isNew, added.trouble));
        }
      } catch (error) {
        refusals.value = [...refusals.value, stopped(error)];
      } finally {
        busy.value--;
      }
      said.value = lines.join(' ');
      if (runs.length > 0) await onAdded(runs);
    },
  };
}

function lineOf(name: string, isNew: boolean, trouble: 'full' | 'denied' | null): string {
  if (!isNew) return `${name} is here already.`;
  if (trouble === null) return `${name} was added.`;
  const why = trouble === 'full' ? 'the browser’s storage is full' : 'the browser has no storage for this page';
  return `${name} was added until this page is closed: ${why}.`;
}

/** What the page says when the shelf's worker is gone. */
export const stopped = (error: unknown): Refusal => ({
  title: 'The runs of this browser could not be read',
  lines: [error instanceof Error ? error.message : String(error)],
  steps: ['Reload the page.'],
});
