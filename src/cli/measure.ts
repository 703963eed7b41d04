/**
 * Running and tuning on either host: Dawn in this process, or the page in a headless Chromium. Both use the winners
 * that the terminal's file holds for their machine, and say the same events.
 */

import type { RunEvent } from '../../harness/events.ts';
import type { Profile } from '../../harness/profiles.ts';
import { run } from '../../harness/run/run.ts';
import type { EngineEvent, TuneEvent } from '../../harness/tuning/events.ts';
import { tuneKernels } from '../../harness/tuning/session.ts';
import type { AdapterInfo, HostInfo, RecordBody, RunRecord } from '../../results/schema.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { KERNELS } from '../../shaders/registry.ts';
import type { Model } from '../model/models/model.ts';
import type { DecodeSweep } from '../model/request/sweep.ts';
import { bytesOf } from '../session/params.ts';
import { type RunRequest, runOptions, type TuneRequest, tuneOptions } from '../session/run-options.ts';
import { UsageError } from './errors.ts';
import { choice, number, randomSeed, single } from './flags.ts';
import { inChromium, type PageParams } from './hosts/chromium-run.ts';
import { createNodeHost } from './hosts/node.ts';
import { readTunings } from './hosts/tunings.ts';

/** What runs and tuning have in common. */
export interface Place {
  readonly host: 'node' | 'chromium';
  readonly adapter: string | undefined;
  readonly memoryGB: number | undefined;
  readonly seed: number;
}

/** @throws UsageError */
export function parsePlace(flags: Readonly<Record<string, unknown>>): Place {
  const host = choice('--host', flags.host, ['node', 'chromium']) ?? 'node';
  const adapter = single('--adapter', flags.adapter);
  if (host === 'chromium' && adapter !== undefined && adapter !== 'swiftshader') {
    throw new UsageError(`--adapter with --host chromium can only be swiftshader; got "${adapter}"`);
  }
  return {
    host,
    adapter,
    memoryGB: number('--memory', flags.memory, { min: 0.1, max: 1000, unit: 'GB' }),
    seed: number('--seed', flags.seed, { min: 0, max: 0xffffffff, whole: true }) ?? randomSeed(),
  };
}

export interface MeasureOptions extends Place {
  readonly profile: Profile['id'];
  readonly gpu?: string | undefined;
  readonly budgetSeconds?: number | undefined;
  readonly kernels: readonly Kernel[];
  /** Measure the defaults beside the winners, the ceiling and scalar baselines beside the kernels. */
  readonly compare?: boolean;
  /** Models whose decode steps are timed as well. */
  readonly models?: readonly Model[] | undefined;
  readonly sweep?: DecodeSweep | undefined;
  /** With `node`: a run that ended early. */
  readonly resume?: RunRecord | undefined;
  /** With `node`: told between visits that there is more to be kept. */
  readonly keep?: ((body: () => RecordBody) => unknown) | undefined;
  readonly signal: AbortSignal;
}

export async function* measure(options: MeasureOptions): AsyncGenerator<RunEvent> {
  const { host, adapter, memoryGB, seed, profile, gpu, budgetSeconds, resume, keep, signal } = options;
  const { kernels: measured, compare = false, models = [], sweep } = options;
  if (host === 'chromium') {
    const params: PageParams = {
      ...{ profile, seed, memory: memoryGB, gpu, budget: budgetSeconds, kernels: idsOf(measured), autorun: 1 },
      ...(sweep && paramsOf(sweep)),
      ...(compare && { compare: 'defaults' }),
    };
    for await (const event of inChromium(params, { adapter, signal, models: sweep ? models : [] })) {
      if (event.type !== 'tuned' && event.type !== 'untuned') yield event;
    }
    return;
  }
  const request: RunRequest = {
    ...{ seed, profile, compare, kernels: measured.map(({ id }) => id) },
    memoryBytes: bytesOf(memoryGB ?? null),
    budgetMs: budgetSeconds === undefined ? null : budgetSeconds * 1000,
    reported: gpu === undefined ? (resume?.reported ?? {}) : { gpu },
    decode: sweep ? { models, sweep } : null,
  };
  yield* run(await createNodeHost({ adapter }), runOptions(request, { winnersOf, resume, keep, signal }));
}

const winnersOf = (adapter: AdapterInfo, host: HostInfo) => readTunings(KERNELS.measured, adapter, host);

/** As src/app/params.ts reads them. */
const paramsOf = ({ weights, kv, contexts, shortest, batches, ofProfile }: DecodeSweep): PageParams => ({
  ...{ weights: weights.join(','), kv: kv.join(',') },
  // What is not asked for is the page's to choose, as it is the terminal's.
  ...(!ofProfile && { context: contexts.join(','), shortest, batch: batches.join(',') }),
});

export interface TuneOptions extends Place {
  readonly kernels: readonly Kernel[];
  readonly budgetSeconds: number;
  readonly signal: AbortSignal;
}

export async function* tune(options: TuneOptions): AsyncGenerator<TuneEvent> {
  const { host, adapter, memoryGB, seed, kernels, budgetSeconds, signal } = options;
  if (host === 'chromium') {
    const params = { seed, memory: memoryGB, kernels: idsOf(kernels), tune: budgetSeconds, autorun: 'tune' };
    for await (const event of inChromium(params, { adapter, signal })) {
      if (!isOfTuning(event)) {
        throw new Error(`the page was told to tune, and ran: "${event.type}"`);
      }
      yield event;
    }
    return;
  }
  const request: TuneRequest = {
    ...{ seed, kernels: kernels.map(({ id }) => id), memoryBytes: bytesOf(memoryGB ?? null) },
    budgetMs: budgetSeconds * 1000,
  };
  yield* tuneKernels(await createNodeHost({ adapter }), tuneOptions(request, { winnersOf, signal }));
}

const TUNING_EVENTS: ReadonlySet<string> = new Set([
  'adapter',
  'clock',
  'progress',
  'tuned',
  'untuned',
] satisfies TuneEvent['type'][]);

const isOfTuning = (event: EngineEvent): event is TuneEvent => TUNING_EVENTS.has(event.type);

const idsOf = (kernels: readonly Kernel[]): string => kernels.map(({ id }) => id).join(',');
