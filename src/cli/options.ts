/** The options that several commands share, each declared once, and what the commands that measure read from them. */

import { quoted } from '../../results/text/shown.ts';
import { KERNEL_RULE, KERNELS } from '../../shaders/registry.ts';
import { RANGES } from '../model/predict/predict.ts';
import { choiceParam } from '../session/param.ts';
import { DEFAULT_PARAMS, PARAMS, randomSeed, type SeededParams } from '../session/params.ts';
import { UsageError } from './errors.ts';
import { anyNumber, anyText, type Flags, type Option, readAll, readValue, type ValueOption } from './flags.ts';
import type { TerminalHost } from './hosts/host.ts';
import { DEFAULT_HOST, HOSTS } from './hosts/index.ts';

export const JSON_OUTPUT: Option = { name: 'json', help: 'Print one JSON document on stdout, and nothing else' };

export const OUT: ValueOption<string> = {
  name: 'out',
  value: 'file',
  help: 'Keep the record in this file (default: not kept)',
  param: anyText,
};

export const KERNEL: ValueOption<string> = {
  name: 'kernel',
  value: 'id',
  help: 'Only this kernel; may be repeated (default: all)',
  param: choiceParam(
    KERNELS.measured.map(({ id }) => id),
    KERNEL_RULE,
  ),
};

export const BUDGET: ValueOption<number> = {
  name: 'budget',
  value: 'seconds',
  help: 'Maximum time; what it does not reach is listed (default: the end of the profile)',
  param: PARAMS.budgetSeconds,
};

const HOST: ValueOption<TerminalHost> = {
  name: 'host',
  value: 'host',
  help: `${HOSTS.map(({ id, help }) => `${id}: ${help}`).join('; ')} (default: ${DEFAULT_HOST.id})`,
  param: {
    rule: `one of ${HOSTS.map(({ id }) => id).join(', ')}`,
    parse: (text) => HOSTS.find(({ id }) => id === text),
  },
};

/** The few names that `--adapter` may have on a host: `a or b`. Undefined: any part of a name. */
const namesOn = ({ adapters }: TerminalHost): string | undefined => adapters?.join(' or ');

/** The hosts on which `--adapter` may have few names, those with the same names together: `one, two: a or b; …`. */
const FEW_NAMES = [...new Set(HOSTS.map(namesOn))]
  .filter((names) => names !== undefined)
  .map(
    (names) =>
      `${HOSTS.filter((host) => namesOn(host) === names)
        .map(({ id }) => id)
        .join(', ')}: ${names}`,
  )
  .join('; ');

const ADAPTER: ValueOption<string> = {
  name: 'adapter',
  value: 'name',
  help: `Part of its name; ${FEW_NAMES} (default: the host’s choice)`,
  param: anyText,
};

const MEMORY: ValueOption<number> = {
  name: 'memory',
  value: 'GB',
  help: 'Maximum GPU memory to use (default: what the profile asks for, or less on some machines)',
  param: PARAMS.memoryGB,
};

export const SEED: ValueOption<number> = {
  name: 'seed',
  value: 'N',
  help: 'Seed of the data and of every random order (default: drawn anew)',
  param: PARAMS.seed,
};

/** The memory of a machine that is not measured here, for `predict` and `fit`. */
export const MACHINE_MEMORY: ValueOption<number> = {
  name: 'memory',
  value: 'GB',
  help: 'Memory for weights and KV caches (default: as the GPU’s spec or the record says)',
  param: anyNumber(RANGES.memory),
};

/** The options that say where to measure. */
export const PLACE: readonly Option[] = [HOST, ADAPTER, MEMORY, SEED];

/** The input that all commands that measure share. */
export interface Measuring {
  readonly host: TerminalHost;
  readonly adapter: string | undefined;
  readonly params: SeededParams;
}

/** Reads PLACE and KERNEL, for the commands that measure. @throws UsageError */
export function measuringOf(flags: Flags): Measuring {
  const host = readValue(HOST, flags) ?? DEFAULT_HOST;
  const adapter = readValue(ADAPTER, flags);
  if (host.adapters && adapter !== undefined && !host.adapters.includes(adapter)) {
    throw new UsageError(
      `--adapter with --host ${host.id} can only be ${host.adapters.join(' or ')}; got ${quoted(adapter)}`,
    );
  }
  const { autorun: _, ...defaults } = DEFAULT_PARAMS;
  return {
    host,
    adapter,
    params: {
      ...defaults,
      seed: readValue(SEED, flags) ?? randomSeed(),
      memoryGB: readValue(MEMORY, flags) ?? null,
      kernels: [...new Set(readAll(KERNEL, flags))],
    },
  };
}
