import { describe, expect, test } from 'vitest';
import { KERNELS } from '../../../shaders/registry.ts';
import { kernelsOf } from '../../session/run-options.ts';
import { EXIT, exitCodeOf } from '../errors.ts';
import { bench } from './bench.ts';
import { tune } from './tune.ts';

/** Returns how a command refuses flags that it cannot use. */
function refusal(parse: () => unknown): { message: string; exit: number | undefined } {
  try {
    parse();
  } catch (error) {
    return { message: (error as Error).message, exit: exitCodeOf(error) };
  }
  throw new Error('nothing was refused');
}

describe('tune', () => {
  test('without flags, every kernel is tuned, in Node', () => {
    const input = tune.parse([], {});
    expect(input).toMatchObject({ host: { id: 'node' }, adapter: undefined, json: false });
    expect(kernelsOf(input.params)).toEqual(KERNELS.measured);
  });

  test.each([
    ['--kernel', { kernel: 'nonsense' }, /--kernel must be one of .*stream-read.*; got "nonsense"/],
    ['--budget', { budget: 0 }, /--budget must be a whole number from 1 to 86400 seconds; got "0"/],
    ['--host', { host: 'moon' }, /--host must be one of node, chromium, firefox, deno; got "moon"/],
    ['--adapter in chromium', { host: 'chromium', adapter: 'llvmpipe' }, /can only be swiftshader; got "llvmpipe"/],
    ['--seed', { seed: 1.5 }, /--seed must be a whole number/],
  ])('%s that cannot be used is one line and exit code 2', (_, flags, message) => {
    const refused = refusal(() => tune.parse([], flags));
    expect(refused.exit).toBe(EXIT.unusableInput);
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toContain('\n');
  });
});

describe('bench', () => {
  test('either host tunes first and compares, with the same kernels', () => {
    for (const host of ['node', 'chromium']) {
      expect(bench.parse([], { host, tune: 10, kernel: 'gemv' })).toMatchObject({
        host: { id: host },
        params: { tuneSeconds: 10, compare: true, kernels: ['gemv'] },
      });
    }
  });

  test('kernels may be named', () => {
    const { params } = bench.parse([], { kernel: ['gemv', 'stream-read'] });
    expect(kernelsOf(params).map(({ id }) => id)).toEqual(['gemv', 'stream-read']);
  });

  test.each([
    ['--tune', { tune: 'long' }, /--tune must be a whole number from 1/],
    ['--budget', { budget: 0.5 }, /--budget must be a whole number from 1 to 86400 seconds/],
    ['--kernel', { host: 'chromium', kernel: 'nonsense' }, /--kernel must be one of .*stream-read.*; got "nonsense"/],
    ['--adapter in chromium', { host: 'chromium', adapter: 'llvmpipe' }, /can only be swiftshader; got "llvmpipe"/],
    ['--memory', { memory: 0 }, /--memory must be a number from 0.1 to 1000 GB/],
  ])('%s that cannot be used is one line and exit code 2', (_, flags, message) => {
    const refused = refusal(() => bench.parse([], flags));
    expect(refused.exit).toBe(EXIT.unusableInput);
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toContain('\n');
  });
});
