/** `hbmark run`: measures this machine, shows what was measured, and keeps the record where it is told to. */

import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import { checkRecord } from '../../../results/check.ts';
import type { RunRecord } from '../../../results/schema.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { type NearestFormat, nearestOfAll } from '../../model/files/nearest-format.ts';
import type { ModelFile } from '../../model/files/read-model.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import {
  brokenShortest,
  type DecodeSweep,
  KV_FORMATS,
  SWEEP_RANGES,
  sweepFor,
  WEIGHT_FORMATS,
} from '../../model/request/sweep.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { choice, formats, number, repeated, single, sizes } from '../flags.ts';
import { measure, type Place, parsePlace } from '../measure.ts';
import { modelFileNamed } from '../model-files.ts';
import { exitCodeOfRecord, recordOf, reportLost } from '../session.ts';
import { spentText } from '../text/spent.ts';
import { runDocument, runText } from '../text/summary.ts';
import { recordIn } from './check.ts';
import { BUDGET_RANGE, parseKernels } from './tune.ts';

interface RunFlags extends Place {
  readonly profile: Profile['id'];
  readonly models: readonly Model[];
  readonly kernels: readonly Kernel[];
  /** Undefined: as long as the profile takes. */
  readonly budgetSeconds: number | undefined;
  readonly gpu: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly resume: RunRecord | undefined;
  /** Decode steps to be timed; undefined where none are asked for. */
  readonly sweep: DecodeSweep | undefined;
  /** What a person should know beforehand. */
  readonly note: string | undefined;
}

export async function parseRunFlags(flags: Readonly<Record<string, unknown>>): Promise<RunFlags> {
  const named = repeated('--model', flags.model);
  const place = parsePlace(flags);
  const unfinished = single('--resume', flags.resume);
  const resume = unfinished === undefined ? undefined : recordIn('--resume', unfinished);
  if (resume && place.host !== 'node')
    throw new UsageError('--resume works with --host node; the page resumes its own runs');
  if (resume && flags.kernel !== undefined) {
    throw new UsageError('--resume goes on with the kernels of its run: leave --kernel out');
  }
  const profile =
    choice('--profile', flags.profile, Object.keys(PROFILES) as Profile['id'][]) ?? resume?.profile ?? 'quick';
  const asked = parseSweep(flags);
  const files: readonly ModelFile[] =
    named.length > 0 ? await Promise.all(named.map(modelFileNamed)) : [{ model: DEFAULT_MODEL }];
  const nearest = asked?.weights === undefined ? nearestFor(files) : undefined;
  const sweep =
    named.length > 0 || asked ? sweepFor(profile, { weights: nearest && [nearest.format], ...asked }) : undefined;
  const broken = sweep && brokenShortest(sweep);
  if (broken !== undefined) throw new UsageError(`--shortest ${broken}`);
  return {
    ...place,
    seed: flags.seed === undefined && resume ? resume.seed : place.seed,
    profile,
    resume,
    sweep,
    note: nearest?.differs && `weights  ${nearest.format}, the nearest to the file’s: ${nearest.differs}`,
    models: files.map(({ model }) => model),
    kernels: parseKernels(flags.kernel),
    budgetSeconds: number('--budget', flags.budget, BUDGET_RANGE),
    gpu: single('--gpu', flags.gpu),
    out: single('--out', flags.out),
    json: flags.json === true,
    verbose: flags.verbose === true,
  };
}

/** What is asked for of decode steps; undefined where nothing is. @throws UsageError */
function parseSweep(flags: Readonly<Record<string, unknown>>): Partial<DecodeSweep> | undefined {
  const given = Object.entries({
    weights: formats('--weights', flags.weights, WEIGHT_FORMATS),
    kv: formats('--kv', flags.kv, KV_FORMATS),
    contexts: sizes('--context', flags.context, SWEEP_RANGES.context),
    shortest: number('--shortest', flags.shortest, SWEEP_RANGES.context),
    batches: sizes('--batch', flags.batch, SWEEP_RANGES.batch),
  }).filter(([, value]) => value !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

/** The format that the weights of files are nearest to; undefined where no file has any. @throws UsageError if they differ. */
function nearestFor(files: readonly ModelFile[]): NearestFormat | undefined {
  const all = files.map(({ model, weights }) => ({ id: model.id, nearest: weights && nearestOfAll(weights.tensors) }));
  if (new Set(all.map(({ nearest }) => nearest?.format)).size > 1) {
    const each = all.map(({ id, nearest }) => `${id} is nearest to ${nearest?.format ?? 'none'}`);
    throw new UsageError(`give --weights FORMAT, one for all models: ${each.join(', ')}`);
  }
  return all[0]?.nearest;
}

export async function run(flags: RunFlags): Promise<ExitCode> {
  if (flags.note !== undefined) console.error(flags.note);
  const { record, spent } = await recordOf(flags.out, ({ signal, keep }) => measure({ ...flags, signal, keep }));
  if (flags.json) console.log(JSON.stringify(runDocument(record, flags.models), null, 2));
  else console.log(`${runText(record, flags.models)}\n${keptText(flags.out)}`);
  // Where the time went is about this harness, not about the machine: it is in no record and in no document.
  if (flags.verbose) (flags.json ? console.error : console.log)(`\n${spentText(spent)}`);
  reportLost(record);
  const checked = checkRecord(record);
  if (checked.ok) return exitCodeOfRecord(record);
  for (const { path, rule } of checked.problems) console.error(`the record fails its own check: ${path}: ${rule}`);
  return EXIT.wrong;
}

function keptText(out: string | undefined): string {
  return out === undefined ? 'record   not kept: --out FILE keeps it' : `record   ${out}`;
}
