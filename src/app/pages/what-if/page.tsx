/** The page "What if": the answer, the shuttle bus, what a person may change, and the charts. */

import './what-if.css';
import { AddressCard } from '../../shell/address/address-card.tsx';
import { Shell } from '../../shell/shell.tsx';
import { Bus } from './bus/bus.tsx';
import { LazyCharts } from './charts/lazy-charts.tsx';
import { Controls } from './controls/controls.tsx';
import { Expected } from './expected/expected-view.tsx';
import { Meter } from './meter/meter-view.tsx';
import { OWN } from './question.ts';
import { Said } from './said.tsx';
import { sentenceOf } from './sentence.ts';
import type { Store } from './store.ts';
import { WouldFit } from './would-fit.tsx';

export function Page({ store }: { store: Store }) {
  return (
    <Shell route="what-if">
      <div class="masthead">
        <h1>What would more memory or bandwidth buy?</h1>
      </div>
      <main id="content" class="what-if" tabIndex={-1}>
        <AddressCard problems={store.problems} />
        <div class="bench">
          <div class="seen">
            <Bus store={store} />
            <Answered store={store} />
          </div>
          <Controls store={store} />
          <Meter store={store} />
        </div>
        <LazyCharts store={store} />
      </main>
    </Shell>
  );
}

function Answered({ store }: { store: Store }) {
  const answer = store.answer.value;
  const { now, full, twice } = sentenceOf(answer);
  return (
    <div class="answered">
      <Said text={[now, full, twice?.door, twice?.cabin].filter(Boolean).join(' ')} />
      <p class="sentence" data-fits={answer.prediction.fits}>
        {now} {full}{' '}
        {twice && (
          <strong>
            {twice.door} {twice.cabin}
          </strong>
        )}
      </p>
      <WouldFit store={store} />
      <Expected store={store} />
      {store.isRunMissing.value && (
        <p class="note">
          The run in this address is not kept in this browser, so its measured points are missing. Its numbers are in
          the address, and stand.
        </p>
      )}
      <p class="note">
        By the law of decode steps, at{' '}
        {answer.question.gpu === OWN
          ? store.measured.value
            ? 'the bandwidth that was measured'
            : 'the bandwidth that you gave'
          : 'the peak bandwidth that the maker gives'}
        : no kernel quite reaches it. The door is the bandwidth of the memory, the cabin its size.{' '}
        <a href="../method/">How this is computed</a>
      </p>
    </div>
  );
}
