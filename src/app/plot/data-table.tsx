/** The numbers of a chart as a table, closed until somebody opens it. */

import type { ChartTable } from './chart.ts';

export function DataTable({ id, title, table }: { id: string; title: string; table: ChartTable }) {
  return (
    <details class="data-table">
      <summary>Data table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section class="scrolls" tabIndex={0} aria-label={`Table: ${title}`}>
        <table>
          <thead>
            <tr>
              {table.head.map((text) => (
                <th key={text} scope="col">
                  {text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(([first, ...cells]) => (
              <tr key={[id, first, ...cells].join(' ')}>
                <th scope="row">{first}</th>
                {cells.map((text, i) => (
                  <td key={table.head[i + 1]}>{text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
