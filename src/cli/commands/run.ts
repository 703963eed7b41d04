/** `hbmark run`: measures this machine, shows what was measured, and keeps the record where it is told to. */

import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import { checkRecord } from '../../../results/check.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { FORMATS } from '../../../shaders/formats/index.ts';
import { type DecodeSweep, KV_FORMATS } from '../../model/decode-tasks.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { choice, numbers, repeated, single } from '../flags.ts';
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
  if (sweep && place.host !== 'node') {
    throw new UsageError(
      '--weights, --kv, --context and --batch work with --host node; the page times no whole steps yet',
    );
  }
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

/** Lengths that no flag names. */
const DEFAULT_SWEEP: DecodeSweep = { weights: 'f16', kv: 'f16', contexts: [1024], batches: [1] };

/** Any of the four asks for whole decode steps. @throws UsageError */
function parseSweep(flags: Readonly<Record<string, unknown>>): DecodeSweep | undefined {
  const weights = choice('--weights', flags.weights, Object.keys(FORMATS));
  const kv = choice('--kv', flags.kv, KV_FORMATS);
  const contexts = numbers('--context', flags.context, { least: 1, most: 1e7, whole: true, unit: 'positions' });
  const batches = numbers('--batch', flags.batch, { least: 1, most: 32, whole: true });
  if (!weights && !kv && !contexts && !batches) return undefined;
  return {
    weights: weights ?? DEFAULT_SWEEP.weights,
    kv: kv ?? DEFAULT_SWEEP.kv,
    contexts: contexts ?? DEFAULT_SWEEP.contexts,
    batches: batches ?? DEFAULT_SWEEP.batches,
  };
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
