/** The explanation of what a run does, and of what it needs of the person. Shown before the first run. */

import './intro.css';
import type { Store } from '../../../state/state.ts';

export function Intro({ store }: { store: Store }) {
  if (store.begun.value) return null;
  return (
    <div class="intro">
      <h3>What a run does</h3>
      <ol>
        <li>
          <strong>Checks its clocks</strong> against each other, and warms up the GPU.
        </li>
        <li>
          <strong>Checks the results</strong> of every program that it times on this GPU. Wrong results are shown as
          wrong, without a speed.
        </li>
        <li>
          <strong>Times</strong> reads of memory, and products with a model’s matrices, of many sizes in random order,
          until the figures are known well enough (their 95&nbsp;% intervals are narrow) or the time is spent.
        </li>
        <li>
          <strong>Fits a line</strong> of time against bytes: what is read costs time, and so does each start. That says
          how fast a model can write.
        </li>
      </ol>
      <p>
        Keep this tab in front, and other work off the GPU. The run pauses while the tab is hidden. You can cancel at
        any time: this browser keeps what has been measured, and a run that was cut short can be resumed.
      </p>
    </div>
  );
}
