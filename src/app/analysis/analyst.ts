/** The analyst: the figures, claims and law of a run so far, by bootstraps and fits. It works in a worker. */

import type { ClockInfo, DecodeMeasurement, Measurement, RunRecord } from '../../../results/record/schema.ts';
import type { RecordLaw } from '../../model/law/of-record.ts';
import { modelById } from '../../model/models/predicted.ts';
import type { AnalystApi } from './api.ts';
import { EMPTY_VIEW } from './empty-view.ts';
import { foundIn, type LawView, lawView } from './law-view.ts';
import { resultView } from './result-view.ts';
import { type RunSoFar, viewOf } from './view.ts';

let clock: ClockInfo | undefined;
let measurements: (Measurement | undefined)[] = [];
let decode: (DecodeMeasurement | undefined)[] = [];
let record: RunRecord | undefined;
/** The law of what has been received. Undefined: it has to be fitted again. */
let law: { readonly found: RecordLaw | undefined; readonly view: LawView | undefined } | undefined;

/** The run that it follows, with holes where cases have not been reached. */
const runSoFar = (known: ClockInfo): RunSoFar => ({
  ...{ clock: known, record },
  ...{ measurements: Array.from(measurements), decode: Array.from(decode) },
});

function fitted(): NonNullable<typeof law> {
  if (law) return law;
  const run = clock && runSoFar(clock);
  const found = run && foundIn(run);
  // Without a law there is no view of it, and it is not looked for once more.
  law = { found, view: run && found && lawView(run, found) };
  return law;
}

export const analyst: AnalystApi = {
  reset() {
    clock = undefined;
    measurements = [];
    decode = [];
    record = undefined;
    law = undefined;
  },
  receive(event) {
    law = undefined;
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
  view: (modelId) => (clock ? viewOf(runSoFar(clock), modelById(modelId)) : EMPTY_VIEW),
  law: () => fitted().view,
  result: (modelId) => record && resultView(record, fitted().found, modelById(modelId)),
};
