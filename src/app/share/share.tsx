/** What can be done with the run on the page once it has ended and its figures are there: hand it on, or add it. */

import { AddButton } from '../collection/submit/dialog/add-button.tsx';
import { keyOf } from '../engine/kept/run-key.ts';
import { isDriven } from '../pages/bench/driver.ts';
import { routeUrl } from '../shell/routes.ts';
import type { Store } from '../state/state.ts';
import { SharePanel } from './share-panel.tsx';

export function Share({ store }: { store: Store }) {
  const [record, view] = [store.record.value, store.view.value];
  // Labels come with the view of a whole record; an earlier view may be of a run so far.
  if (!record || !view.labels) return null;
  return (
    <>
      {!isDriven() && (
        <section class="card" aria-labelledby="add-run-title">
          <h2 id="add-run-title">Where does it stand among others?</h2>
          <p class="lead">
            <a href={routeUrl('crowd')}>Crowd</a> shows how fast GPUs write that others have measured. You can add this
            run: you see all that would be sent before it is.
          </p>
          <div class="contribute">
            <AddButton
              key={record.id}
              run={{ text: JSON.stringify(record), key: keyOf(record), gpu: record.reported.gpu ?? '' }}
            />
          </div>
        </section>
      )}
      <SharePanel key={record.id} record={record} view={view} />
    </>
  );
}
