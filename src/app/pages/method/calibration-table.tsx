/** How often 95 % intervals held the truth on simulated devices, by kind of device. */

import { SaveButtons } from '../../charts/table/save-buttons.tsx';
import type { Table } from '../../charts/table/table.ts';
import { FIGURES, REGIMES } from './calibration.ts';

export function CalibrationTable() {
  return (
    <>
      <table class="figures" data-calibration>
        <caption>
          Share of 95 % intervals that hold the truth, on 600 simulated devices of each kind, profile quick. Chance
          alone leaves 93.2 – 96.7 % of 600 intervals.
        </caption>
        <thead>
          <tr>
            <th scope="col">Simulated device</th>
            {FIGURES.map(({ name, words }) => (
              <th key={name} scope="col" class="number">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {REGIMES.map(({ name, words, held }) => (
            <tr key={name}>
              <th scope="row">{words}</th>
              {held.map((share, i) => (
                <td key={FIGURES[i]?.name} class="number">
                  {share}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <SaveButtons title="Calibration" source={SOURCE} table={() => TABLE} />
    </>
  );
}

const SOURCE = '600 simulated devices of each kind, profile quick. HBMark, tests/calibration/README.md';

/** Shares as numbers: `94.1 %` → 94.1. */
const TABLE: Table = {
  head: ['simulated device', ...FIGURES.map(({ words }) => ({ name: words, unit: '%' }))],
  rows: REGIMES.map(({ words, held }) => [words, ...held.map((share) => Number.parseFloat(share))]),
};
