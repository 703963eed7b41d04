/** The status of a case: a word, a colour and a reason. */

import type { DecodeMeasurement, Measurement, Stopped } from '../../../../results/record/schema.ts';

export interface Status {
  readonly word: string;
  /** The name of the status's colour. */
  readonly tone: 'waiting' | 'running' | 'good' | 'neutral' | 'bad';
  readonly reason: string;
}

const STOPPED: Readonly<Record<Stopped, Status>> = {
  interval: { word: 'settled', tone: 'good', reason: 'the interval is narrow enough' },
  plateau: { word: 'no narrower', tone: 'neutral', reason: 'more rounds did not make the interval narrower' },
  time: { word: 'time spent', tone: 'neutral', reason: 'the time was spent before the interval was narrow enough' },
  cancelled: { word: 'cut short', tone: 'neutral', reason: 'the run was cancelled' },
  lost: { word: 'cut short', tone: 'neutral', reason: 'the device was lost' },
};

export function statusOf(measurement: Measurement | DecodeMeasurement | undefined, running: boolean): Status {
  if (!measurement) {
    return running
      ? { word: 'waiting', tone: 'waiting', reason: '' }
      : { word: 'not reached', tone: 'waiting', reason: 'the run ended before this case' };
  }
  switch (measurement.status) {
    case 'measured':
      // During a run a case can still get more samples, whatever would end its sampling now.
      return running && measurement.stopped !== 'interval' && measurement.stopped !== 'plateau'
        ? { word: 'sampling', tone: 'running', reason: '' }
        : STOPPED[measurement.stopped];
    case 'wrong':
      return { word: 'wrong', tone: 'bad', reason: measurement.reason };
    case 'failed':
      return { word: 'failed', tone: 'bad', reason: measurement.reason };
    case 'skipped':
      return { word: 'skipped', tone: 'neutral', reason: measurement.reason };
  }
}
