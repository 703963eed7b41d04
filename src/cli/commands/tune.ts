/** `hbmark tune`: finds the fastest right tuning of every kernel on this machine, shows it, and keeps it. */

import { PROFILES } from '../../../harness/profiles.ts';
import type { Tuned } from '../../../harness/tune.ts';
import { type TuneEvent, tuneKernels } from '../../../harness/tune-session.ts';
import { figureText } from '../../../results/figures.ts';
import type { AdapterInfo, HostInfo } from '../../../results/schema.ts';
import type { Kernel, KernelSet } from '../../../shaders/kernel.ts';
import { KERNELS } from '../../../shaders/registry.ts';
import { changesText, formatText, sizesText, tuningText } from '../case-text.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { choice, number, randomSeed, repeated, single } from '../flags.ts';
import { createNodeHost } from '../node-host.ts';
import { type Progress, progressBar } from '../progress.ts';
import { table } from '../table.ts';
import { keepTunings, readTunings, tuningsPath } from '../tunings.ts';

export interface TuneFlags {
  /** All where none is named. */
  readonly kernels: readonly Kernel[];
  readonly adapter: string | undefined;
  readonly budgetSeconds: number;
  readonly seed: number;
  readonly json: boolean;
}

/** For everything there is to tune; on a GPU a problem is settled in a few seconds. */
const DEFAULT_BUDGET_SECONDS = 300;

export const BUDGET_RANGE = { least: 1, most: 86_400, unit: 'seconds' };

/** @throws UsageError */
export function parseTuneFlags(flags: Readonly<Record<string, unknown>>): TuneFlags {
  if (choice('--host', flags.host, ['node', 'chromium']) === 'chromium') {
    throw new UsageError('tune in Node (leave --host out): tuning in a browser is not there yet');
  }
  return {
    kernels: kernelsNamed(repeated('--kernel', flags.kernel)),
    adapter: single('--adapter', flags.adapter),
    budgetSeconds: number('--budget', flags.budget, BUDGET_RANGE) ?? DEFAULT_BUDGET_SECONDS,
    seed: number('--seed', flags.seed, { least: 0, most: 0xffffffff, whole: true }) ?? randomSeed(),
    json: flags.json === true,
  };
}

/** The kernels with these ids; all for none. @throws UsageError naming those that there are. */
export function kernelsNamed(ids: readonly string[]): readonly Kernel[] {
  if (ids.length === 0) return KERNELS.measured;
  return ids.map((id) => {
    const kernel = KERNELS.measured.find((k) => k.id === id);
    if (kernel) return kernel;
    throw new UsageError(`--kernel must be one of ${KERNELS.measured.map((k) => k.id).join(', ')}; got "${id}"`);
  });
}

type Untuned = Extract<TuneEvent, { type: 'untuned' }>;

/** What a session found. */
export interface TuneOutcome {
  readonly adapter: AdapterInfo;
  readonly host: HostInfo;
  readonly tuned: readonly Tuned[];
  readonly untuned: readonly Untuned[];
}

export interface TuneHereOptions extends Pick<TuneFlags, 'kernels' | 'adapter' | 'budgetSeconds' | 'seed'> {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Tunes in Node and keeps every winner as soon as it is known. */
export async function tuneHere({ adapter, ...options }: TuneHereOptions): Promise<TuneOutcome> {
  const kernels: KernelSet = { ...KERNELS, measured: options.kernels };
  const tuned: Tuned[] = [];
  const untuned: Untuned[] = [];
  let machine: { adapter: AdapterInfo; host: HostInfo } | undefined;
  const events = tuneKernels(await createNodeHost({ adapter }), {
    kernels,
    profile: PROFILES.kernels,
    seed: options.seed,
    budgetMs: options.budgetSeconds * 1000,
    known: (info, host) => readTunings(options.kernels, info, host),
    signal: options.signal,
  });
  for await (const event of events) {
    if (event.type === 'progress') options.progress.show(event);
    if (event.type === 'adapter') machine = event;
    if (event.type === 'untuned') untuned.push(event);
    if (event.type === 'tuned' && machine) {
      tuned.push(event.tuned);
      keepTunings(options.kernels, machine.adapter, machine.host, [event.tuned]);
    }
  }
  if (!machine) throw new Error('tuning ended without an adapter');
  const { adapter: info, host } = machine;
  return { adapter: info, host, tuned, untuned };
}

export async function tune(flags: TuneFlags): Promise<ExitCode> {
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const progress = progressBar();
  let outcome: TuneOutcome;
  try {
    outcome = await tuneHere({ ...flags, signal: abort.signal, progress });
  } finally {
    progress.stop();
  }
  console.log(flags.json ? JSON.stringify(tuneDocument(outcome), null, 2) : tuneText(outcome));
  if (outcome.untuned.some(({ fault }) => fault)) return EXIT.wrong;
  return abort.signal.aborted ? EXIT.interrupted : EXIT.done;
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
];

function tuneText({ tuned, untuned }: TuneOutcome): string {
  const rows = [...tuned].sort((a, b) => rowKey(a).localeCompare(rowKey(b))).map(row);
  const faults = untuned.filter(({ fault }) => fault);
  const unreached = untuned.filter(({ fault }) => !fault);
  const wrong = tuned.flatMap((t) => t.evidence.unfit.filter(({ kind }) => kind === 'wrong').map((u) => ({ t, u })));
  return [
    table(rows, HEADER),
    '',
    ...faults.map((u) => `! ${u.kernel} ${u.variant} ${formatText(u.params)}: ${u.reason}`),
    ...wrong.map(({ t, u }) => `! wrong: ${t.kernel} ${t.variant} with ${tuningText(u.tuning)}: ${u.reason}`),
    ...(unreached[0] ? [`${unreached.length} not tuned: ${unreached[0].reason}`] : []),
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
  ];
}

function defaultsOf(id: string) {
  return KERNELS.measured.find((kernel) => kernel.id === id)?.defaults ?? {};
}
