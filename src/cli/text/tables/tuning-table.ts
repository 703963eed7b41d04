/** The outcome of tuning, as a table of winners and lines for the problems that have none. */

import type { TuneEvent } from '../../../../harness/tuning/events.ts';
import type { Tuned } from '../../../../harness/tuning/store.ts';
import { groupBy } from '../../../../results/lists.ts';
import { isAnonymous } from '../../../../results/machine/identity.ts';
import type { AdapterInfo } from '../../../../results/record/schema.ts';
import { figureText } from '../../../../results/text/figures.ts';
import { defaultTuning, type Tuning } from '../../../../shaders/kernel.ts';
import type { Problem } from '../../../../shaders/problem.ts';
import { KERNELS } from '../../../../shaders/registry.ts';
import { changesText, formatText, sizesText, tuningText } from '../case-text.ts';
import { table } from './table.ts';

/** The outcome of tuning, and the file that keeps it. */
interface Found {
  readonly tuned: readonly Tuned[];
  readonly untuned: readonly Extract<TuneEvent, { type: 'untuned' }>[];
  /** The path of the file that the winners were written to. Null: no file could be written. */
  readonly store: string | null;
  readonly adapter: AdapterInfo;
}

const HEADER = [
  'kernel',
  'variant',
  'format',
  'shape',
  'default',
  'best',
  'speed-up',
  '95 % within session',
  'tried',
  'wrong',
  'failed',
  'slow',
];

/** Returns the table of winners, then faults, wrong candidates, and what the time did not reach. */
export function tuningLines({ tuned, untuned, store, adapter }: Found): string[] {
  const rows = [...tuned].sort((a, b) => rowKey(a).localeCompare(rowKey(b))).map(row);
  const faults = untuned.filter(({ fault }) => fault);
  const unreached = groupBy(
    untuned.filter(({ fault }) => !fault),
    ({ reason }) => reason,
  );
  const wrong = tuned.flatMap((t) => t.evidence.unfit.filter(({ kind }) => kind === 'wrong').map((u) => ({ t, u })));
  return [
    ...(rows.length > 0 ? [table(rows, HEADER), ''] : []),
    ...faults.map((u) => `! ${u.kernel} ${u.variant} ${formatText(u.params)}: ${u.reason}`),
    ...wrong.map(({ t, u }) => `! wrong: ${t.kernel} ${t.variant} with ${tuningText(u.tuning)}: ${u.reason}`),
    ...[...unreached].flatMap(([reason, all]) => [
      `${all.length} not tuned: ${reason}`,
      ...all.map(
        (u) => `  ${[u.kernel, u.variant, formatText(u.params), sizesText(u.params)].filter(Boolean).join(' ')}`,
      ),
    ]),
    ...(unreached.size > 0 ? ['run it again, or with more time (--budget): these come first then'] : []),
    store === null ? 'kept nowhere: this is all that there is of them' : `kept in ${store}; hbmark run uses them`,
    ...(isAnonymous(adapter)
      ? ['nothing names the GPU here: they count for every GPU with the same features and limits']
      : []),
  ];
}

const rowKey = ({ kernel, variant, params }: Tuned): string => `${kernel} ${variant} ${formatText(params)}`;

function row({ kernel, variant, params, tuning, evidence }: Tuned): string[] {
  const { tried, possible, unfit, speedup } = evidence;
  const defaults = defaultsOf({ kernel, variant, params });
  const best = changesText(tuning, defaults);
  const unfitCount = (kind: string) => String(unfit.filter((u) => u.kind === kind).length);
  const figure = speedup && figureText(speedup, '');
  return [
    kernel,
    variant,
    formatText(params),
    sizesText(params),
    tuningText(defaults),
    // The defaults stand, because this candidate was not shown to be faster. The ratio in the row is the candidate's.
    best === 'as default' && evidence.candidate
      ? `as default (not ${changesText(evidence.candidate, defaults)})`
      : best,
    figure?.value ?? '1',
    figure?.interval ?? '',
    `${tried}/${possible}`,
    unfitCount('wrong'),
    unfitCount('failed'),
    unfitCount('slow'),
  ];
}

/** Returns the tuning that a problem has by default. */
export function defaultsOf({ kernel: id, variant, params }: Problem): Tuning {
  const kernel = KERNELS.measured.find((kernel) => kernel.id === id);
  return kernel ? defaultTuning(kernel, variant, params) : {};
}
