/**
 * The terminal: registers every command, runs the one that was typed, and turns errors into one line and an exit code.
 */

import { inspect } from 'node:util';
import { cac } from 'cac';
import { shown } from '../../results/shown.ts';
import type { Command } from './commands/command.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT, exitCodeOf, isCacError, UsageError } from './errors.ts';
import { asTyped, optionText, withValuesAsTyped } from './flags.ts';
import { printError } from './text/print.ts';

/** The maximum length of the line of an expected error. */
const MAX_ERROR_LENGTH = 2000;

/** The line about hbmark in its help. */
const ABOUT = 'Measures how fast this GPU decodes, and says why';

const NAMES = COMMANDS.map(({ name }) => name);
const ANY_NAME = `${NAMES.slice(0, -1).join(', ')} or ${NAMES.at(-1)}`;

const cli = cac('hbmark');

function register(command: Command<unknown>): void {
  const { name, args, help, options } = command;
  const usage = args === undefined ? name : `${name} ${args}`;
  const registered = cli.command(usage, help).usage(`${usage} [options]`);
  for (const option of options) registered.option(optionText(option), option.help);
  registered.action(async () => {
    process.exitCode = await command.run(await command.parse(cli.args.map(asTyped), cli.options));
  });
}

/** Runs the command that was typed. @throws UsageError, or cac's own error, for input that cannot be used */
async function main(argv: readonly string[]): Promise<void> {
  for (const command of COMMANDS) register(command);
  addHelp();
  cli.parse([...argv], { run: false });
  const { matchedCommand, options } = cli;
  const [unknown] = matchedCommand ? [] : cli.args;
  if (unknown !== undefined) throw new UsageError(`there is no command "${shown(unknown)}": name ${ANY_NAME}`);
  if (options.version && !matchedCommand) return cli.outputVersion();
  if (options.help) return cli.outputHelp();
  if (matchedCommand) return cli.runMatchedCommand();
  cli.globalCommand.checkUnknownOptions();
  throw new UsageError(`name a command: ${ANY_NAME}; "hbmark --help" explains them`);
}

/**
 * Adds --help and --version, which `main` answers itself: cac would answer before it is known whether there is such a
 * command.
 */
function addHelp(): void {
  cli.help((sections) => {
    const command = COMMANDS.find(({ name }) => name === cli.matchedCommandName);
    const [version, ...rest] = sections.map(({ title = '', body }) =>
      title.startsWith('For more info')
        ? { title: 'Options of a command', body: `  $ ${cli.name} <command> --help` }
        : // cac 7.1.0 ends each option's line with a space. Delete the replacement when it does not.
          { ...(title !== '' && { title }), body: body.replace(/ +$/gm, '') },
    );
    return [version, { body: `${command?.help ?? ABOUT}.` }, ...rest].filter((section) => section !== undefined);
  });
  cli.version(__HBMARK_VERSION__);
  cli.showHelpOnExit = false;
  cli.showVersionOnExit = false;
}

/** Returns what to do about an error of cac, which does not say. */
const hintFor = (error: unknown): string =>
  isCacError(error) ? `: see "${['hbmark', cli.matchedCommandName, '--help'].filter(Boolean).join(' ')}"` : '';

// An answer that could not be written, as to a full disk, must not end as if it had been. Whoever reads no further, as
// `head` does, has closed the pipe (EPIPE), and wants no word of it.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit();
  console.error(shown(`hbmark: the answer could not be written (${message})`));
  process.exit(EXIT.wrong);
});

try {
  await main(withValuesAsTyped(process.argv));
} catch (error) {
  const code = exitCodeOf(error);
  if (code !== undefined && error instanceof Error) {
    printError(shown(`hbmark: ${error.message}${hintFor(error)}`, MAX_ERROR_LENGTH));
  } else printError(inspect(error));
  process.exitCode = code ?? EXIT.wrong;
}
// Dawn would keep the process (hosts/node.ts). The empty writes are called back once all output has been written.
process.stderr.write('', () => process.stdout.write('', () => process.exit()));
