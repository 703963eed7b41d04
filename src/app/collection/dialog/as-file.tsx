/** How a run gets into the collection from a site without a collector: as a file, by a pull request. */

import { saveFile } from '../../cards/record/download.ts';
import type { Prepared } from '../api.ts';
import { contributionOf } from '../contribution.ts';

interface AsFileProps {
  readonly prepared: Prepared;
  readonly onClose: () => void;
}

export function AsFile({ prepared, onClose }: AsFileProps) {
  const { name, path, address, text } = contributionOf(prepared);
  return (
    <section class="as-file" aria-labelledby="as-file-title">
      <h3 id="as-file-title">This site has no collector, so it goes by a file</h3>
      <ol>
        <li>
          Save the record: <code>{name}</code>.
        </li>
        <li>
          {address ? (
            <>
              Open <a href={address}>the page for new files of HBMark’s repository</a>
            </>
          ) : (
            'Fork HBMark’s repository'
          )}
          , and put the record there as <code>{path}</code>.
        </li>
        <li>Open the pull request. It is checked there, and with the next release the run is in the collection.</li>
      </ol>
      <p class="answers">
        <button type="button" class="secondary" onClick={onClose}>
          Don’t
        </button>
        <button
          type="button"
          class="secondary"
          onClick={() => saveFile(name, new Blob([text], { type: 'application/json' }))}
        >
          Save the record
        </button>
      </p>
    </section>
  );
}
