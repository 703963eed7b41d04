import { describe, expect, test } from 'vitest';
import { optionText, type ValueOption } from '../flags.ts';
import { COMMANDS } from './index.ts';

/** The maximum width of a line of help, in columns. */
const MAX_COLUMNS = 120;

/** The maximum length of a rule. With a flag's name and the value that was given, its message has 300 characters. */
const MAX_RULE = 180;

test('every command has a name of its own', () => {
  const names = COMMANDS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(COMMANDS.map((command) => [command.name, command] as const))('hbmark %s', (_, { help, options }) => {
  test('says in one line what it does', () => {
    expect(help).toMatch(/^[A-Z][^\n]*[^.]$/);
    expect(help.length).toBeLessThan(100);
  });

  test('has an option of each name once', () => {
    const names = options.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('explains each option in one line, and each rule in few words', () => {
    const flagColumns = Math.max(...options.map((option) => optionText(option).length));
    for (const option of options) {
      expect(option.help).toMatch(/^\S[^\n]*[^.]$/);
      const { param }: Partial<ValueOption<unknown>> = option;
      expect(param?.rule.length ?? 0, `--${option.name}`).toBeLessThanOrEqual(MAX_RULE);
      expect(2 + flagColumns + 2 + option.help.length, `--${option.name}`).toBeLessThanOrEqual(MAX_COLUMNS);
    }
  });
});
