/** The buttons below a chart or a table: they save its picture, and its numbers as CSV and JSON. */

import './data-table.css';
import { useState } from 'preact/hooks';
import { inEnglish } from '../../../../results/text/locale.ts';
import { saveFile } from '../../cards/record/download.ts';
import type { Table, TitledTable } from './table.ts';

interface SaveButtonsProps extends Omit<TitledTable, 'table'> {
  readonly table: () => Table;
  /** The picture of the chart. Default: there is none. Undefined if there is nothing to draw yet. */
  readonly picture?: () => Promise<Blob | undefined>;
  /** The name of the files. Default: that of the title. */
  readonly id?: string;
}

export function SaveButtons({ title, source, table, picture, id }: SaveButtonsProps) {
  const [problem, setProblem] = useState('');
  const save = async (ending: string, content: () => Promise<Blob | undefined>): Promise<void> => {
    try {
      const made = await content();
      if (made) saveFile(`hbmark-${id ?? slug(title)}.${ending}`, made);
      setProblem('');
    } catch (error) {
      setProblem(`The file was not made: ${error instanceof Error ? error.message : error}.`);
    }
  };
  const button = (ending: string, content: () => Promise<Blob | undefined>) => (
    <button
      type="button"
      class="link"
      aria-label={`Save as ${ending.toUpperCase()}: ${title}`}
      onClick={() => save(ending, content)}
    >
      Save as {ending.toUpperCase()}
    </button>
  );
  return (
    <p class="save">
      {picture && button('png', picture)}
      {button('csv', async () => new Blob([(await files()).tableCsv(inEnglish(table))], { type: 'text/csv' }))}
      {button('json', async () => {
        const text = (await files()).tableJson({ title, source, table: inEnglish(table) });
        return new Blob([text], { type: 'application/json' });
      })}
      <span role="status">{problem}</span>
    </p>
  );
}

/** Loaded with the first file: no page waits for it. */
const files = () => import('./table-files.ts');

/** `Where the caches end` → `where-the-caches-end` */
const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
