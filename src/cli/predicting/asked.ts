/** What `hbmark predict` can be asked beyond a step: several GPUs, offload, requests, a speed, drafts, and cost. */

import type { GpuSpec } from '../../../results/gpus/by-name.ts';
import { givenText, integerText } from '../../../results/text/figures.ts';
import type { Running } from '../../model/predict/answers.ts';
import { RANGES } from '../../model/predict/predict.ts';
import { perHourOfBought } from '../../model/serving/cost.ts';
import type { Drafting } from '../../model/serving/drafts.ts';
import type { Machine } from '../../model/serving/machine-step.ts';
import { type Gpus, SPLITS, type Split } from '../../model/serving/split.ts';
import { choiceParam } from '../../session/param.ts';
import { UsageError } from '../errors.ts';
import { anyNumber, anyText, type Flags, readValue, type ValueOption } from '../flags.ts';

/** Bandwidth of PCIe 4.0 × 16 in one direction, in GB/s, and the time of a message between GPUs, in µs. */
const [DEFAULT_LINK, DEFAULT_LATENCY] = [32, 10];

/** Tokens of an answer, and drafts: the usual numbers of benchmarks and of engines. */
const [DEFAULT_OUTPUT, DEFAULT_DRAFTED, DEFAULT_ACCEPTED] = [256, 4, 0.7];

/** How a GPU that was bought is paid for where no price of an hour is given. */
export const BOUGHT = { years: 3, pricePerKwh: 0.15 } as const;

const GPUS: ValueOption<number> = {
  name: 'gpus',
  value: 'N',
  help: 'So many GPUs of the kind, with the model split between them (default: 1)',
  param: anyNumber({ min: 1, max: 10_000, whole: true, unit: 'GPUs' }),
};

const SPLIT: ValueOption<Split> = {
  name: 'split',
  value: 'way',
  help: `How several GPUs share a model: ${SPLITS.join(', ')} (default: ${SPLITS[0]})`,
  param: choiceParam(SPLITS),
};

const LINK: ValueOption<number> = {
  name: 'link',
  value: 'GB/s',
  help: `Bandwidth between GPUs, in one direction (default: ${DEFAULT_LINK}, PCIe 4.0 ×16)`,
  param: anyNumber(RANGES.bandwidth),
};

const LATENCY: ValueOption<number> = {
  name: 'latency',
  value: 'µs',
  help: `Time of a message between GPUs (default: ${DEFAULT_LATENCY})`,
  param: anyNumber({ min: 0, max: 1e6, unit: 'µs' }),
};

const OFFLOAD: ValueOption<number> = {
  name: 'offload',
  value: 'GB/s',
  help: 'Weights that do not fit are read at this from the CPU’s memory, experts first',
  param: anyNumber(RANGES.bandwidth),
};

const PROMPT: ValueOption<number> = {
  name: 'prompt',
  value: 'N',
  help: 'Tokens of a prompt: adds time to first token, and of the whole request',
  param: anyNumber(RANGES.context),
};

const OUTPUT: ValueOption<number> = {
  name: 'output',
  value: 'N',
  help: `Tokens of the answer to --prompt (default: ${DEFAULT_OUTPUT})`,
  param: anyNumber(RANGES.context),
};

const SPEED: ValueOption<number> = {
  name: 'speed',
  value: 'N',
  help: 'How many users have N tokens/s each, in place of --batch',
  param: anyNumber({ min: 0.01, max: 1e6, unit: 'tokens/s' }),
};

const DRAFT: ValueOption<string> = {
  name: 'draft',
  value: 'id',
  help: 'A smaller model that drafts tokens for each check (speculative decoding)',
  param: anyText,
};

const DRAFTED: ValueOption<number> = {
  name: 'drafted',
  value: 'N',
  help: `Tokens that are drafted for a check (default: ${DEFAULT_DRAFTED})`,
  param: anyNumber({ min: 1, max: 100, whole: true, unit: 'tokens' }),
};

const ACCEPTED: ValueOption<number> = {
  name: 'accepted',
  value: 'P',
  help: `Probability that a drafted token is accepted (default: ${DEFAULT_ACCEPTED})`,
  param: anyNumber({ min: 0, max: 1, unit: '(a probability)' }),
};

const WATTS: ValueOption<number> = {
  name: 'watts',
  value: 'W',
  help: 'Power of a GPU, for joules to a token (default: as it is sold, where the list has it)',
  param: anyNumber({ min: 0.1, max: 1e7, unit: 'W' }),
};

const HOURLY: ValueOption<number> = {
  name: 'hourly',
  value: 'USD',
  help: `Price of an hour of a GPU (default: at launch over ${BOUGHT.years} years, and $${BOUGHT.pricePerKwh} a kWh, where listed)`,
  param: anyNumber({ min: 0.0001, max: 1e6, unit: 'US dollars' }),
};

export const ASKED_OPTIONS = [
  ...[GPUS, SPLIT, LINK, LATENCY, OFFLOAD, PROMPT, OUTPUT, SPEED],
  ...[DRAFT, DRAFTED, ACCEPTED, WATTS, HOURLY],
] as const;

export interface Asked {
  /** What the machine has beside one GPU. */
  readonly machine: Pick<Machine, 'gpus' | 'offloadBytesPerSecond'>;
  /** The flags of links between GPUs that nobody gave, each with its default. */
  readonly linkDefaults: readonly string[];
  readonly request?: { readonly prompt: number; readonly output: number };
  /** Tokens/s of each user. */
  readonly speed?: number;
  readonly draft?: Drafting & { readonly model: string };
  readonly watts?: number;
  readonly hourly?: number;
}

/** Reads what was asked. @throws UsageError where flags contradict each other, or one needs another */
export function askedIn(flags: Flags): Asked {
  const gpus = gpusIn(flags);
  const [offload, prompt, output] = [readValue(OFFLOAD, flags), readValue(PROMPT, flags), readValue(OUTPUT, flags)];
  const [speed, watts, hourly] = [readValue(SPEED, flags), readValue(WATTS, flags), readValue(HOURLY, flags)];
  const draft = draftIn(flags);
  if (output !== undefined && prompt === undefined) throw new UsageError('--output needs --prompt N');
  if (gpus) refuseBoth(flags, 'gpus', 'offload', 'no step is split and offloaded here');
  refuseBoth(flags, 'prompt', 'context', 'a prompt and its output are the context');
  refuseBoth(flags, 'speed', 'batch', 'the speed decides on the batch');
  const positions = (prompt ?? 0) + (output ?? DEFAULT_OUTPUT);
  if (prompt !== undefined && positions > RANGES.context.max)
    throw new UsageError(
      `--prompt and --output must be ${RANGES.context.max} tokens at most together; got ${positions}`,
    );
  if (gpus) refuseBoth(flags, 'draft', 'gpus', 'drafts are for one GPU');
  refuseBoth(flags, 'draft', 'offload', 'drafts are for a GPU that holds both models whole');
  return {
    machine: {
      ...(gpus && { gpus }),
      ...(offload !== undefined && { offloadBytesPerSecond: offload * 1e9 }),
    },
    linkDefaults: gpus ? defaultsOf(flags) : [],
    ...(prompt !== undefined && { request: { prompt, output: output ?? DEFAULT_OUTPUT } }),
    ...(speed !== undefined && { speed }),
    ...(draft && { draft }),
    ...(watts !== undefined && { watts }),
    ...(hourly !== undefined && { hourly }),
  };
}

/** @throws UsageError where two flags are given that contradict each other */
export function refuseBoth(flags: Flags, one: string, other: string, why: string): void {
  if (flags[one] === undefined || flags[other] === undefined) return;
  throw new UsageError(`give one of --${one} and --${other}: ${why}`);
}

/** @throws UsageError for a flag whose own flag is missing */
function requireWith(name: string, flags: Flags, options: readonly { readonly name: string }[]): void {
  const alone = options.find((option) => flags[option.name] !== undefined);
  if (alone) throw new UsageError(`--${alone.name} needs --${name}`);
}

const defaultsOf = (flags: Flags): string[] => [
  ...(flags[LINK.name] === undefined ? [`--link ${DEFAULT_LINK} GB/s (PCIe 4.0 ×16)`] : []),
  ...(flags[LATENCY.name] === undefined ? [`--latency ${DEFAULT_LATENCY} µs`] : []),
];

/** Several GPUs. One is a machine as without the flag. */
function gpusIn(flags: Flags): Gpus | undefined {
  const count = readValue(GPUS, flags);
  if (count === undefined) {
    requireWith('gpus N', flags, [SPLIT, LINK, LATENCY]);
    return undefined;
  }
  if (count === 1) return undefined;
  const [bandwidth = DEFAULT_LINK, latency = DEFAULT_LATENCY] = [readValue(LINK, flags), readValue(LATENCY, flags)];
  return {
    count,
    split: readValue(SPLIT, flags) ?? SPLITS[0],
    link: { seconds: latency / 1e6, bytesPerSecond: bandwidth * 1e9 },
  };
}

function draftIn(flags: Flags): Asked['draft'] {
  const model = readValue(DRAFT, flags);
  if (model === undefined) {
    requireWith('draft MODEL', flags, [DRAFTED, ACCEPTED]);
    return undefined;
  }
  const drafted = readValue(DRAFTED, flags) ?? DEFAULT_DRAFTED;
  return { model, drafted, accepted: readValue(ACCEPTED, flags) ?? DEFAULT_ACCEPTED };
}

/** What a machine takes, by flags, else by the list of GPUs: its power, and its price at launch over some years. */
export function runningOf({ machine: { gpus }, watts, hourly }: Asked, gpu: GpuSpec | undefined): Running {
  const count = gpus?.count ?? 1;
  const power = watts ?? gpu?.watts;
  const bought =
    gpu?.usd === undefined || power === undefined
      ? undefined
      : perHourOfBought({ price: gpu.usd, watts: power }, BOUGHT);
  const perHour = hourly ?? bought;
  const parts = [
    ...(power === undefined
      ? []
      : [`all of ${givenText(power)} W, ${watts === undefined ? 'as it is sold' : 'as given'}`]),
    ...(hourly === undefined ? [] : [`$${givenText(hourly)} an hour`]),
    ...(hourly !== undefined || bought === undefined
      ? []
      : [`$${integerText(gpu?.usd ?? 0)} at launch over ${BOUGHT.years} years, $${BOUGHT.pricePerKwh} a kWh`]),
  ];
  return {
    watts: power === undefined ? undefined : count * power,
    dollarsPerHour: perHour === undefined ? undefined : count * perHour,
    basis: `${count > 1 ? 'of each GPU: ' : ''}${parts.join('; ')}`,
  };
}
