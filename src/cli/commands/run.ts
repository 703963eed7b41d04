/** `hbmark run`: measures this machine, shows what was measured, and keeps the record where it is told to. */

import { writeFileSync } from 'node:fs';
import type { RunEvent } from '../../../harness/events.ts';
import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import { run as runHere } from '../../../harness/run.ts';
import { tuningFrom } from '../../../harness/tunings.ts';
import { checkRecord } from '../../../results/check.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { KERNELS } from '../../../shaders/registry.ts';
import { DEFAULT_MODEL, modelById } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { runInChromium } from '../chromium-run.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { choice, number, randomSeed, repeated, single } from '../flags.ts';
import { createNodeHost } from '../node-host.ts';
import { requireWritable } from '../out-file.ts';
import { progressBar } from '../progress.ts';
import { runDocument, runText } from '../summary.ts';
import { readTunings } from '../tunings.ts';

interface RunFlags {
  readonly profile: Profile['id'];
  readonly models: readonly Model[];
  readonly host: 'node' | 'chromium';
  readonly adapter: string | undefined;
  readonly memoryGB: number | undefined;
  readonly seed: number;
  readonly gpu: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

export function parseRunFlags(flags: Readonly<Record<string, unknown>>): RunFlags {
  const models = repeated('--model', flags.model);
  return {
    profile: choice('--profile', flags.profile, Object.keys(PROFILES) as Profile['id'][]) ?? 'quick',
    models: models.length > 0 ? models.map(presetOf) : [DEFAULT_MODEL],
    host: choice('--host', flags.host, ['node', 'chromium']) ?? 'node',
    adapter: single('--adapter', flags.adapter),
    memoryGB: number('--memory', flags.memory, { least: 0.1, most: 1000, unit: 'GB' }),
    seed: number('--seed', flags.seed, { least: 0, most: 0xffffffff, whole: true }) ?? randomSeed(),
    gpu: single('--gpu', flags.gpu),
    out: single('--out', flags.out),
    json: flags.json === true,
  };
}

function presetOf(id: string): Model {
  try {
    return modelById(id);
  } catch (error) {
    throw new UsageError(`--model: ${(error as Error).message}`);
  }
}

export async function run(flags: RunFlags): Promise<ExitCode> {
  if (flags.out !== undefined) requireWritable(flags.out);
  const abort = new AbortController();
  // Once: what has been measured is kept. Twice: the default, which is to die.
  process.once('SIGINT', () => abort.abort());
  const progress = progressBar();
  let record: RunRecord | undefined;
  try {
    const events = flags.host === 'node' ? await inNode(flags, abort.signal) : inChromium(flags, abort.signal);
    for await (const event of events) {
      progress.show(event);
      if (event.type === 'done') record = event.record;
    }
  } finally {
    progress.stop();
  }
  if (!record) throw new Error('the run ended without a record');
  const checked = checkRecord(record);
  if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(record, null, 2)}\n`);
  if (flags.json) console.log(JSON.stringify(runDocument(record, flags.models), null, 2));
  else console.log(`${runText(record, flags.models)}\n${keptText(flags.out)}`);
  if (!checked.ok) {
    for (const { path, rule } of checked.problems) console.error(`the record fails its own check: ${path}: ${rule}`);
  }
  for (const { kind, detail } of record.events) {
    if (kind === 'lost') console.error(`hbmark: ${detail}. Run again, with less memory (--memory) or a newer driver`);
  }
  return exitCode(record, checked.ok);
}

function exitCode(record: RunRecord, whole: boolean): ExitCode {
  if (!whole || record.measurements.some((m) => m.status === 'wrong')) return EXIT.wrong;
  if (record.events.some((e) => e.kind === 'lost')) return EXIT.noAdapter;
  return record.events.some((e) => e.kind === 'cancelled') ? EXIT.interrupted : EXIT.done;
}

async function inNode(flags: RunFlags, signal: AbortSignal): Promise<AsyncGenerator<RunEvent>> {
  return runHere(await createNodeHost({ adapter: flags.adapter }), {
    kernels: KERNELS,
    profile: PROFILES[flags.profile],
    seed: flags.seed,
    harness: { version: __HBMARK_VERSION__, commit: __HBMARK_COMMIT__ },
    reported: flags.gpu === undefined ? {} : { gpu: flags.gpu },
    ...(flags.memoryGB !== undefined && { memoryBytes: flags.memoryGB * 1e9 }),
    tuningsFor(adapter, host) {
      const tuningOf = tuningFrom(readTunings(KERNELS.measured, adapter, host));
      return (...problem) => [tuningOf(...problem)];
    },
    signal,
  });
}

function inChromium(
  { profile, seed, memoryGB, gpu, adapter }: RunFlags,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  if (adapter !== undefined && adapter !== 'swiftshader') {
    throw new UsageError(`--adapter with --host chromium can only be swiftshader; got "${adapter}"`);
  }
  return runInChromium({ profile, seed, memoryGB, gpu, adapter, signal });
}

function keptText(out: string | undefined): string {
  return out === undefined ? 'record   not kept: --out FILE keeps it' : `record   ${out}`;
}
