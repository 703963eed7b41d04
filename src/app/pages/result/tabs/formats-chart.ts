/** What fewer bits save: time against bytes, format by format. Pure. */

import type { RunRecord } from '../../../../../results/record/schema.ts';
import { type Figure, percentText, significant } from '../../../../../results/text/figures.ts';
import type { SavedView } from '../../../analysis/saved.ts';
import type { ChartSpec } from '../../../charts/svg/chart.ts';
import type { Missing } from './missing.ts';
import { formOf } from './steps.ts';

const inPercent = ({ value, ci95 }: Figure): Figure => ({
  value: 100 * value,
  ci95: ci95 && [100 * ci95[0], 100 * ci95[1]],
});

const percent = (share: number): string => `${significant(100 * share)} %`;

export function formatsChart(record: RunRecord, saved: SavedView | undefined, source: string): ChartSpec | Missing {
  if (!saved) {
    return {
      title: 'What fewer bits save',
      why: 'This run timed nothing in two number formats, so there is nothing to compare.',
      todo: 'Time a model in f16 and in int4.',
      form: formOf(record, { weights: ['f16', 'int4-g32'] }),
    };
  }
  const { of, widest, rows } = saved;
  const asked = rows.some(({ time }) => Math.min(time.value, ...(time.ci95 ?? [])) < 0);
  return {
    id: 'formats',
    title: `What fewer bits save, over ${widest}`,
    takeaway: `${rows
      .map(({ format, bytes, time }) => `${format} reads ${percent(bytes)} less and takes ${timeText(time.value)}`)
      .join('; ')}. Where memory sets the speed, a step saves as much time as bytes.`,
    x: { title: `saved over ${widest}, %`, scale: asked ? 'signed' : 'linear' },
    y: { title: '', scale: 'linear' },
    rows: rows.map(({ format }) => format),
    series: [
      {
        ...{ name: 'time saved', line: 'none' },
        points: rows.map(({ format, time }, row) => ({
          ...{ x: 100 * time.value, y: row, hasSign: true },
          interval: inPercent(time).ci95,
          text: `${format}: ${percentText(time)} of the time`,
        })),
      },
      {
        ...{ name: 'bytes saved', line: 'none' },
        points: rows.map(({ format, bytes }, row) => ({
          ...{ x: 100 * bytes, y: row, hasSign: true, isHollow: true },
          text: `${format}: ${percent(bytes)} of the bytes`,
        })),
      },
    ],
    table: {
      head: [
        'format',
        { name: 'bytes saved', unit: '%' },
        { name: 'time saved', unit: '%' },
        'time saved ÷ bytes saved',
      ],
      rows: rows.map(({ format, bytes, time }) => [format, 100 * bytes, inPercent(time), time.value / bytes]),
    },
    source: `Measured: ${of}. ${source}`,
  };
}

const timeText = (saved: number): string =>
  saved >= 0 ? `${percent(saved)} less time` : `${percent(-saved)} more time`;
