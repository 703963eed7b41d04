/** `hbmark run`: measures this machine, prints what was measured, and keeps the record in a file if one is named. */

import { checkRecord } from '../../../results/check.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { type NearestFormat, nearestOfAll } from '../../model/files/nearest-format.ts';
import type { ModelFile } from '../../model/files/read-model.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { brokenShortest } from '../../model/request/sweep.ts';
import { PARAMS, sweepOf } from '../../session/params.ts';
import { EXIT, UsageError } from '../errors.ts';
import { modelFileNamed } from '../files/model-files.ts';
import { recordIn } from '../files/record-files.ts';
import { anyText, type Flags, isOn, type Option, readAll, readList, readValue, type ValueOption } from '../flags.ts';
import { HOSTS } from '../hosts/index.ts';
import { exitCodeOfRecord, recordOf, reportLost } from '../measuring/session.ts';
import { BUDGET, JSON_OUTPUT, KERNEL, type Measuring, measuringOf, OUT, PLACE, SEED } from '../options.ts';
import { spentText } from '../text/spent.ts';
import { runDocument, runText } from '../text/summary.ts';
import type { Command } from './command.ts';

const PROFILE = {
  name: 'profile',
  value: 'id',
  help: 'How much to measure; see "hbmark list profiles" (default: quick)',
  param: PARAMS.profile,
};

const MODEL = {
  name: 'model',
  value: 'id',
  help: 'Time the steps of a preset, config.json, .gguf or .safetensors; may be repeated (default: none)',
  param: anyText,
};

/** The flags about decode steps. Any of them asks for steps to be timed, of the default model if none is named. */
const STEPS = {
  weights: {
    name: 'weights',
    value: 'format,…',
    help: 'Formats of the weights, as f16,int4-g32 (default: nearest to the file’s, else the profile’s)',
    param: PARAMS.weights,
  },
  kv: { name: 'kv', value: 'format,…', help: 'Formats of the KV cache, as f16,int8 (default: f16)', param: PARAMS.kv },
  contexts: {
    name: 'context',
    value: 'N,…',
    help: 'Positions of each sequence, as 128,4096 or 128,max (default: the profile’s)',
    param: PARAMS.contexts,
  },
  shortest: {
    name: 'shortest',
    value: 'N',
    help: 'Mix lengths, from N positions to the context (default: all are as long as the context)',
    param: PARAMS.shortest,
  },
  batches: {
    name: 'batch',
    value: 'N,…',
    help: 'Sequences of a step, as 1,8 or 1,...,max for doublings (default: the profile’s)',
    param: PARAMS.batches,
  },
} as const;

const GPU = {
  name: 'gpu',
  value: 'name',
  help: 'The GPU’s name as you know it, kept in the record (default: none)',
  param: PARAMS.gpu,
};

const RESUME: ValueOption<string> = {
  name: 'resume',
  value: 'file',
  help: 'Resume a run that ended early, from its record or FILE.unfinished (default: a new run)',
  param: anyText,
};

const VERBOSE: Option = { name: 'verbose', help: 'Print where the time went (with --json: on stderr)' };

interface RunInput extends Measuring {
  /** Models whose decode the summary estimates. */
  readonly models: readonly Model[];
  /** Whether the decode steps of `models` are timed as well. */
  readonly timeSteps: boolean;
  /** A line for the person at the terminal before the run starts. */
  readonly note: string | undefined;
  readonly resume: RunRecord | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
}

export const run = {
  name: 'run',
  help: 'Measure this machine: its bandwidth, its decode steps, and the law of their times',
  options: [
    ...[PROFILE, MODEL, ...Object.values(STEPS), KERNEL, BUDGET, ...PLACE],
    ...[GPU, OUT, RESUME, VERBOSE, JSON_OUTPUT],
  ],

  async parse(_, flags) {
    const { host, adapter, params: measuring } = measuringOf(flags);
    const named = readAll(MODEL, flags);
    const resume = resumedRun(flags);
    if (resume && !host.resumes) {
      const able = HOSTS.filter(({ resumes }) => resumes).map(({ id }) => id);
      throw new UsageError(`--resume works with --host ${able.join(' or ')}; the page resumes its own runs`);
    }
    const steps = stepsOf(flags);
    const files: readonly ModelFile[] =
      named.length > 0 ? await Promise.all(named.map(modelFileNamed)) : [{ model: DEFAULT_MODEL }];
    const nearest = steps.weights === null ? nearestFor(files) : undefined;
    const params = {
      ...measuring,
      ...(resume && readValue(SEED, flags) === undefined && { seed: resume.seed }),
      profile: readValue(PROFILE, flags) ?? resume?.profile ?? measuring.profile,
      gpu: readValue(GPU, flags) ?? measuring.gpu,
      ...steps,
      ...(nearest && { weights: [nearest.format] }),
      budgetSeconds: readValue(BUDGET, flags) ?? null,
    };
    const broken = brokenShortest(sweepOf(params));
    if (broken !== undefined) throw new UsageError(`--shortest ${broken}`);
    return {
      ...{ host, adapter, params, resume },
      models: files.map(({ model }) => model),
      timeSteps: named.length > 0 || Object.values(steps).some((value) => value !== null),
      note: nearest?.differs && `weights  ${nearest.format}, the nearest to the file’s: ${nearest.differs}`,
      out: readValue(OUT, flags),
      json: isOn(JSON_OUTPUT, flags),
      verbose: isOn(VERBOSE, flags),
    };
  },

  async run({ host, models, timeSteps, note, out, json, verbose, ...input }) {
    if (note !== undefined) console.error(note);
    const { record, spent } = await recordOf(out, ({ signal, keep }) =>
      host.run({ ...input, models: timeSteps ? models : [], signal, keep }),
    );
    if (json) console.log(JSON.stringify(runDocument(record, models), null, 2));
    else console.log(`${runText(record, models)}\n${keptText(out)}`);
    // This tells of the harness, not of the machine, so no record and no document has it.
    if (verbose) (json ? console.error : console.log)(`\n${spentText(spent)}`);
    reportLost(record);
    const checked = checkRecord(record);
    if (checked.ok) return exitCodeOfRecord(record);
    for (const { path, rule } of checked.problems) console.error(`the record fails its own check: ${path}: ${rule}`);
    return EXIT.wrong;
  },
} satisfies Command<RunInput>;

/** Returns the run to resume, if there is one. @throws UsageError */
function resumedRun(flags: Flags): RunRecord | undefined {
  const file = readValue(RESUME, flags);
  if (file === undefined) return undefined;
  const record = recordIn('--resume', file);
  if (readAll(KERNEL, flags).length === 0) return record;
  throw new UsageError('--resume works with runs of all kernels: leave --kernel out');
}

/** Returns what is asked of the decode steps; null for what is not asked. @throws UsageError */
function stepsOf(flags: Flags) {
  return {
    weights: readList(STEPS.weights, flags) ?? null,
    kv: readList(STEPS.kv, flags) ?? null,
    contexts: readList(STEPS.contexts, flags) ?? null,
    shortest: readValue(STEPS.shortest, flags) ?? null,
    batches: readList(STEPS.batches, flags) ?? null,
  };
}

/**
 * Returns the format nearest to the weights of all files; undefined if no file has weights.
 *
 * @throws UsageError if they differ
 */
function nearestFor(files: readonly ModelFile[]): NearestFormat | undefined {
  const all = files.map(({ model, weights }) => ({ id: model.id, nearest: weights && nearestOfAll(weights.tensors) }));
  if (new Set(all.map(({ nearest }) => nearest?.format)).size > 1) {
    const each = all.map(({ id, nearest }) => `${id} is nearest to ${nearest?.format ?? 'none'}`);
    throw new UsageError(`give --weights FORMAT, one for all models: ${each.join(', ')}`);
  }
  return all[0]?.nearest;
}

function keptText(out: string | undefined): string {
  return out === undefined ? 'record   not kept: --out FILE keeps it' : `record   ${out}`;
}
