/** The numbers of a chart as a table, closed until somebody opens it. */

import './data-table.css';
import { useState } from 'preact/hooks';
import { cellText, headText, type Table } from './table.ts';

interface DataTableProps {
  readonly title: string;
  readonly table: () => Table;
}

export function DataTable({ title, table }: DataTableProps) {
  const [isOpen, open] = useState(false);
  return (
    <details class="data-table" onToggle={(event) => open(event.currentTarget.open)}>
      <summary>
        Data table<span class="visually-hidden">: {title}</span>
      </summary>
      {isOpen && <Rows title={title} table={table()} />}
    </details>
  );
}

function Rows({ title, table: { head, rows } }: { readonly title: string; readonly table: Table }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section class="scrolls" tabIndex={0} aria-label={`Table: ${title}`}>
      <table>
        <thead>
          <tr>
            {head.map((column) => (
              <th key={headText(column)} scope="col">
                {headText(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // Rows may say the same, and never move.
            <tr key={`${i} ${row[0]}`}>
              {head.map((column, j) => {
                const { value, interval } = cellText(row[j], column);
                const content = (
                  <>
                    {value}
                    {interval !== undefined && <small> ({interval})</small>}
                  </>
                );
                return j === 0 ? (
                  <th key={headText(column)} scope="row">
                    {content}
                  </th>
                ) : (
                  <td key={headText(column)} data-text={typeof row[j] === 'string'}>
                    {content}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
