/** Feeds a store with a whole record, as a run would have, and the analyst with it. Nothing is measured. */

import { type ReadonlySignal, signal } from '@preact/signals';
import { placeOf } from '../../../../results/machine/place.ts';
import type { RunRecord } from '../../../../results/record/schema.ts';
import { DEFAULT_PARAMS } from '../../../session/params.ts';
import { type AnalystListener, startAnalyst } from '../../analysis/client.ts';
import type { ResultView } from '../../analysis/result-view.ts';
import { browserInfo } from '../../engine/browser.ts';
import { createStore } from '../../state/state.ts';
import type { App } from '../bench/app.ts';
import { worker } from './first.ts';

export interface Viewer extends Pick<App, 'store' | 'chooseModel'> {
  /** What the tabs show of the record. Undefined: it is being worked out. */
  readonly result: ReadonlySignal<ResultView | undefined>;
  show(record: RunRecord): void;
}

export function createViewer(): Viewer {
  const store = createStore(DEFAULT_PARAMS, [], placeOf(browserInfo(navigator)));
  const result = signal<ResultView | undefined>(undefined);
  const listener: AnalystListener = {
    onView(view) {
      store.view.value = view;
    },
    onLaw(law) {
      store.law.value = law;
    },
    onResult(view) {
      result.value = view;
    },
    onBroken() {
      store.missing.value = 'What works out the figures';
    },
  };
  const analyst = startAnalyst(DEFAULT_PARAMS.model, listener, worker);
  return {
    ...{ store, result },
    show(record) {
      const done = { type: 'done', record, spent: [] } as const;
      store.begin();
      result.value = undefined;
      analyst.reset();
      store.inspected(record);
      store.receive(done);
      analyst.receive(done);
    },
    chooseModel(model) {
      store.options.value = { ...store.options.value, model };
      analyst.choose(model);
    },
  };
}
