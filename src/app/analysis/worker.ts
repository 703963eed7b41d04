/**
 * The analyst: bootstraps and fits in a worker of its own, since they take tens of milliseconds, which neither the
 * page (it would stutter) nor the engine (it would mistime) can spare.
 */

import { expose } from 'comlink';
import type { ClockInfo, DecodeMeasurement, Measurement, RunRecord } from '../../../results/schema.ts';
import { modelById } from '../../model/models/index.ts';
import type { AnalystApi } from './api.ts';
import { EMPTY_VIEW, viewOf } from './view.ts';

let clock: ClockInfo | undefined;
let measurements: (Measurement | undefined)[] = [];
let decode: (DecodeMeasurement | undefined)[] = [];
let record: RunRecord | undefined;

const analyst: AnalystApi = {
  reset() {
    clock = undefined;
    measurements = [];
    decode = [];
    record = undefined;
  },
  receive(event) {
    if (event.type === 'clock') clock = event.clock;
    if (event.type === 'measurement') measurements[event.index] = event.measurement;
    if (event.type === 'decode') decode[event.index] = event.measurement;
    if (event.type === 'done') {
      record = event.record;
      clock = record.clock;
      measurements = [...record.measurements];
      decode = [...(record.decode ?? [])];
    }
  },
  view: (modelId) =>
    clock
      ? viewOf(
          { clock, measurements: Array.from(measurements), decode: Array.from(decode), record },
          modelById(modelId),
        )
      : EMPTY_VIEW,
};

expose(analyst);
