/** The explanation of what a run does, and of what it needs of the person. Shown before the first run. */

import './intro.css';
import type { Store } from '../../../state.ts';

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
          <strong>Checks the results</strong> of every kernel on this GPU. Wrong results are shown as wrong, without a
          speed.
        </li>
        <li>
          <strong>Times</strong> streaming reads and matrix–vector products of many sizes in random order, until the
          95&nbsp;% intervals within the run are narrow or the time is spent.
        </li>
        <li>
          <strong>Fits a line</strong> of time against bytes, and says what it means for a model.
        </li>
      </ol>
      <p>
        Keep this tab in front, and other work off the GPU. The run pauses while the tab is hidden. You can cancel at
        any time: this browser keeps what has been measured, and a run that was cut short can be resumed.
      </p>
    </div>
  );
}
