/** `hbmark tune`: finds the fastest right tuning of every kernel on this machine, shows it, and keeps it. */

import type { TuneEvent } from '../../../harness/tuning/events.ts';
import type { Tuned } from '../../../harness/tuning/store.ts';
import { figureText } from '../../../results/figures.ts';
import type { AdapterInfo, HostInfo } from '../../../results/schema.ts';
import { groupBy } from '../../../results/statistics.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { KERNELS, kernelsNamed } from '../../../shaders/registry.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { number, repeated } from '../flags.ts';
import { keepTunings, tuningsPath } from '../hosts/tunings.ts';
import { type Place, parsePlace, tune as tuneOn } from '../measure.ts';
import { inSession, type Session } from '../session.ts';
import { changesText, formatText, sizesText, tuningText } from '../text/case-text.ts';
import { table } from '../text/table.ts';

export interface TuneFlags extends Place {
  /** All where none is named. */
  readonly kernels: readonly Kernel[];
  readonly budgetSeconds: number;
  readonly json: boolean;
}

/** For everything there is to tune; on a GPU a problem is settled in a few seconds. */
const DEFAULT_BUDGET_SECONDS = 300;

export const BUDGET_RANGE = { min: 1, max: 86_400, whole: true, unit: 'seconds' };

/** @throws UsageError */
export function parseTuneFlags(flags: Readonly<Record<string, unknown>>): TuneFlags {
  return {
    ...parsePlace(flags),
    kernels: parseKernels(flags.kernel),
    budgetSeconds: number('--budget', flags.budget, BUDGET_RANGE) ?? DEFAULT_BUDGET_SECONDS,
    json: flags.json === true,
  };
}

/** The kernels named by `--kernel`; all for none. @throws UsageError naming those that there are. */
export function parseKernels(flag: unknown): readonly Kernel[] {
  try {
    return kernelsNamed(repeated('--kernel', flag));
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(`--kernel ${error.message}`) : error;
  }
}

type Untuned = Extract<TuneEvent, { type: 'untuned' }>;

/** What a session found. */
export interface TuneOutcome {
  readonly adapter: AdapterInfo;
  readonly host: HostInfo;
  readonly tuned: readonly Tuned[];
  readonly untuned: readonly Untuned[];
}

/** Tunes, and keeps every winner as soon as it is known. */
export async function tuneAndKeep(
  options: Omit<TuneFlags, 'json'>,
  { signal, progress }: Session,
): Promise<TuneOutcome> {
  const tuned: Tuned[] = [];
  const untuned: Untuned[] = [];
  let machine: { adapter: AdapterInfo; host: HostInfo } | undefined;
  for await (const event of tuneOn({ ...options, signal })) {
    if (event.type === 'progress') progress.show(event);
    if (event.type === 'adapter') machine = event;
    if (event.type === 'untuned') untuned.push(event);
    if (event.type === 'tuned' && machine) {
      tuned.push(event.tuned);
      keepTunings(options.kernels, machine.adapter, machine.host, [event.tuned]);
    }
  }
  if (!machine) throw new Error('tuning ended without an adapter');
  return { adapter: machine.adapter, host: machine.host, tuned, untuned };
}

export async function tune(flags: TuneFlags): Promise<ExitCode> {
  const { outcome, interrupted } = await inSession(async (session) => ({
    outcome: await tuneAndKeep(flags, session),
    interrupted: session.signal.aborted,
  }));
  console.log(flags.json ? JSON.stringify(tuneDocument(outcome), null, 2) : tuneText(outcome));
  if (outcome.untuned.some(({ fault }) => fault)) return EXIT.wrong;
  return interrupted ? EXIT.interrupted : EXIT.done;
}

/** The document of `hbmark tune --json`: winners with their evidence, and what has none, with the reason. */
export function tuneDocument({ adapter, host, tuned, untuned }: TuneOutcome) {
  return {
    adapter,
    host,
    store: tuningsPath(),
    tuned: tuned.map((t) => ({ ...t, defaults: defaultsOf(t.kernel) })),
    untuned: untuned.map(({ kernel, variant, params, reason, fault }) => ({ kernel, variant, params, reason, fault })),
  };
}

const HEADER = [
  'kernel',
  'variant',
  'format',
  'shape',
  'default',
  'best',
  'speed-up',
  '95 %',
  'tried',
  'wrong',
  'failed',
  'slow',
];

function tuneText({ tuned, untuned }: TuneOutcome): string {
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
    `kept in ${tuningsPath()}; hbmark run uses them`,
  ].join('\n');
}

const rowKey = ({ kernel, variant, params }: Tuned): string => `${kernel} ${variant} ${formatText(params)}`;

function row({ kernel, variant, params, tuning, evidence }: Tuned): string[] {
  const { tried, possible, unfit, speedup } = evidence;
  const defaults = defaultsOf(kernel);
  const best = changesText(tuning, defaults);
  const unfitCount = (kind: string) => String(unfit.filter((u) => u.kind === kind).length);
  const figure = speedup && figureText(speedup, '');
  return [
    kernel,
    variant,
    formatText(params),
    sizesText(params),
    tuningText(defaults),
    // A candidate that lost its last race, or won it within noise, is named: the ratio is its.
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

function defaultsOf(id: string) {
  return KERNELS.measured.find((kernel) => kernel.id === id)?.defaults ?? {};
}
