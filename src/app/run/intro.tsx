/** Before the first run: what will happen, for how long, and what it asks of the machine. */

import './intro.css';
import type { Store } from '../state.ts';

export function Intro({ store }: { store: Store }) {
  if (store.begun.value) return null;
  return (
    <div class="intro">
      <h3>What a run does</h3>
      <ol>
        <li>
          <strong>Checks its clocks</strong> against each other, and warms the GPU up.
        </li>
        <li>
          <strong>Checks every kernel</strong> against an exact reference on this GPU. What is wrong gets no speed.
        </li>
        <li>
          <strong>Times</strong> streaming reads and matrix–vector products of many sizes in shuffled rounds, until the
          95&nbsp;% intervals are narrow or the time is spent.
        </li>
        <li>
          <strong>Fits</strong> time against bytes, and says what that means for a model.
        </li>
      </ol>
      <p>
        Keep this tab in front, and other work off the GPU: a hidden tab pauses the run. You can cancel at any time;
        what has been measured is kept in this browser, and a run that was cut short can be gone on with.
      </p>
    </div>
  );
}
