/**
 * How many forgeries the rules of the collection find, and how many honest runs they flag: on records of simulated GPUs
 * with the troubles of real machines, and on the committed records of real programs.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { checkRecord, readRecord } from '../../../results/record/check.ts';
import { seal } from '../../../results/record/digest.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { judge } from '../../../src/crowd/checks/index.ts';
import type { Judgement } from '../../../src/crowd/checks/rule.ts';
import { rowOf } from '../../../src/crowd/row-of.ts';
import type { Honest } from '../../support/crowd/crowd-records.ts';
import type { CrowdForgery } from '../../support/crowd/forgeries/forgery.ts';
import { sourceOf } from '../../support/random.ts';

const FOLDER = new URL('../../../results/data/', import.meta.url);

/** The committed records, of real programs on the CPU. */
export const committed = (): Honest[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((of) => ({ of, record: readRecord(JSON.parse(readFileSync(new URL(of, FOLDER), 'utf8'))) }));

/** The collection received every record a day after it was made. */
const DAY_MS = 24 * 3600 * 1000;

export const judged = (record: RunRecord, context: Parameters<typeof judge>[2] = {}): Judgement =>
  judge(record, Date.parse(record.created) + DAY_MS, context);

/** What became of a forgery. */
export interface Attempt {
  readonly kind: string;
  readonly name: string;
  readonly of: string;
  readonly heldOut: boolean;
  /** The rules that object; `refused` where the record does not even pass its check. */
  readonly found: readonly string[];
  /** Whether one of the rules that should object does, or the record is refused. */
  readonly isRight: boolean;
}

/** Makes each forgery of each record that it can be made of. Donors of the same kind of adapter are preferred. */
export function attempts(
  records: readonly Honest[],
  forgeries: readonly CrowdForgery[],
  donors: readonly Honest[] = records,
): Attempt[] {
  return records.flatMap(({ of, record }, nth) => {
    const donor = donorOf(donors, record, nth);
    return forgeries.flatMap((forgery): Attempt[] => {
      if (forgery.needs?.(record, donor) === false) return [];
      const { id: _, ...body } = forgedBy(forgery, record, donor, nth);
      const sealed = seal(JSON.parse(JSON.stringify(body)));
      if (sealed.id === record.id) return [];
      const { kind, name, heldOut = false } = forgery;
      const found = isRefused(sealed) ? ['refused'] : rulesAgainst(sealed, forgery, record);
      const isRight = found.some((rule) => rule === 'refused' || forgery.rules.includes(rule));
      return [{ kind, name, of, heldOut, found, isRight }];
    });
  });
}

function forgedBy(forgery: CrowdForgery, record: RunRecord, donor: RunRecord, nth: number): RunRecord {
  const forged = structuredClone(record);
  forgery.forge(forged, sourceOf(nth + 1), donor);
  return forged;
}

function rulesAgainst(forged: RunRecord, { known }: CrowdForgery, source: RunRecord): string[] {
  const neighbours = known ? [{ row: rowOf(source), submitter: 'the first' }] : [];
  return judged(forged, { neighbours, submitter: 'the second' }).reasons.map(({ rule }) => rule);
}

/** Whether a forgery breaks the rules of every record. Migrated records cannot be checked again. */
function isRefused(forged: RunRecord): boolean {
  if (forged.clock.preRoll === null) return false;
  const checked = checkRecord(forged);
  return !checked.ok && checked.problems.some(({ path }) => path !== 'adapter.vendor');
}

function donorOf(records: readonly Honest[], record: RunRecord, nth: number): RunRecord {
  const alike = records.filter(
    ({ record: one }) =>
      one !== record &&
      one.adapter.isFallbackAdapter === record.adapter.isFallbackAdapter &&
      (one.clock.preRoll === null) === (record.clock.preRoll === null) &&
      one.adapter.vendor === record.adapter.vendor,
  );
  return (alike[nth % Math.max(1, alike.length)] ?? records[(nth + 1) % records.length])?.record ?? record;
}

const percent = (part: number, all: number): string => (all === 0 ? '–' : `${((100 * part) / all).toFixed(1)} %`);

/** The table of forgeries by kind, as Markdown. */
export function forgeriesTable(all: readonly Attempt[]): string {
  const line = (kind: string, of: readonly Attempt[]): string => {
    const held = of.filter(({ heldOut }) => heldOut);
    const right = (some: readonly Attempt[]) => some.filter(({ isRight }) => isRight).length;
    const rules = new Map<string, number>();
    for (const { found } of of) for (const rule of found) rules.set(rule, (rules.get(rule) ?? 0) + 1);
    const most = [...rules].sort((a, b) => b[1] - a[1]).slice(0, 4);
    return `| ${[
      kind,
      of.length,
      percent(right(of), of.length),
      held.length,
      percent(right(held), held.length),
      kind === ALL ? '' : most.map(([rule]) => rule).join(', '),
    ].join(' | ')} |`;
  };
  return [
    '| kind | forgeries | flagged, with a right reason | held out | of them flagged | mostly by |',
    '|---|---:|---:|---:|---:|---|',
    ...[...new Set(all.map(({ kind }) => kind))].map((kind) =>
      line(
        kind,
        all.filter((one) => one.kind === kind),
      ),
    ),
    line(ALL, all),
  ].join('\n');
}

const ALL = '**all**';

/** The share of attempts that a right rule flags, 0 … 1. */
export const shareFound = (all: readonly Attempt[]): number => all.filter(({ isRight }) => isRight).length / all.length;
