/** A chart's table as CSV (RFC 4180), as it is shown. */

import type { ChartTable } from './chart.ts';

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export const csvOf = ({ head, rows }: ChartTable): string =>
  [head, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
