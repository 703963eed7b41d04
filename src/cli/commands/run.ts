/** `hbmark run`: measures this machine, shows what was measured, and keeps the record where it is told to. */

import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import { checkRecord } from '../../../results/check.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { FORMATS } from '../../../shaders/formats/index.ts';
import { brokenShortest, DEFAULT_SWEEP, type DecodeSweep, KV_FORMATS, SWEEP_RANGES } from '../../model/decode-sweep.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { choice, number, numbers, repeated, single } from '../flags.ts';
import { measure, type Place, parsePlace } from '../measure.ts';
import { modelNamed } from '../model-files.ts';
import { exitCodeOfRecord, recordOf, reportLost } from '../session.ts';
import { spentText } from '../spent.ts';
import { runDocument, runText } from '../summary.ts';
import { recordIn } from './check.ts';

interface RunFlags extends Place {
  readonly profile: Profile['id'];
  readonly models: readonly Model[];
  readonly gpu: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly resume: RunRecord | undefined;
  /** Decode steps to be timed; undefined where none are asked for. */
  readonly sweep: DecodeSweep | undefined;
}

export async function parseRunFlags(flags: Readonly<Record<string, unknown>>): Promise<RunFlags> {
  const models = repeated('--model', flags.model);
  const place = parsePlace(flags);
  const unfinished = single('--resume', flags.resume);
  const resume = unfinished === undefined ? undefined : recordIn('--resume', unfinished);
  if (resume && place.host !== 'node')
    throw new UsageError('--resume works with --host node; the page resumes its own runs');
  const sweep = parseSweep(flags);
  return {
    ...place,
    seed: flags.seed === undefined && resume ? resume.seed : place.seed,
    profile: choice('--profile', flags.profile, Object.keys(PROFILES) as Profile['id'][]) ?? resume?.profile ?? 'quick',
    resume,
    sweep,
    models: models.length > 0 ? await Promise.all(models.map(modelNamed)) : [DEFAULT_MODEL],
    gpu: single('--gpu', flags.gpu),
    out: single('--out', flags.out),
    json: flags.json === true,
    verbose: flags.verbose === true,
  };
}

/** Any of the five asks for whole decode steps. @throws UsageError */
function parseSweep(flags: Readonly<Record<string, unknown>>): DecodeSweep | undefined {
  const weights = choice('--weights', flags.weights, Object.keys(FORMATS));
  const kv = choice('--kv', flags.kv, KV_FORMATS);
  const contexts = numbers('--context', flags.context, SWEEP_RANGES.context);
  const shortest = number('--shortest', flags.shortest, SWEEP_RANGES.context);
  const batches = numbers('--batch', flags.batch, SWEEP_RANGES.batch);
  if (!weights && !kv && !contexts && !shortest && !batches) return undefined;
  const sweep: DecodeSweep = {
    weights: weights ?? DEFAULT_SWEEP.weights,
    kv: kv ?? DEFAULT_SWEEP.kv,
    contexts: contexts ?? DEFAULT_SWEEP.contexts,
    ...(shortest !== undefined && { shortest }),
    batches: batches ?? DEFAULT_SWEEP.batches,
  };
  const broken = brokenShortest(sweep);
  if (broken !== undefined) throw new UsageError(`--shortest ${broken}`);
  return sweep;
}

export async function run(flags: RunFlags): Promise<ExitCode> {
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
