/** What is not the same in all runs, before any of their figures: a ratio may come from any of it. */

import '../../shell/styles/rows.css';
import './differences.css';
import { LETTERS } from './address.ts';
import type { Comparison } from './comparison.ts';

export function Differences({ comparison: { runs, differences } }: { comparison: Comparison }) {
  return (
    <section class="card rows differences" aria-labelledby="differences-title" data-differences={differences.length}>
      <h2 id="differences-title">What differs</h2>
      {differences.length === 0 ? (
        <p class="lead">
          Nothing that is known: machine, browser, profile, kernels, version, clock and memory are the same in all runs.
        </p>
      ) : (
        <table>
          <caption class="visually-hidden">Conditions that are not the same in all runs</caption>
          <thead>
            <tr>
              <th scope="col">Condition</th>
              {runs.map(({ key }, i) => (
                <th key={key} scope="col">
                  {LETTERS[i]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {differences.map(({ name, texts }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {runs.map(({ key }, i) => (
                  <td key={key} data-letter={LETTERS[i]}>
                    {texts[i]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
