/** The tab *Crowd*: where the run stands among others of the same GPU. It asks for them once it is opened. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Plot } from '../../../charts/svg/plot.tsx';
import type { Crowd, StandingAnswer } from '../../../collection/crowd/api.ts';
import { startCrowd } from '../../../collection/crowd/client.ts';
import { routeUrl } from '../../../shell/routes.ts';
import { standingCharts } from './standing-chart.ts';

interface CrowdPanelProps {
  /** The record's JSON. */
  readonly text: string;
  /** The name that a person gave to its GPU. Empty: none. */
  readonly gpu: string;
}

/** One for the page: it is a worker. */
let crowd: Crowd | undefined;

export function CrowdPanel({ text, gpu }: CrowdPanelProps) {
  const answer = useSignal<StandingAnswer | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    crowd ??= startCrowd();
    void crowd.standing(text, gpu).then((found) => {
      if (isCurrent) answer.value = found;
    });
    return () => {
      isCurrent = false;
    };
  }, [text, gpu, answer]);
  return <Standing answer={answer.value} />;
}

/** @param answer undefined: it is being looked for */
export function Standing({ answer }: { readonly answer: StandingAnswer | undefined }) {
  if (!answer) return <p class="pending">Looking for other runs of this GPU…</p>;
  if (!answer.ok) {
    return (
      <Card why={answer.why}>
        {answer.needsName
          ? 'With the name of its GPU, above, it is set beside other runs of that GPU.'
          : 'The page Crowd shows what others have measured.'}
      </Card>
    );
  }
  const charts = standingCharts(answer.standing);
  if (charts.length === 0) {
    return (
      <Card why={`There is no other run of the ${answer.standing.part.name} in the collection yet.`}>
        Yours would be the first. The page Crowd shows other GPUs.
      </Card>
    );
  }
  return (
    <>
      {charts.map((spec) => (
        <Plot key={spec.id} spec={spec} />
      ))}
    </>
  );
}

function Card({ why, children }: { readonly why: string; readonly children: string }) {
  return (
    <section class="card missing" aria-labelledby="missing-title">
      <h2 id="missing-title">Where it stands among others</h2>
      <p class="lead">{why}</p>
      <p>{children}</p>
      <p>
        <a class="button secondary" href={routeUrl('crowd')}>
          Open Crowd
        </a>
      </p>
    </section>
  );
}
