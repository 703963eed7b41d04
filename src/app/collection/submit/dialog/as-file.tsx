/** How a run gets into the collection from a site without a collector: as a file, by a pull request. */

import { useState } from 'preact/hooks';
import { saveFile } from '../../../cards/record/download.ts';
import { copied } from '../../../share/copy.ts';
import type { Prepared } from '../api.ts';
import { contributionOf } from '../contribution.ts';

interface AsFileProps {
  readonly prepared: Prepared;
  readonly onClose: () => void;
}

export function AsFile({ prepared, onClose }: AsFileProps) {
  const { name, path, address, text } = contributionOf(prepared);
  const [said, say] = useState('');
  return (
    <section class="as-file" aria-labelledby="as-file-title">
      <h3 id="as-file-title">This site has no collector, so a run is added as a file</h3>
      <ol>
        <li>Save or copy the record below: it is the file.</li>
        <li>
          {address === undefined ? (
            <>
              In HBMark’s repository, add a file <code>{path}</code> with it.
            </>
          ) : (
            <>
              Open <a href={address}>the form for a new file in HBMark’s repository</a>, whose name is filled in (
              <code>{path}</code>), and paste the record.
            </>
          )}
        </li>
        <li>Propose it as a pull request. Checks say whether it is right; once it is taken, the next build has it.</li>
      </ol>
      <p class="said" role="status">
        {said}
      </p>
      <p class="answers">
        <button type="button" class="secondary" onClick={onClose}>
          Don’t
        </button>
        <button
          type="button"
          class="secondary"
          onClick={() => {
            saveFile(name, new Blob([text], { type: 'application/json' }));
            say(`${name} saved.`);
          }}
        >
          Save the record
        </button>
        <button
          type="button"
          class="secondary"
          onClick={async () =>
            say((await copied(text)) ? 'The record is copied.' : 'The browser did not copy it: save it instead.')
          }
        >
          Copy the record
        </button>
      </p>
    </section>
  );
}
