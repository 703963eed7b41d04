/** Feeds a store with a whole record, as a run would have, and the analyst with it. Nothing is measured. */

import { placeOf } from '../../../../results/machine/place.ts';
import type { RunRecord } from '../../../../results/schema.ts';
import { DEFAULT_PARAMS } from '../../../session/params.ts';
import { startAnalyst } from '../../analysis/client.ts';
import { browserInfo } from '../../engine/browser.ts';
import { createStore } from '../../state.ts';
import type { App } from '../bench/app.ts';

export interface Viewer extends Pick<App, 'store' | 'chooseModel'> {
  show(record: RunRecord): void;
}

export function createViewer(): Viewer {
  const store = createStore(DEFAULT_PARAMS, [], placeOf(browserInfo(navigator)));
  const analyst = startAnalyst(DEFAULT_PARAMS.model, {
    onView(view) {
      store.view.value = view;
    },
    onLaw(law) {
      store.law.value = law;
    },
    onBroken() {
      store.missing.value = 'What works out the figures';
    },
  });
  return {
    store,
    show(record) {
      const done = { type: 'done', record, spent: [] } as const;
      store.begin();
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
