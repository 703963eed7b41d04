/**
 * `hbmark run`: measures this machine, prints what was measured, and keeps the record in a file if one is named; with
 * `--repeat`, several times.
 */

import { checkRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { type NearestFormat, nearestOfAll } from '../../model/files/nearest-format.ts';
import type { ModelFile } from '../../model/files/read-model.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { withoutKernels } from '../../model/models/runnable.ts';
import { brokenShortest } from '../../model/request/sweep.ts';
import { NoSeed, seedFrom } from '../../session/challenge.ts';
import { numberParam } from '../../session/param.ts';
import { PARAMS, type SeededParams, sweepOf } from '../../session/params.ts';
import { kernelsOfRun } from '../../session/run-options.ts';
import { EXIT, type ExitCode, UsageError, worstOf } from '../errors.ts';
import { modelFileNamed } from '../files/model-files.ts';
import { recordIn } from '../files/record-files.ts';
import {
  anyText,
  type Flags,
  isOn,
  type Option,
  readAll,
  readList,
  readValue,
  type ValueOption,
  webAddress,
} from '../flags.ts';
import { HOSTS } from '../hosts/index.ts';
import { type DoneRun, repeated } from '../measuring/repeat.ts';
import { exitCodeOfRun, reportTroubles } from '../measuring/session.ts';
import { BUDGET, JSON_OUTPUT, KERNEL, type Measuring, measuringOf, OUT, PLACE, SEED } from '../options.ts';
import { betweenDocument, betweenText } from '../text/between.ts';
import { print, printError, printJson } from '../text/print.ts';
import { spentText } from '../text/spent.ts';
import { runDocument, runText, untimedLines } from '../text/summary.ts';
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

const EXPLAIN: Option = {
  name: 'explain',
  help: 'Show where the time of the steps goes, kernel by kernel; asks for steps, as --batch does',
};

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

/** A hundred `full` runs take most of a day; the interval narrows by the root of the number of runs. */
const MAX_REPEAT = 100;

const CHALLENGE: ValueOption<string> = {
  name: 'challenge',
  value: 'URL',
  help: 'Take the seed from this collector, which can then recompute outputs (default: the run’s own)',
  param: webAddress,
};

const REPEAT: ValueOption<number> = {
  name: 'repeat',
  value: 'N',
  help: 'Measure N times, each with memory, seed and record of its own, and compare (default: 1)',
  param: numberParam({ min: 1, max: MAX_REPEAT, whole: true, unit: 'runs' }),
};

const VERBOSE: Option = { name: 'verbose', help: 'Print where the time went (with --json: on stderr)' };

interface RunInput extends Measuring {
  /** Models whose decode the summary estimates. */
  readonly models: readonly Model[];
  /** The models of these whose decode steps are timed as well. */
  readonly timed: readonly Model[];
  /** A line for the person at the terminal before the run starts. */
  readonly note: string | undefined;
  readonly resume: RunRecord | undefined;
  /** The collector that gives the seed. */
  readonly challenge: string | undefined;
  /** Number of runs. */
  readonly repeat: number;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
}

export const run = {
  name: 'run',
  help: 'Measure this machine: its bandwidth, its decode steps, and the law of their times',
  options: [
    ...[PROFILE, MODEL, ...Object.values(STEPS), EXPLAIN, KERNEL, BUDGET, ...PLACE],
    ...[REPEAT, CHALLENGE, GPU, OUT, RESUME, VERBOSE, JSON_OUTPUT],
  ],

  async parse(_, flags) {
    const { host, adapter, params: measuring } = measuringOf(flags);
    const named = readAll(MODEL, flags);
    const resume = resumedRun(flags);
    if (resume && !host.resumes) {
      const able = HOSTS.filter(({ resumes }) => resumes).map(({ id }) => id);
      throw new UsageError(`--resume works with --host ${able.join(' or ')}; the page resumes its own runs`);
    }
    const repeat = readValue(REPEAT, flags) ?? 1;
    if (resume && repeat > 1) throw new UsageError(`--resume resumes one run: leave --repeat out; got ${repeat}`);
    const challenge = challengeOf(flags, { resume, repeat });
    const said = stepsOf(flags);
    const files: readonly ModelFile[] =
      named.length > 0 ? await Promise.all(named.map(modelFileNamed)) : [{ model: DEFAULT_MODEL }];
    const runnable = files.filter(({ model }) => withoutKernels(model) === undefined);
    // Nothing is asked of steps that nobody times.
    const steps = runnable.length > 0 ? said : stepsOf({});
    const nearest = steps.weights === null ? nearestFor(runnable) : undefined;
    const params = {
      ...measuring,
      ...(resume && readValue(SEED, flags) === undefined && { seed: resume.seed }),
      ...(resume && resumedKernels(resume, measuring.kernels)),
      profile: readValue(PROFILE, flags) ?? resume?.profile ?? measuring.profile,
      gpu: readValue(GPU, flags) ?? measuring.gpu,
      ...steps,
      explain: runnable.length > 0 && isOn(EXPLAIN, flags),
      ...(nearest && { weights: [nearest.format] }),
      budgetSeconds: readValue(BUDGET, flags) ?? null,
    };
    const broken = brokenShortest(sweepOf(params));
    if (broken !== undefined) throw new UsageError(`--shortest ${broken}`);
    const timesSteps = named.length > 0 || params.explain || Object.values(steps).some((value) => value !== null);
    return {
      ...{ host, adapter, params, resume, challenge, repeat },
      models: files.map(({ model }) => model),
      timed: timesSteps ? runnable.map(({ model }) => model) : [],
      note: nearest?.differs && `weights  ${nearest.format}, the nearest to the file’s: ${nearest.differs}`,
      out: readValue(OUT, flags),
      json: isOn(JSON_OUTPUT, flags),
      verbose: isOn(VERBOSE, flags),
    };
  },

  async run({ host, models, timed, note, challenge, repeat, out, json, verbose, ...input }) {
    if (note !== undefined) printError(note);
    // It is said before a person waits, and again with the result.
    for (const line of untimedLines(models)) printError(line);
    const params = challenge === undefined ? input.params : await challenged(input.params, challenge);
    const { runs, failure } = await repeated(
      { times: repeat, seed: params.seed, out },
      ({ seed }, { signal, otherRun, keep }) =>
        host.run({ ...input, params: { ...params, seed }, models: timed, signal, otherRun, keep }),
      (done) => {
        if (!json) print(textOf(done, repeat, models));
        // This tells of the harness, not of the machine, so no record and no document has it.
        if (verbose) (json ? printError : print)(`\n${spentText(done.spent)}`);
        reportTroubles(done);
      },
    );
    if (json) printJson(documentOf(runs, repeat, models));
    else if (repeat > 1) print(`\n${betweenText(runs)}`);
    if (failure) throw failure.error;
    // Ctrl-C between two runs leaves no record that was cut short.
    const missing = runs.length < repeat ? [EXIT.interrupted] : [];
    return worstOf([...runs.map(checkedExitCode), ...missing]);
  },
} satisfies Command<RunInput>;

/** Returns the text of a run, under its number if it is one of several. */
function textOf({ number, seed, record, out, unwritten }: DoneRun, repeat: number, models: readonly Model[]): string {
  const heading = repeat === 1 ? '' : `${number > 1 ? '\n' : ''}run ${number} of ${repeat}, seed ${seed}\n\n`;
  return `${heading}${runText(record, models)}\n${keptText(out, unwritten)}`;
}

/** Returns the document of one run, or that of several. */
function documentOf(runs: readonly DoneRun[], repeat: number, models: readonly Model[]) {
  const documents = runs.map(({ record }) => runDocument(record, models));
  return repeat === 1 ? documents[0] : { runs: documents, between: betweenDocument(runs) };
}

/** Returns the exit code of a run, and prints what breaks a rule in its record. */
function checkedExitCode(run: DoneRun): ExitCode {
  const checked = checkRecord(run.record);
  if (checked.ok) return exitCodeOfRun(run);
  for (const { path, rule } of checked.problems) printError(`the record fails its own check: ${path}: ${rule}`);
  return EXIT.wrong;
}

/** Returns the address of the collector that gives the seed, if one does. @throws UsageError */
function challengeOf(flags: Flags, { resume, repeat }: Pick<RunInput, 'resume' | 'repeat'>): string | undefined {
  const challenge = readValue(CHALLENGE, flags);
  if (challenge === undefined) return undefined;
  const other = readValue(SEED, flags) !== undefined ? SEED : resume ? RESUME : repeat > 1 ? REPEAT : undefined;
  if (other) throw new UsageError(`--challenge gives one new run its seed: leave --${other.name} out`);
  return challenge;
}

/** Returns `params` with a seed from the collector at `address`. @throws UsageError if it gives none */
async function challenged(params: SeededParams, address: string): Promise<SeededParams> {
  try {
    const { seed, ...challenge } = await seedFrom(address);
    printError(`seed     ${seed}, from ${address}: it takes the run as an answer until ${challenge.expires}`);
    return { ...params, seed, challenge };
  } catch (error) {
    throw error instanceof NoSeed ? new UsageError(`--challenge: ${error.message}`) : error;
  }
}

/** Returns the run to resume, if there is one. @throws UsageError */
function resumedRun(flags: Flags): RunRecord | undefined {
  const file = readValue(RESUME, flags);
  return file === undefined ? undefined : recordIn('--resume', file);
}

/** Returns the kernels of a run that is resumed. @throws UsageError if they are not those of this version */
function resumedKernels(run: RunRecord, named: readonly string[]) {
  const kernels = kernelsOfRun(run, named);
  if (kernels) return kernels;
  throw new UsageError(
    named.length > 0
      ? `--kernel must name the kernels of the run that is resumed, in their order, or be left out; got ${named.join(', ')}`
      : `--resume needs the kernels that the run was begun with; those of this version differ, or some have no case in its plan. Use the version that began it (${run.harness.version}), or name its kernels with --kernel`,
  );
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

function keptText(out: string | undefined, unwritten: string | undefined): string {
  if (out === undefined) return 'record   not kept: --out FILE keeps it';
  return unwritten === undefined ? `record   ${out}` : `record   not in ${out}: stderr says why, and where it is`;
}
