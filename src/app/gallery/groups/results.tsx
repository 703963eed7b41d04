/** What a record says in words and figures: the headline, the claims, the law. */

import { maxOf } from '../../../../results/lists.ts';
import type { DecodeMeasurement, RunRecord } from '../../../../results/record/schema.ts';
import { ClaimsCard } from '../../cards/claims/claims-card.tsx';
import { ExplainedCard } from '../../cards/explained/explained-card.tsx';
import { Headline } from '../../cards/headline/headline.tsx';
import { LawCard } from '../../cards/law/law-card.tsx';
import type { Store } from '../../state/state.ts';
import { explainFirst, explainNot } from '../explained-record.ts';
import { appOf } from '../fixtures.ts';
import { dispatchMs, samplesOf } from '../gpu-record.ts';
import type { Group, Item } from '../item.ts';
import { changed, measuredIn, QUICK, SMOLLM2, shown } from '../shown.ts';

const headline = (id: string, state: string, store: () => Store): Item => ({
  ...{ id, component: 'Headline', state, width: 'main' },
  draw: () => <Headline app={appOf(store())} />,
});

/** Adds a step of a model that is no preset, which the law leaves out. */
function withStranger(record: RunRecord): void {
  const example = record.decode?.find((m) => m.status === 'measured');
  if (!example) return;
  const stranger: DecodeMeasurement = { ...example, case: { ...example.case, model: 'my-model.gguf' } };
  record.decode = [...(record.decode ?? []), stranger];
}

/** The size of a cache that keeps a part of every scan, and the pool of `quick`. */
const [RESISTANT_BYTES, POOL_BYTES] = [134e6, 1.074e9];

/** Rotates through the pool of `quick`, of which a cache keeps as much as it can hold. */
function withResistantCache(record: RunRecord): void {
  for (const m of measuredIn(record)) {
    m.rotationBytes = m.workingSetBytes ?? (m.case.withinBytes === undefined ? POOL_BYTES : POOL_BYTES / 2);
    const cached = Math.min(1, RESISTANT_BYTES / m.rotationBytes);
    m.samples = samplesOf(dispatchMs(m.work.bytesRead + m.work.bytesWritten, cached));
  }
  delete record.decode;
}

/** Leaves the largest read over the whole pool alone. */
function ofOneSize(record: RunRecord): void {
  const reads = measuredIn(record).filter((m) => m.case.kernel === 'stream-read');
  const largest = maxOf(reads.map(({ work }) => work.bytesRead));
  record.measurements = measuredIn(record).filter(
    (m) => !reads.includes(m) || (m.work.bytesRead === largest && m.case.withinBytes === undefined),
  );
  delete record.decode;
}

export const RESULTS: Group = {
  id: 'results',
  title: 'Results',
  items: [
    headline('headline-gpu', 'GPU, with a whole model', () => shown('gpu')),
    headline('headline-software', 'software adapter, with a whole model', () => shown(SMOLLM2)),
    headline('headline-kernels', 'software adapter, kernels alone', () => shown(QUICK)),
    headline('headline-cached', 'may be cached; too few rounds for an interval', () =>
      changed((record) => {
        for (const m of measuredIn(record)) {
          m.rotationBytes = Math.min(m.rotationBytes, 1e8);
          m.samples = m.samples.filter(({ round }) => round < 1);
        }
        delete record.decode;
      }),
    ),
    headline('headline-systematic', 'a cache may have helped a little', () => changed(withResistantCache)),
    headline('headline-one-size', 'reads of one size, as in records of version 1', () => changed(ofOneSize)),
    headline('headline-nothing', 'finished, and nothing measured', () =>
      changed((record) => {
        record.measurements = [];
        record.decode = [];
      }),
    ),
    {
      id: 'claims',
      component: 'Claims card',
      state: 'holds, fails, undecided',
      draw: () => (
        <ClaimsCard
          store={changed((record) => {
            // A claim cannot be decided without these steps.
            record.decode = (record.decode ?? []).filter((m) => m.case.weights !== 'int8');
          })}
        />
      ),
    },
    {
      id: 'claims-software',
      component: 'Claims card',
      state: 'software adapter, kernels alone',
      draw: () => <ClaimsCard store={shown(QUICK)} />,
    },
    {
      id: 'claims-none',
      component: 'Claims card',
      state: 'no claim decided',
      draw: () => <ClaimsCard store={shown('2026-11-20-swiftshader-quick')} />,
      empty: true,
    },
    {
      id: 'explained',
      component: 'Explained card',
      state: 'a step whose kernels are bound by different things',
      draw: () => <ExplainedCard store={changed(explainFirst)} />,
    },
    {
      id: 'explained-not',
      component: 'Explained card',
      state: 'a step that takes too long',
      draw: () => <ExplainedCard store={changed(explainNot)} />,
    },
    {
      id: 'law-gpu',
      component: 'Law card',
      state: 'GPU of known memory',
      draw: () => <LawCard store={shown('gpu')} />,
    },
    {
      id: 'law-terms',
      component: 'Law card',
      state: 'every term identified; memory not known',
      draw: () => <LawCard store={shown(SMOLLM2)} />,
    },
    {
      id: 'law-unidentified',
      component: 'Law card',
      state: 'most terms not identified',
      draw: () => <LawCard store={shown(QUICK)} />,
    },
    {
      id: 'law-stranger',
      component: 'Law card',
      state: 'steps of a model that is not a preset are left out',
      draw: () => <LawCard store={changed(withStranger)} />,
    },
    {
      id: 'law-none',
      component: 'Law card',
      state: 'too little for a law',
      draw: () => (
        <LawCard
          store={changed((record) => {
            record.measurements = [];
            record.decode = [];
          })}
        />
      ),
      empty: true,
    },
  ],
};
