/** What the collection of runs will show. There is none yet. */

import '../../styles/prose.css';
import { routeUrl } from '../../shell/routes.ts';
import { Shell } from '../../shell/shell.tsx';

export function CrowdPage() {
  return (
    <Shell route="crowd">
      <main id="content" class="prose">
        <h1>The crowd: where does your GPU stand?</h1>
        <p class="summary">
          <strong>This page is yet to come.</strong> There is no collection of runs, and nothing is uploaded today: not
          your runs, not your GPU’s name, not that you were here.
        </p>
        <h2>What it will show</h2>
        <ul>
          <li>
            A dot for each kind of GPU: how fast its memory is, and how many tokens a second it writes, both as measured
            by people who ran HBMark and chose to add their run.
          </li>
          <li>
            Whether the law holds: whether writing is as fast as memory lets it be, on all of them, and by how much some
            differ.
          </li>
          <li>
            Where your run stands among others of the same GPU: the middle of them, and the quarters above and below.
          </li>
          <li>A table with the number of runs behind every dot, and the records themselves to download.</li>
        </ul>
        <h2>How a run will get there</h2>
        <p>
          Only if you press a button that says so, one run at a time, after you have seen all that is in it. What a
          record holds is listed under <a href={routeUrl('privacy')}>Privacy</a>.
        </p>
        <h2>Until then</h2>
        <ul>
          <li>
            <a href={routeUrl('history')}>History</a> takes records of other machines as files, beside your own runs.
          </li>
          <li>
            <a href={routeUrl('compare')}>Compare</a> sets up to five of them beside each other, and says how surely one
            is faster.
          </li>
          <li>
            <a href={routeUrl('what-if')}>What if</a> has the published figures of many GPUs, and needs no GPU itself.
          </li>
        </ul>
      </main>
    </Shell>
  );
}
