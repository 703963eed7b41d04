/** The content of a tab: its chart with its table, or why there is none. */

import { MODELS } from '../../../../model/models/index.ts';
import { ExplainedCard } from '../../../cards/explained/explained-card.tsx';
import { LawCard } from '../../../cards/law/law-card.tsx';
import { sourceLine } from '../../../charts/source-line.ts';
import type { ChartSpec } from '../../../charts/svg/chart.ts';
import { Plot } from '../../../charts/svg/plot.tsx';
import type { ReadRecord } from '../../../share/reader/api.ts';
import type { Viewer } from '../viewer.ts';
import { batchChart } from './batch-chart.ts';
import { cachesChart } from './caches-chart.ts';
import { ClaimsPanel } from './claims-panel.tsx';
import { CrowdPanel } from './crowd-panel.tsx';
import { fitCharts } from './fit-chart.ts';
import { formatsChart } from './formats-chart.ts';
import { frontierChart } from './frontier-chart.ts';
import { isMissing, type Missing } from './missing.ts';
import { MissingCard } from './missing-card.tsx';
import { formOf, stepsOf } from './steps.ts';
import type { TabId } from './tabs.ts';
import { noParts, whyChart } from './why-chart.ts';

interface PanelProps {
  readonly viewer: Pick<Viewer, 'store' | 'result' | 'chooseModel'>;
  readonly tab: TabId;
  /** The record's JSON as it was written, and the name that its GPU got later. */
  readonly read: Pick<ReadRecord, 'text' | 'gpu'>;
}

export function Panel({ viewer, tab, read }: PanelProps) {
  const { store, result } = viewer;
  const [record, view, found] = [store.record.value, store.view.value, result.value];
  if (!record) return null;
  const source = sourceLine(store);
  const steps = stepsOf(record, view);
  if (tab === 'claims') {
    return view.claims.length > 0 ? (
      <ClaimsPanel claims={view.claims} store={store} source={source} />
    ) : (
      <MissingCard
        missing={{
          title: 'The claims, on this machine',
          why: `The profile ${record.profile} does not measure what the claims need.`,
          todo: 'Run the profile “full”: it takes about five minutes.',
          form: formOf(record, { profile: 'full', decode: '' }),
        }}
      />
    );
  }
  if (tab === 'crowd') return <CrowdPanel text={read.text} gpu={read.gpu ?? ''} />;
  if (tab === 'batch') return <Charts shown={batchChart(record, steps, source)} />;
  if (tab === 'caches') return <Charts shown={cachesChart(record, view, source)} />;
  if (tab === 'fit') return <Charts shown={fitCharts(record, view.series, source)} />;
  // The law takes as long as all else together, and these tabs wait for it.
  if (!found) return <p class="pending">Working out what the run says of its machine…</p>;
  if (tab === 'formats') return <Charts shown={formatsChart(record, found.saved, source)} />;
  if (tab === 'frontier') return <Charts shown={frontierChart(record, steps, found.reach, source)} />;
  const { why } = found;
  return (
    <>
      {(why?.by === 'weights' || (!why && steps.length === 0)) && <ModelChoice viewer={viewer} />}
      <Charts shown={why ? whyChart(why, source) : noParts(record, steps[0]?.case.model)} />
      <ExplainedCard store={store} />
      {store.law.value && (
        <details class="behind">
          <summary>The law behind it</summary>
          <LawCard store={store} />
        </details>
      )}
    </>
  );
}

function Charts({ shown }: { readonly shown: ChartSpec | readonly ChartSpec[] | Missing }) {
  if (isMissing(shown)) return <MissingCard missing={shown} />;
  const all = 'id' in shown ? [shown] : shown;
  return (
    <>
      {all.map((spec) => (
        <Plot key={spec.id} spec={spec} />
      ))}
    </>
  );
}

/** The model that is computed where none was timed. */
function ModelChoice({ viewer: { store, chooseModel } }: Pick<PanelProps, 'viewer'>) {
  return (
    <label class="model-choice">
      <span>Computed for</span>
      <select value={store.options.value.model} onChange={(event) => chooseModel(event.currentTarget.value)}>
        {MODELS.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
