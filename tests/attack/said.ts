/** What the terminal says to what was typed: the tool's own command line, within this process. */

import { commandLine } from '../../src/cli/command-line.ts';
import type { Command } from '../../src/cli/commands/command.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { EXIT } from '../../src/cli/errors.ts';
import type { Reading } from './faults.ts';

/** The commands that measure nothing, serve nothing and write nothing. Others only read what was typed. */
const RUN = ['check', 'fit', 'list', 'predict'];

const SAFE: readonly Command<unknown>[] = COMMANDS.map((command) => ({
  ...command,
  parse: (args, flags) => command.parse(args, flags),
  run: (input) => (RUN.includes(command.name) ? command.run(input) : EXIT.done),
}));

/** Calls a function, and returns all that it prints. */
async function printed(of: () => Promise<void>): Promise<string[]> {
  const { log, error } = console;
  const lines: string[] = [];
  const keep = (text: unknown) => lines.push(String(text));
  Object.assign(console, { log: keep, error: keep });
  try {
    await of();
  } finally {
    Object.assign(console, { log, error });
  }
  return lines;
}

/**
 * What the tool says to these arguments. Input is accepted if the tool ends with 0; else each line is a message, with
 * `file` left out of it, whose name is the person's own.
 *
 * @throws whatever is no error that a person can do something about
 */
export async function saidTo(args: readonly string[], file?: string): Promise<Reading> {
  const typed = commandLine(SAFE);
  let code: number = EXIT.done;
  const lines = await printed(async () => {
    try {
      code = (await typed.run(['node', 'hbmark', ...args])) ?? EXIT.done;
    } catch (error) {
      const line = typed.lineFor(error);
      if (line === undefined) throw error;
      code = EXIT.unusableInput;
      console.error(line);
    }
  });
  const texts = lines.flatMap((text) => text.split('\n')).map((line) => (file ? line.replaceAll(file, 'FILE') : line));
  return code === EXIT.done
    ? { accepted: true, shown: texts, messages: [] }
    : { accepted: false, shown: [], messages: texts };
}
