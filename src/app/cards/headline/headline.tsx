/** The figures that people come for, each with its interval and what it is worth. */

import { maxOf } from '../../../../results/lists.ts';
import './headline.css';
import type { ComponentChildren } from 'preact';
import { headlineStep, isTimedStep, stepBytes } from '../../../../results/derived/decode.ts';
import { type HeadlineFigures, launchText, shownDownTo } from '../../../../results/derived/headline.ts';
import {
  bytesText,
  type FigureText,
  gbpsText,
  integerText,
  msText,
  NONE,
  significant,
  tokensPerSecondText,
} from '../../../../results/text/figures.ts';
import { shown } from '../../../../results/text/shown.ts';
import { lengthsText } from '../../../../results/text/step-text.ts';
import { MODELS } from '../../../model/models/index.ts';
import type { App } from '../../pages/bench/app.ts';
import type { Store } from '../../state/state.ts';
import { modelName } from '../../text/names.ts';
import { SoftwareBadge } from '../labels/software-banner.tsx';

/** What the headline needs of the page that shows it. */
type HeadlineApp = Pick<App, 'store' | 'chooseModel'>;

export function Headline({ app }: { app: HeadlineApp }) {
  const { store } = app;
  const { headline, decode } = store.view.value;
  if (!store.begun.value) return null;
  // What a whole model does is measured then, and what another would do at most is no headline beside it.
  const isMeasured = store.stepRows.value.length > 0;
  return (
    <section class="headline" aria-label="Results" data-software={store.software.value}>
      <MeasuredStep store={store} />
      <BigFigure
        id="streaming"
        wide={isMeasured}
        store={store}
        title="How fast memory is read"
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
          <p>Every token reads the whole model out of memory, so this sets the pace.</p>
        )}
        {headline && <Launch launchMs={headline.launchMs} />}
      </BigFigure>
      {!isMeasured && (
        <BigFigure
          id="decode"
          store={store}
          title={`${modelName(decode?.modelId ?? store.options.value.model)} writes at most`}
          unit="tokens/s"
          figure={decode && tokensPerSecondText(decode.tokensPerSecond)}
          pending={pendingText(store, 'three sizes of f16 weights')}
        >
          <ModelSelect app={app} />
          <p>
            {decode &&
              `Each token reads ${bytesText(decode.weightBytes)} of ${decode.format} weights, in ${integerText(decode.dispatches)} launches: ${msText(decode.stepMs.value)}. `}
            The text so far (KV cache) and small parts are left out, so for one reader no run is faster.
          </p>
        </BigFigure>
      )}
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

/** The speed that one reader gets from the step that the run is known by. */
function MeasuredStep({ store }: { store: Store }) {
  const rows = store.stepRows.value;
  const [first] = rows;
  if (!first) return null;
  const { steps } = store.view.value;
  const all = rows.flatMap(({ index, measurement: m }) => {
    const figures = steps[index];
    return figures && m && isTimedStep(m) ? [{ m, figures }] : [];
  });
  const timed = headlineStep(
    all.map(({ m }) => m),
    (_, i) => all[i]?.figures,
  );
  const of = timed?.m.case ?? first.case;
  // Of the same model in the same formats: a smaller one would be faster, and would say nothing of this one.
  const alike = all.filter(({ m: { case: c } }) => c.model === of.model && c.weights === of.weights && c.kv === of.kv);
  const maxTokensPerSecond = maxOf(alike.map(({ figures }) => figures.tokensPerSecond.value));
  return (
    <BigFigure
      id="steps"
      wide
      store={store}
      title={`${shown(modelName(of.model))} ${of.weights}, the whole model measured`}
      unit="tokens/s"
      figure={timed && tokensPerSecondText(timed.figures.perUser)}
      pending={pendingText(store, 'a decode step that can be timed')}
    >
      {timed && (
        <p>
          {of.batch === 1 ? 'One reader' : `Each of ${of.batch} readers`}, at a context of {lengthsText(of)}, KV cache
          in {of.kv}: a step takes {msText(timed.figures.stepMs.value)} and moves {bytesText(stepBytes(timed.m))}.
          {alike.length > 1 &&
            ` The fastest of ${alike.length} steps of it makes ${significant(maxTokensPerSecond)} tokens/s for all readers together.`}
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
