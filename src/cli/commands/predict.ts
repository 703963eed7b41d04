/** `hbmark predict`: predicts by the law how fast models decode on a machine. Nothing is measured. */

import type { ModelFile } from '../../model/files/read-model.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { costAt, draftedAt, type RequestAnswer, requestAt, ridgeOf } from '../../model/predict/answers.ts';
import { DEFAULT_ENGINE, ENGINES, type EngineId, whyUnmeasured } from '../../model/predict/engines.ts';
import {
  type EngineGpu,
  type Expected,
  type ExpectedRequest,
  expectedOf,
  expectedOfRecord,
  expectedRequestOf,
  noExpectedRequest,
  RECORDED_ENGINE,
} from '../../model/predict/expected.ts';
import { machineOfSpec } from '../../model/predict/machine-of-spec.ts';
import { type MeasuredMachine, machinesOfRecord } from '../../model/predict/machines.ts';
import {
  type Machine,
  mixedPoint,
  type PredictedPoint,
  type Prediction,
  pickedBytes,
  predict as predictPoint,
  predictStep,
  RANGES,
  type Served,
} from '../../model/predict/predict.ts';
import { batchAtSpeed, usersAtSpeed } from '../../model/predict/users.ts';
import type { Lengths, Mix } from '../../model/serving/lengths.ts';
import { shaderTflopsOf } from '../../model/serving/shader-peak.ts';
import { whyNotSplit } from '../../model/serving/split.ts';
import { choiceParam } from '../../session/param.ts';
import { EXIT, UsageError } from '../errors.ts';
import { modelFileNamed } from '../files/model-files.ts';
import { anyNumber, anyText, isOn, readAll, readAllInLists, readValue, type ValueOption } from '../flags.ts';
import { JSON_OUTPUT, MACHINE_MEMORY } from '../options.ts';
import { ASKED_OPTIONS, type Asked, askedIn, refuseBoth, runningOf } from '../predicting/asked.ts';
import { MAX_LENGTHS, mixIn } from '../predicting/mix.ts';
import { KV, quantisationThatFits, type ServedIn, servedIn, WEIGHTS } from '../predicting/served.ts';
import {
  COMPARE,
  comparedIn,
  memoryOf,
  mostTflopsOf,
  nameOf,
  type Side,
  SOURCES,
  sideLines,
  sourceOf,
} from '../predicting/sides.ts';
import {
  type AnsweredPrediction,
  type AnsweredRequest,
  answerLines,
  besideLines,
  comparisonLines,
  pickLines,
  ridgeLines,
} from '../text/asked-lines.ts';
import { labelLines } from '../text/machine-lines.ts';
import { print, printError, printJson } from '../text/print.ts';
import {
  aboutModels,
  expectedLines,
  fullLines,
  mixLines,
  predictionLines,
  tooLongLines,
} from '../text/tables/predict-table.ts';
import type { Command } from './command.ts';

const MODEL = {
  name: 'model',
  value: 'id',
  help: `A preset, config.json, .gguf or .safetensors; may be repeated (default: ${DEFAULT_MODEL.id})`,
  param: anyText,
};

const ENGINE = {
  name: 'engine',
  value: 'name',
  help: `Whose speed to expect, or "peak": the bound alone (default: ${DEFAULT_ENGINE}; of a record ${RECORDED_ENGINE})`,
  param: choiceParam(Object.keys(ENGINES) as EngineId[]),
};

const FLOPS = {
  name: 'flops',
  value: 'TFLOP/s',
  help: 'Compute of the machine (default: the GPU’s fastest that takes the weights, or the record’s)',
  param: anyNumber(RANGES.flops),
};

const OVERHEAD = {
  name: 'overhead',
  value: 'ms',
  help: 'Fixed cost of a step (default: 0, or as the record says)',
  param: anyNumber(RANGES.overhead),
};

const CONTEXT = {
  name: 'context',
  value: 'N,…',
  help: 'Positions of each sequence (default: 4096)',
  param: anyNumber(RANGES.context),
};

const BATCH = {
  name: 'batch',
  value: 'N,…',
  help: 'Sequences of a step (default: 1)',
  param: anyNumber(RANGES.batch),
};

const MIX: ValueOption<Mix> = {
  name: 'mix',
  value: 'N:share,…',
  help: 'Sequences of several lengths, in place of --context: positions, and the share that has them',
  param: {
    rule: `positions and shares such as 512:0.5,8192:0.5: up to ${MAX_LENGTHS} lengths, each once, with shares above 0`,
    parse: mixIn,
  },
};

interface PredictInput extends Side {
  /** As given; else that of the record, or `DEFAULT_ENGINE`. */
  readonly engine: EngineId | undefined;
  /** As given; else it is as the machine has it. */
  readonly tflops: number | undefined;
  readonly overheadMs: number | undefined;
  readonly served: readonly ServedIn[];
  /** Without a batch, its size follows from the speed that was asked for. */
  readonly points: readonly { readonly lengths: Lengths; readonly batch?: number }[];
  readonly asked: Asked;
  readonly draft: Served | undefined;
  readonly compared: Side | undefined;
  readonly json: boolean;
}

export const predict = {
  name: 'predict',
  help: 'Predict how fast models decode on a machine, by the law of step times',
  options: [
    ...[MODEL, ...Object.values(SOURCES), MACHINE_MEMORY, ENGINE, FLOPS, OVERHEAD],
    ...[WEIGHTS, KV, CONTEXT, MIX, BATCH, ...ASKED_OPTIONS, COMPARE, JSON_OUTPUT],
  ],

  async parse(_, flags) {
    const source = sourceOf(flags);
    const memoryGB = readValue(MACHINE_MEMORY, flags) ?? memoryOf(source);
    if (memoryGB === undefined) {
      const why =
        source.kind === 'record' ? `${source.file} does not say how much the GPU has` : '--bandwidth needs it';
      throw new UsageError(`give --memory GB: ${why}`);
    }
    const [tflops, overheadMs] = [readValue(FLOPS, flags), readValue(OVERHEAD, flags)];
    const [weights, kv = { id: 'f16', name: 'f16' }] = [readValue(WEIGHTS, flags), readValue(KV, flags)];
    const asked = askedIn(flags);
    const { request } = asked;
    const mix = readValue(MIX, flags);
    refuseBoth(flags, 'mix', 'context', 'a mix has the contexts of its sequences');
    refuseBoth(flags, 'mix', 'prompt', 'a request has one length');
    refuseBoth(flags, 'mix', 'draft', 'drafts are for sequences of one length');
    const contexts = request ? [request.prompt + request.output] : orDefault(readAllInLists(CONTEXT, flags), 4096);
    const batches = asked.speed === undefined ? orDefault(readAllInLists(BATCH, flags), 1) : [undefined];
    const models = readAll(MODEL, flags);
    const files: readonly ModelFile[] =
      models.length > 0 ? await Promise.all(models.map(modelFileNamed)) : [{ model: DEFAULT_MODEL }];
    const draft = asked.draft && servedIn(await modelFileNamed(asked.draft.model), weights, kv);
    const served = files.map((file) => servedIn(file, weights, kv));
    for (const { model } of served) requireSplit(model, asked);
    return {
      ...{ source, memoryGB, tflops, overheadMs, served, asked, draft },
      engine: readValue(ENGINE, flags),
      points: (mix ? [mix] : contexts).flatMap((lengths) =>
        batches.map((batch) => (batch === undefined ? { lengths } : { lengths, batch })),
      ),
      compared: comparedIn(flags),
      json: isOn(JSON_OUTPUT, flags),
    };
  },

  run(input) {
    const sides = [input, ...(input.compared ? [secondOf(input, input.compared)] : [])].map((about) => {
      const machines = machinesOf(about);
      return { about, machines, rows: rowsOf(about, machines) };
    });
    const rows = sides.flatMap((side) => side.rows);
    // The document has no place for labels, so they go to stderr.
    if (input.source.kind === 'record') for (const line of labelLines(input.source.record)) printError(line);
    const [one, other] = sides;
    const sections = [
      ...sides.flatMap((side) => [
        [...sideLines(side.about, side.machines, peakText(side)), ...besideLines(input.asked, side.rows)],
        [...predictionLines(side.rows), ...tooLongLines(side.rows), ...mixLines(side.rows)],
        answerLines(side.rows),
        expectedLines(side.rows),
        [...aboutModels(side.rows), ...pickLines(side.rows)],
        [...fullLines(side.rows), ...ridgeLines(side.rows)],
      ]),
      comparisonLines(one?.rows ?? [], other?.rows ?? []),
    ];
    const text = () => sections.flatMap((lines) => (lines.length > 0 ? [lines.join('\n')] : [])).join('\n\n');
    if (input.json) printJson(rows);
    else print(text());
    return EXIT.done;
  },
} satisfies Command<PredictInput>;

/** The same question of a second machine, of which flags give neither memory, compute, power nor a price. */
function secondOf(input: PredictInput, side: Side): PredictInput {
  const { watts: _, hourly: __, ...asked } = input.asked;
  return { ...input, ...side, tflops: undefined, asked };
}

/** A machine, and what a record knows of it. */
type AskedMachine = Machine & Partial<MeasuredMachine>;

/** How the numbers of a spec are meant. */
function peakText({
  about,
  rows,
}: {
  readonly about: PredictInput;
  readonly rows: readonly AnsweredPrediction[];
}): string {
  const each = about.asked.machine.gpus ? 'each at its peak' : 'at its peak';
  return rows.every((row) => row.isUpperBound) ? `${each}, so that no step is shorter` : each;
}

/** The answers for each model and point on a machine. */
function rowsOf(input: PredictInput, machines: readonly AskedMachine[]): AnsweredPrediction[] {
  return input.served.flatMap((served, i) => {
    const machine = machines[i];
    if (!machine) return [];
    const whole = { ...machine, ...input.asked.machine };
    return input.points.map((point) => answered(input, served, whole, point));
  });
}

function answered(
  input: PredictInput,
  served: Served,
  machine: AskedMachine,
  { lengths, batch: given }: PredictInput['points'][number],
): AnsweredPrediction {
  const { asked, draft, source } = input;
  const users = asked.speed === undefined ? undefined : (batchAtSpeed(served, machine, lengths, asked.speed) ?? 0);
  const batch = given ?? Math.max(1, users ?? 1);
  const pointAt = (batch: number): PredictedPoint =>
    typeof lengths === 'number' ? { context: lengths, batch } : mixedPoint(lengths, batch);
  const point = pointAt(batch);
  const prediction = predictPoint(served, machine, point);
  const expectedAt = (batch: number): Expected =>
    expectedFor(input, served, machine, {
      ...predictStep(served, machine, pointAt(batch)),
      wouldFit: null,
      full: null,
    });
  const { tokensPerSecond } = prediction;
  const running = runningOf(asked, source.kind === 'gpu' ? source.gpu : undefined);
  const isCosted = running.watts !== undefined || running.dollarsPerHour !== undefined;
  const expected = expectedFor(input, served, machine, prediction);
  const { wouldFit } = prediction;
  return {
    ...prediction,
    expected,
    wouldFit: wouldFit && { ...wouldFit, quantisation: quantisationThatFits(served, machine, point) },
    machine: nameOf(source),
    isUpperBound: isUpperBound(input, served, batch),
    weightBytesRange: pickedBytes(served, batch),
    ridgeBatch: ridgeOf(served, machine),
    request: asked.request ? requestFor(input, served, machine, prediction, asked.request.prompt) : null,
    atSpeed: asked.speed === undefined ? null : usersAtSpeed(asked.speed, users ?? 0, expectedAt),
    drafts: draft && asked.draft ? draftedAt(served, machine, point, draft, howOf(asked.draft)) : null,
    cost: isCosted && tokensPerSecond !== null ? costAt(tokensPerSecond, running, expected) : null,
  };
}

/** Whether no engine can exceed the law: it is of a peak, and neither texts nor defaults of links decide. */
const isUpperBound = ({ source, asked }: PredictInput, served: Served, rows: number): boolean =>
  source.kind !== 'record' && asked.linkDefaults.length === 0 && pickedBytes(served, rows) === null;

const howOf = ({ drafted, accepted }: NonNullable<Asked['draft']>) => ({ drafted, accepted });

/** @throws UsageError for a model that cannot be split over so many GPUs in that way */
function requireSplit(model: Model, { machine: { gpus } }: Asked): void {
  const why = gpus && whyNotSplit(model, gpus);
  if (why)
    throw new UsageError(`--gpus must be a number that the model can be split over by --split ${gpus.split}: ${why}`);
}

function requestFor(
  input: PredictInput,
  served: Served,
  machine: Machine,
  prediction: Prediction,
  prompt: number,
): AnsweredRequest | null {
  const answer = requestAt(served, machine, prediction, prompt);
  if (!answer) return null;
  const computeCounted = machine.costs.flopsPerSecond !== Number.POSITIVE_INFINITY;
  return {
    ...answer,
    ...{ computeCounted, isUpperBound: isUpperBound(input, served, Math.max(prompt, prediction.batch)) },
    expected: expectedRequestFor(input, served, prediction, answer),
  };
}

const noExpected = (engine: EngineId, evidence: string): Expected => ({
  ...{ engine, tokensPerSecond: null, interval: null, evidence, warnings: [] },
});

const ONE_GPU = 'no expectation: what was measured is of one GPU that holds the whole model';

/** Whether a point takes more than what was measured: one GPU that holds the whole model. */
const isMore = ({ machine }: Asked, { terms }: Prediction): boolean =>
  machine.gpus !== undefined || (terms?.offloadMs ?? 0) > 0;

function engineGpuOf({ source, tflops }: PredictInput): EngineGpu | undefined {
  if (source.kind !== 'gpu') return undefined;
  const { gpu } = source;
  return { name: gpu.name, gbps: gpu.gbps, tflops, shaderTflops: shaderTflopsOf(gpu) };
}

const engineOf = ({ engine, source }: PredictInput): EngineId =>
  engine ?? (source.kind === 'record' ? RECORDED_ENGINE : DEFAULT_ENGINE);

function expectedFor(input: PredictInput, served: Served, machine: AskedMachine, prediction: Prediction): Expected {
  const engine = engineOf(input);
  if (isMore(input.asked, prediction)) return noExpected(engine, ONE_GPU);
  const { steps } = machine;
  if (steps !== undefined) return expectedOfRecord(engine, { ...machine, steps }, served, prediction);
  const why = whyUnmeasured(engine);
  if (why !== undefined) return noExpected(engine, why);
  return expectedOf(engine, engineGpuOf(input), served, prediction);
}

const noShaderPeak = (gpu: string): string =>
  `no expectation of prompts: it takes the peak of the shader cores in f32, which the list does not have of ${gpu}`;

const NO_PROMPTS = 'no expectation of prompts: a run times decode steps, and no prompts';

function expectedRequestFor(
  input: PredictInput,
  served: Served,
  prediction: Prediction,
  answer: RequestAnswer,
): ExpectedRequest {
  const engine = engineOf(input);
  if (isMore(input.asked, prediction)) return noExpectedRequest(engine, ONE_GPU);
  if (input.source.kind === 'record') return noExpectedRequest(engine, NO_PROMPTS);
  const [gpu, why] = [engineGpuOf(input), whyUnmeasured(engine)];
  if (why !== undefined) return noExpectedRequest(engine, why);
  // Where steps have an expectation, the kind of GPU was measured, and this is all that is missing.
  const hasSteps = expectedOf(engine, gpu, served, prediction).tokensPerSecond !== null;
  if (gpu && gpu.shaderTflops === undefined && hasSteps) return noExpectedRequest(engine, noShaderPeak(gpu.name));
  return expectedRequestOf(engine, gpu, served, prediction, answer);
}

const orDefault = (given: readonly number[], otherwise: number): readonly number[] =>
  given.length > 0 ? given : [otherwise];

/**
 * Returns the machine for each of the served models.
 *
 * @throws UsageError if the record has not measured what it takes
 */
function machinesOf({ source, served, ...rest }: PredictInput): AskedMachine[] {
  if (source.kind !== 'record') {
    const gbps = source.kind === 'gpu' ? source.gpu.gbps : source.gbps;
    return served.map(({ tensors }) =>
      machineOfSpec({ ...rest, gbps, tflops: rest.tflops ?? mostTflopsOf(source, tensors) }),
    );
  }
  const measured = machinesOfRecord(source.record);
  return served.map(({ measuredIn }) => {
    const machine = measured(measuredIn, rest);
    if (machine) return machine;
    throw new UsageError(
      `--record must be a run that measured the read ceiling and GEMVs of three sizes in ${measuredIn} or f16; ${source.file} has not`,
    );
  });
}
