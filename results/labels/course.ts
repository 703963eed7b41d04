/** Labels of a run's course: what went wrong on the way, and what is missing for it. */

import { roundsOf } from '../derived/derive.ts';
import { casesOf, timedCases } from '../record/cases.ts';
import type { RecordBody, RecordEvent } from '../record/schema.ts';
import { NOT_REACHED } from '../record/unfinished.ts';
import { MIN_UNITS } from '../statistics.ts';
import { countText } from '../text/figures.ts';
import type { LabelRule } from './label.ts';

/** The reason of samples that were discarded because the tab was hidden. Records hold this text: it must not change. */
export const HIDDEN_MEANWHILE = 'the tab was hidden meanwhile';

export const COURSE: readonly LabelRule[] = [
  {
    id: 'nothing-measured',
    title: 'Nothing was measured',
    applies(record) {
      const cases = casesOf(record);
      const without = cases.flatMap((m) => (m.status === 'skipped' || m.status === 'failed' ? [m.reason] : []));
      const ended = record.events.some(({ kind }) => kind === 'out-of-time') || !without.includes(NOT_REACHED);
      return cases.length > 0 && without.length === cases.length && ended
        ? `Every case was left out; the first of ${without.length} because ${without[0]}.`
        : undefined;
    },
  },
  {
    id: 'too-few-samples',
    title: 'Too few samples',
    applies(record) {
      const few = timedCases(record).filter(({ samples }) => roundsOf(samples) < MIN_UNITS).length;
      return few > 0
        ? `${few} of ${countText(casesOf(record).length, 'case')} ${few === 1 ? 'was' : 'were'} measured in fewer than ${MIN_UNITS} rounds and ${few === 1 ? 'has' : 'have'} no interval.`
        : undefined;
    },
  },
  {
    id: 'hidden-tab',
    title: 'Tab was hidden',
    applies(record) {
      const pauses = record.events.filter(({ kind }) => kind === 'hidden').length;
      const spoiled = timedCases(record).flatMap(({ discarded }) =>
        discarded.filter(({ reason }) => reason === HIDDEN_MEANWHILE),
      ).length;
      if (pauses + spoiled === 0) return undefined;
      const paused = pauses > 0 ? `${timesText(pauses)}, and the run paused meanwhile` : 'for a moment';
      return `The tab was hidden ${paused}. ${spoiled === 1 ? '1 sample that was being taken is kept, but does' : `${countText(spoiled, 'sample')} that were being taken are kept, but do`} not count.`;
    },
  },
  {
    id: 'device-lost',
    title: 'GPU was lost',
    applies({ events }) {
      const losses = events.filter(({ kind }) => kind === 'lost');
      return losses.length > 0
        ? `The GPU device was lost ${timesText(losses.length)} (${losses[0]?.detail}). The run requested a new one and kept what had been measured.`
        : undefined;
    },
  },
  {
    id: 'other-run',
    title: 'Right after another run',
    applies({ events }) {
      const [seen] = events.filter(({ kind }) => kind === 'other-run');
      return seen && `Another run of HBMark was seen here: ${seen.detail}. The machine was warm from it.`;
    },
  },
  {
    id: 'resumed',
    title: 'Resumed',
    applies({ events }) {
      const sessions = events.filter(({ kind }) => kind === 'resumed').length + 1;
      return sessions > 1
        ? `The run ended early and was resumed, in ${sessions} sessions. The machine may have behaved differently in each.`
        : undefined;
    },
  },
  {
    id: 'incomplete',
    title: 'Incomplete',
    applies(record) {
      const end = endedEarly(record);
      if (!end) return undefined;
      const why = end.kind === 'out-of-time' ? 'The time was spent' : 'The run ended early';
      return `${why}: ${end.detail}. What it had measured by then is shown.`;
    },
  },
  {
    id: 'wrong-results',
    title: 'Wrong results',
    applies(record) {
      const cases = casesOf(record);
      const wrong = cases.filter(({ status }) => status === 'wrong').length;
      return wrong > 0
        ? `${wrong} of ${countText(cases.length, 'case')} computed a wrong result and ${wrong === 1 ? 'has' : 'have'} no time.`
        : undefined;
    },
  },
  {
    id: 'way-left-out',
    title: 'A way was left out',
    applies({ events }) {
      const left = events.filter(({ kind }) => kind === 'way-left-out');
      const more = left.length > 1 ? `, and ${left.length - 1} more` : '';
      return left.length > 0
        ? `A way to compute a decode step was left out (${left[0]?.detail})${more}. The fastest of the others was timed.`
        : undefined;
    },
  },
];

/** The events with which a run can end early. */
const EARLY_ENDS: readonly RecordEvent['kind'][] = ['cancelled', 'gave-up', 'out-of-time'];

/** The event with which a run ended early; undefined for a run that did not, or that was resumed since. */
export function endedEarly({ events }: Pick<RecordBody, 'events'>): RecordEvent | undefined {
  const last = events.filter(({ kind }) => kind === 'resumed' || EARLY_ENDS.includes(kind)).at(-1);
  return last?.kind === 'resumed' ? undefined : last;
}

const timesText = (n: number): string => (n === 1 ? 'once' : `${n} times`);
