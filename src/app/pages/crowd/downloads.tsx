/** The collection as files: the runs that match, or all of them. */

import { countText } from '../../../../results/text/figures.ts';
import { saveFile } from '../../cards/record/download.ts';
import type { CrowdView } from '../../collection/crowd/api.ts';
import type { CrowdState } from './state.ts';

interface DownloadsProps {
  readonly state: CrowdState;
  readonly view: CrowdView;
}

const NAMES = { files: 'by file', collector: 'of this site’s collector' } as const;

export function Downloads({ state, view }: DownloadsProps) {
  const { sources: all = [], problems = [] } = state.sources.value ?? {};
  const save = async (ending: 'csv' | 'json'): Promise<void> => {
    const file = await state.file(ending);
    if (file) saveFile(`hbmark-crowd.${ending}`, file);
  };
  return (
    <section class="card downloads" aria-labelledby="downloads-title">
      <h2 id="downloads-title">Take the collection along</h2>
      <p class="lead">
        Figures of each run, with its status and what the rules say of it. Anybody may use them; say where they come
        from, and that nothing attests them.
      </p>
      <p class="files">
        {state.hasLines.value && view.runs > 0 && (
          <>
            <button type="button" class="secondary" onClick={() => void save('csv')}>
              {countText(view.runs, 'run')} as CSV
            </button>
            <button type="button" class="secondary" onClick={() => void save('json')}>
              {countText(view.runs, 'run')} as JSON
            </button>
          </>
        )}
        {all.map(({ id, parquet }) => (
          <a key={id} class="button secondary" href={parquet} download>
            All runs {NAMES[id]} as Parquet
          </a>
        ))}
      </p>
      <p class="said" role="status">
        {[state.fileProblem.value, ...(view ? problems : [])].filter(Boolean).join(' ')}
      </p>
    </section>
  );
}
