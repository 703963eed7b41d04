/** `hbmark run`: measures this machine, shows what was measured, and keeps the record where it is told to. */

import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import { checkRecord } from '../../../results/check.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { choice, repeated, single } from '../flags.ts';
import { measure, type Place, parsePlace } from '../measure.ts';
import { modelNamed } from '../model-files.ts';
import { exitCodeOfRecord, recordOf, reportLost } from '../session.ts';
import { runDocument, runText } from '../summary.ts';

interface RunFlags extends Place {
  readonly profile: Profile['id'];
  readonly models: readonly Model[];
  readonly gpu: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
}

export async function parseRunFlags(flags: Readonly<Record<string, unknown>>): Promise<RunFlags> {
  const models = repeated('--model', flags.model);
  return {
    ...parsePlace(flags),
    profile: choice('--profile', flags.profile, Object.keys(PROFILES) as Profile['id'][]) ?? 'quick',
    models: models.length > 0 ? await Promise.all(models.map(modelNamed)) : [DEFAULT_MODEL],
    gpu: single('--gpu', flags.gpu),
    out: single('--out', flags.out),
    json: flags.json === true,
  };
}

export async function run(flags: RunFlags): Promise<ExitCode> {
  const record = await recordOf(flags.out, ({ signal }) => measure({ ...flags, signal }));
  if (flags.json) console.log(JSON.stringify(runDocument(record, flags.models), null, 2));
  else console.log(`${runText(record, flags.models)}\n${keptText(flags.out)}`);
  reportLost(record);
  const checked = checkRecord(record);
  if (checked.ok) return exitCodeOfRecord(record);
  for (const { path, rule } of checked.problems) console.error(`the record fails its own check: ${path}: ${rule}`);
  return EXIT.wrong;
}

function keptText(out: string | undefined): string {
  return out === undefined ? 'record   not kept: --out FILE keeps it' : `record   ${out}`;
}
