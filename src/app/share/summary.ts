/**
 * The summary of a record that fits into a short link: which machine, when, and the value and interval of each case.
 * It has no samples, so nobody can check it, and the page says so.
 */

import { isSoftware } from '../../../results/machine/identity.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { type Figure, figureOf } from '../../../results/text/figures.ts';
import { inEnglish } from '../../../results/text/locale.ts';
import { shown } from '../../../results/text/shown.ts';
import type { RunView } from '../analysis/view.ts';
import { hostText } from '../text/host-text.ts';
import { type CaseRow, STATUSES, textOf, UNITS } from './case-row.ts';
import { caseRows } from './case-rows.ts';
import { machineText } from './machine-text.ts';

export interface Summary {
  /** The id of the record. */
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly profile: string;
  readonly machine: string;
  readonly host: string;
  readonly software: boolean;
  /** The number of labels: things to know before believing the figures. */
  readonly labels: number;
  /** The number of cases of the record. `rows` may have fewer. */
  readonly cases: number;
  readonly rows: readonly CaseRow[];
}

/** The maximum length of a summary's names, in characters. */
export const MAX_SUMMARY_TEXT = 120;

/** The maximum of bytes of a summary's JSON: far more than fits into its link. */
export const MAX_SUMMARY_BYTES = 2 ** 16;

/** A number as JSON has it. Null: infinity, as an interval of a rate may have at its upper end. */
type WrittenNumber = number | null;

/** A case as a summary writes it: its name, and the place of its status, or of its unit and its figure. */
export type Written = readonly [name: string, status: number] | readonly [string, number, ...WrittenNumber[]];

export function summaryOf(record: RunRecord, view: RunView): Summary {
  // Whoever opens the link may read another locale.
  const rows = inEnglish(() =>
    caseRows(record, view).map(({ name, outcome }) => ({ name: cut(name), outcome: asShown(outcome) })),
  );
  return {
    id: record.id,
    created: record.created,
    profile: record.profile,
    machine: cut(machineText(record)),
    host: cut(hostText(record.host)),
    software: isSoftware(record.adapter),
    labels: view.labels?.length ?? 0,
    cases: rows.length,
    rows,
  };
}

const cut = (text: string): string => shown(text, MAX_SUMMARY_TEXT);

/** The JSON of a summary with its first `count` cases. */
export function summaryText(summary: Summary, count: number): string {
  const { id, created, profile, machine, host, software, labels, cases, rows } = summary;
  const head = [id, created, profile, machine, host, software ? 1 : 0, labels, cases];
  return JSON.stringify([...head, rows.slice(0, count).map(written)]);
}

function written({ name, outcome }: CaseRow): Written {
  if ('status' in outcome) return [name, STATUSES.indexOf(outcome.status)];
  const { value, ci95 } = outcome.figure;
  return [name, UNITS.indexOf(outcome.unit), ...[value, ...(ci95 ?? [])].map(orNull)];
}

const orNull = (n: number): WrittenNumber => (Number.isFinite(n) ? n : null);

/** The most digits that a number is written with; as many as it has. */
const ALL_DIGITS = 17;

/** The figure with as few digits as show the same text. */
function asShown(outcome: CaseRow['outcome']): CaseRow['outcome'] {
  if ('status' in outcome) return outcome;
  const { unit, figure } = outcome;
  const text = JSON.stringify(textOf(outcome));
  for (let digits = 3; digits < ALL_DIGITS; digits++) {
    const shorter = rounded(figure, digits);
    if (JSON.stringify(textOf({ unit, figure: shorter })) === text) return { unit, figure: shorter };
  }
  return { unit, figure: figureOf(figure) };
}

const rounded = ({ value, ci95 }: Figure, digits: number): Figure => {
  const short = (n: number): number => Number(n.toPrecision(digits));
  return { value: short(value), ci95: ci95 && [short(ci95[0]), short(ci95[1])] };
};
