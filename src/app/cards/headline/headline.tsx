/** The figures that people come for, each with its interval and what it is worth. */

import { maxOf } from '../../../../results/statistics.ts';
import './headline.css';
import type { ComponentChildren } from 'preact';
import { isTimedStep, lengthsText, stepBytes } from '../../../../results/decode.ts';
import {
  bytesText,
  type FigureText,
  gbpsText,
  integerText,
  msText,
  NONE,
  significant,
  tokensPerSecondText,
} from '../../../../results/figures.ts';
import { type HeadlineFigures, launchText, shownDownTo } from '../../../../results/headline.ts';
import { MODELS } from '../../../model/models/index.ts';
import type { App } from '../../pages/bench/app.ts';
import type { Store } from '../../state.ts';
import { SoftwareBadge } from '../labels/software-banner.tsx';

/** What the headline needs of the page that shows it. */
type HeadlineApp = Pick<App, 'store' | 'chooseModel'>;

export function Headline({ app }: { app: HeadlineApp }) {
  const { store } = app;
  const { headline, decode } = store.view.value;
  if (!store.begun.value) return null;
  return (
    <section class="headline" aria-label="Results" data-software={store.software.value}>
      <MeasuredStep store={store} />
      <BigFigure
        id="streaming"
        store={store}
        title="Streaming bandwidth"
        unit="GB/s"
        figure={headline && gbpsText(headline.gbps)}
        downTo={headline && shownDownTo(headline)}
        pending={pendingText(store, 'the largest streaming read')}
      >
        {headline?.of === 'maybe-cache' ? (
          <p>
            <strong class="doubt">May be cached.</strong> Too few other bytes are read before a byte is read again to
            rule out a cache.
          </p>
        ) : (
          <p>How fast memory can be read: the ceiling that decode is compared with.</p>
        )}
        {headline && <Launch launchMs={headline.launchMs} />}
      </BigFigure>
      <BigFigure
        id="decode"
        store={store}
        title="A model writes at most"
        unit="tokens/s"
        figure={decode && tokensPerSecondText(decode.tokensPerSecond)}
        pending={pendingText(store, 'three sizes of f16 weights')}
      >
        <ModelSelect app={app} />
        <p>
          {decode
            ? `${decode.format} weights, ${bytesText(decode.weightBytes)} in ${integerText(decode.dispatches)} dispatches, ${msText(decode.stepMs.value)} per token. `
            : ''}
          KV cache, attention and norms are left out, so this is an upper bound for one user.
        </p>
      </BigFigure>
    </section>
  );
}

/** The time to start a read, which the bandwidth leaves out; or that it does not, as in runs that read one size. */
function Launch({ launchMs }: Pick<HeadlineFigures, 'launchMs'>) {
  if (!launchMs) return <p data-launch>The time to start a read is in the figure: this run cannot tell it apart.</p>;
  const { value, interval } = launchText(launchMs);
  const kept = (text: string) => text.replaceAll(' ', '\u00a0');
  return (
    <p data-launch>
      Starting a read takes <strong>{kept(value)}</strong>
      {interval && ` (${kept(interval)})`}, however much it reads.
    </p>
  );
}

/** The speed that one user gets from the first decode step that was timed. */
function MeasuredStep({ store }: { store: Store }) {
  const rows = store.stepRows.value;
  if (rows.length === 0) return null;
  const { steps } = store.view.value;
  const all = rows.flatMap(({ index, case: c, measurement: m }) => {
    const figures = steps[index];
    return figures && m && isTimedStep(m) ? [{ c, m, figures }] : [];
  });
  const [timed] = all;
  const maxTokensPerSecond = maxOf(all.map(({ figures }) => figures.tokensPerSecond.value));
  return (
    <BigFigure
      id="steps"
      wide
      store={store}
      title="Decode of a whole model, measured"
      unit="tokens/s"
      figure={timed && tokensPerSecondText(timed.figures.perUser)}
      pending={pendingText(store, 'a decode step that can be timed')}
    >
      {timed && (
        <p>
          {timed.c.model} in {timed.c.weights}, KV cache in {timed.c.kv}, batch {timed.c.batch}, context{' '}
          {lengthsText(timed.c)}: a step takes {msText(timed.figures.stepMs.value)} and moves{' '}
          {bytesText(stepBytes(timed.m))}.
          {all.length > 1 &&
            ` The fastest of ${all.length} steps makes ${significant(maxTokensPerSecond)} tokens/s for all users together.`}
        </p>
      )}
    </BigFigure>
  );
}

interface BigFigureProps {
  /** Whether the figure spans both columns. Default: no. */
  readonly wide?: boolean;
  readonly id: string;
  readonly store: Store;
  readonly title: string;
  readonly unit: string;
  readonly figure: FigureText | undefined;
  /** The lower end of the figure's systematic error; undefined where there is none to speak of. */
  readonly downTo?: number | undefined;
  /** The text in place of the interval while there is no figure. */
  readonly pending: string;
  readonly children: ComponentChildren;
}

function BigFigure({ id, wide = false, store, title, unit, figure, downTo, pending, children }: BigFigureProps) {
  return (
    <div class={wide ? 'big-figure wide' : 'big-figure'} data-figure={id}>
      <h2>{title}</h2>
      <SoftwareBadge store={store} />
      <p class="value">
        <span data-value>{figure?.value ?? NONE}</span>
        <span class="unit"> {unit}</span>
      </p>
      <p class="interval" data-interval>
        {figure
          ? figure.interval
            ? `95\u00a0% interval within this run: ${figure.interval} ${unit}`
            : 'too few rounds for an interval'
          : pending}
      </p>
      {downTo !== undefined && (
        <p class="interval" data-down-to>
          down to {significant(downTo)} {unit} if a cache helped
        </p>
      )}
      <div class="notes">{children}</div>
    </div>
  );
}

function pendingText(store: Store, needs: string): string {
  if (store.busy.value) return `waiting for ${needs}`;
  return store.stage.value === 'finished' ? `not measured: needs ${needs}` : 'not measured yet';
}

function ModelSelect({ app }: { app: HeadlineApp }) {
  const { options } = app.store;
  return (
    <label class="model-select">
      <span>Model</span>
      <select value={options.value.model} onChange={(event) => app.chooseModel(event.currentTarget.value)}>
        {MODELS.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
