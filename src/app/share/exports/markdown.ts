/** A result as a table in Markdown, as people paste it into threads. */

import type { RunRecord } from '../../../../results/record/schema.ts';
import { shown } from '../../../../results/text/shown.ts';
import type { RunView } from '../../analysis/view.ts';
import { type CaseRow, STATUS_TEXT, textOf } from '../case-row.ts';
import { caseRows } from '../case-rows.ts';
import { summaryOf } from '../summary.ts';

/** @param link the address of the result; undefined where it has none that opens elsewhere */
export function markdownOf(record: RunRecord, view: RunView, link: string | undefined): string {
  const { machine, host, created, profile, software, labels } = summaryOf(record, view);
  const title = `**${escaped(machine)}**, ${escaped(host)}, ${created.slice(0, 10)}, profile ${profile}`;
  const notes = [
    software ? 'Software adapter, not a GPU: these figures are the CPU’s.' : '',
    labels > 0 ? `Read with care: ${labels} ${labels === 1 ? 'thing' : 'things'} to know before believing it.` : '',
  ].filter(Boolean);
  const source = link ? `[HBMark, with the figures](${link})` : 'HBMark';
  return [
    `${title}${notes.map((note) => `  \n${note}`).join('')}`,
    '',
    '| case | measured | 95 % interval within the run |',
    '|:---|---:|---:|',
    ...caseRows(record, view).map(rowText),
    '',
    `Measured with ${source}. Record ${record.id.slice(0, 12)}.`,
    '',
  ].join('\n');
}

function rowText({ name, outcome }: CaseRow): string {
  if ('status' in outcome) return `| ${escaped(name)} | ${STATUS_TEXT[outcome.status]} | |`;
  const { value, interval, unit } = textOf(outcome);
  return `| ${escaped(name)} | ${value} ${unit} | ${interval ? `${interval} ${unit}` : ''} |`;
}

/** What Markdown takes for marks, and what would call somebody by name. Names of a record may be a stranger's. */
const MARKS = /[\\`*_{}[\]<>#|~!&@]/g;

/** A text as Markdown shows it, mark for mark. `@` becomes its number, since a backslash before it calls all the same. */
const escaped = (text: string): string => shown(text).replace(MARKS, (mark) => (mark === '@' ? '&#64;' : `\\${mark}`));
