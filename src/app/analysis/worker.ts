/**
 * The analyst: bootstraps and fits in a worker of its own, since they take tens of milliseconds, which neither the
 * page (it would stutter) nor the engine (it would mistime) can spare.
 */

import { expose } from 'comlink';
import type { ClockInfo, Measurement } from '../../../results/schema.ts';
import { modelById } from '../../model/models/index.ts';
import type { AnalystApi } from './api.ts';
import { EMPTY_VIEW, viewOf } from './view.ts';

let clock: ClockInfo | undefined;
let measurements: (Measurement | undefined)[] = [];

const analyst: AnalystApi = {
  reset() {
    clock = undefined;
    measurements = [];
  },
  receive(event) {
    if (event.type === 'clock') clock = event.clock;
    if (event.type === 'measurement') measurements[event.index] = event.measurement;
    if (event.type === 'done') {
      clock = event.record.clock;
      measurements = [...event.record.measurements];
    }
  },
  view: (modelId) => (clock ? viewOf(clock, Array.from(measurements), modelById(modelId)) : EMPTY_VIEW),
};

expose(analyst);
