/** What strangers write into addresses of the page, and what people type after `hbmark`. */

import { GPUS } from '../../results/gpus/by-name.ts';
import { FORMAT_IDS, KV_FORMAT_IDS } from '../../results/record/bounds.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { MODELS } from '../../src/model/models/index.ts';
import type { Dice } from './dice.ts';
import { ODD_NUMBERS, oddText } from './odd.ts';

/** The keys of an address, in the order of `src/session/params.ts`, and some that are none. */
const KEYS = [
  ...[
    'profile',
    'seed',
    'challenge',
    'memory',
    'gpu',
    'model',
    'decode',
    'weights',
    'kv',
    'context',
    'shortest',
    'batch',
  ],
  ...['tune', 'kernels', 'compare', 'budget', 'autorun'],
];

/** A number of any size, in plain decimals. */
const anySize = (dice: Dice): string =>
  dice.pick(['0.01', '0.1', '0.5', '1', '2', '24', '1008', '8192', '131072', '1000000', '10000000', '100000000']);

/** What the parameters of "What if" may take, in the order of `src/app/pages/what-if/question.ts`. */
const QUESTION: Readonly<Record<string, (dice: Dice) => string>> = {
  gpu: (dice) => dice.pick(GPUS).name,
  model: (dice) => dice.pick(MODELS).id,
  ...{ mem: anySize, bw: anySize, ctx: anySize, batch: anySize },
  w: (dice) => dice.pick([...FORMAT_IDS, 'Q4_K_M', 'Q8_0']),
  kv: (dice) => dice.pick(KV_FORMAT_IDS),
  ...{ flops: anySize, fixed: anySize, run: oddText },
};

const SIZES = [
  '1',
  '128',
  '1,8',
  '128,4096',
  '1,max',
  '1,...,max',
  'max',
  '...',
  '1,2,4,…,max',
  '10000000',
  '4096',
  '0',
];

/** A value that one of the parameters or flags may take, or nearly. */
function value(dice: Dice): string {
  switch (dice.below(9)) {
    case 0:
      return String(dice.pick(ODD_NUMBERS));
    case 1:
      return dice.pick(SIZES);
    case 2:
      return dice.pick([...FORMAT_IDS, ...KV_FORMAT_IDS, 'Q4_K_M', 'f16,int4-g32', 'f16,,', 'stored']);
    case 3:
      return dice.pick([...MODELS.map(({ id }) => id), ...GPUS.map(({ name }) => name)]);
    case 4:
      return dice.pick([
        'quick',
        'full',
        'kernels',
        'defaults',
        '1',
        'tune',
        'gemv',
        'gemv,stream-read',
        'node',
        'deno',
      ]);
    case 5:
      return String(dice.between(1, 100_000));
    case 6:
      return Array.from({ length: dice.pick([2, 100, 5000]) }, (_, i) => (dice.chance(0.5) ? 1 + i : 7)).join(',');
    default:
      return oddText(dice);
  }
}

/** A text as UTF-8 can hold it. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

/** The query of the page where runs are started. */
export const strangeQuery = (dice: Dice): string => queryWith(KEYS, value, dice);

/** The query of "What if". */
export const strangeQuestion = (dice: Dice): string =>
  queryWith(
    Object.keys(QUESTION),
    (d, key) => (d.chance(0.8) && Object.hasOwn(QUESTION, key) ? QUESTION[key]?.(d) : undefined) ?? value(d),
    dice,
  );

/** The query of an address: well formed, or with escapes that are none. */
function queryWith(keys: readonly string[], made: (dice: Dice, key: string) => string, dice: Dice): string {
  const pairs = Array.from({ length: dice.between(1, 6) }, () => {
    const key = dice.chance(0.93) ? dice.pick(keys) : oddText(dice);
    const text = made(dice, key);
    return dice.chance(0.9)
      ? `${encodeURIComponent(wellFormed(key))}=${encodeURIComponent(wellFormed(text))}`
      : dice.pick([`${key}=${text}`, `${key}=%`, `${key}=%ff%fe`, key, `=${text}`, '&&', `${key}==`]);
  });
  return `?${pairs.join('&')}`;
}

/** The arguments after `hbmark`. No argument of a process holds a NUL. */
export function strangeArguments(dice: Dice): string[] {
  const command = dice.pick(COMMANDS);
  const names = command.options.map(({ name }) => name);
  const args = Array.from({ length: dice.between(0, 5) }, () => {
    const flag = `--${dice.chance(0.9) ? dice.pick(names) : oddText(dice)}`;
    return dice.pick([[flag, value(dice)], [flag, value(dice)], [`${flag}=${value(dice)}`], [flag], [value(dice)]]);
  }).flat();
  // A prediction needs one source of the machine's numbers, and a list its name.
  const needed =
    command.name === 'predict' && dice.chance(0.7)
      ? dice.pick([
          ['--gpu', dice.pick(GPUS).name],
          ['--bandwidth', '1000', '--memory', '24'],
        ])
      : command.name === 'list' && dice.chance(0.7)
        ? [dice.pick(['kernels', 'formats', 'models', 'gpus', 'generations', 'claims', 'profiles'])]
        : [];
  const name = dice.chance(0.95) ? command.name : oddText(dice);
  return [name, ...needed, ...args].map((arg) => arg.replaceAll('\0', ''));
}
