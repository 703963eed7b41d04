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
  const columns = head.map((column, i) => ({
    column,
    name: headText(column),
    isText: i === 0 || rows.some((row) => typeof row[i] === 'string'),
  }));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section class="scrolls" tabIndex={0} aria-label={`Table: ${title}`}>
      <table>
        <thead>
          <tr>
            {columns.map(({ name, isText }) => (
              <th key={name} scope="col" data-text={isText}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // Rows may say the same, and never move.
            <tr key={`${i} ${row[0]}`}>
              {columns.map(({ column, name, isText }, j) => {
                const { value, interval } = cellText(row[j], column);
                const content = (
                  <>
                    {value}
                    {interval !== undefined && <small> ({interval})</small>}
                  </>
                );
                return j === 0 ? (
                  <th key={name} scope="row" data-text={isText}>
                    {content}
                  </th>
                ) : (
                  <td key={name} data-text={isText}>
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
