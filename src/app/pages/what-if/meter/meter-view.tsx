/** The meter of what binds. */

import './meter.css';
import type { Store } from '../store.ts';
import { gaugesOf } from './meter.ts';

export function Meter({ store }: { store: Store }) {
  return (
    <section class="card gauges" aria-labelledby="gauges-title">
      <h2 id="gauges-title">What binds</h2>
      <dl>
        {gaugesOf(store.answer.value).map(({ id, name, is, part, text, binds }) => (
          <div key={id} data-binds={binds}>
            <dt>
              {name} <small>{is}</small>
            </dt>
            <dd>
              <span class="bar" aria-hidden="true">
                <span style={{ width: `${100 * part}%` }} />
              </span>
              {text}
              {binds && <strong class="binds"> ◂ binds</strong>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
