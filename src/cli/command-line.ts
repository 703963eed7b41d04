/** The command line: finds the command that was typed and runs it, and says in one line what is wrong with what was typed. */

import { cac } from 'cac';
import { quoted, shown } from '../../results/text/shown.ts';
import type { Command } from './commands/command.ts';
import { type ExitCode, exitCodeOf, isCacError, UsageError } from './errors.ts';
import { asTyped, optionText, withValuesAsTyped } from './flags.ts';

/** The maximum length of the line of an expected error, and of what cac says: it quotes all that was typed. */
const [MAX_ERROR_LENGTH, MAX_CAC_LENGTH] = [2000, 200];

/** The line about hbmark in its help. */
const ABOUT = 'Measures how fast this GPU decodes, and says why';

export interface CommandLine {
  /**
   * Runs the command that was typed. Returns its exit code; undefined for help.
   *
   * @throws UsageError, HarnessError, or cac's own error, for input that cannot be used
   */
  run(argv: readonly string[]): Promise<ExitCode | undefined>;
  /** The line for an error that a person can do something about; undefined for a fault of HBMark. */
  lineFor(error: unknown): string | undefined;
}

export function commandLine(commands: readonly Command<unknown>[]): CommandLine {
  const names = commands.map(({ name }) => name);
  const anyName = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  const cli = cac('hbmark');
  let exitCode: ExitCode | undefined;

  for (const command of commands) {
    const { name, args, help, options } = command;
    const usage = args === undefined ? name : `${name} ${args}`;
    const registered = cli.command(usage, help).usage(`${usage} [options]`);
    for (const option of options) registered.option(optionText(option), option.help);
    registered.action(async () => {
      exitCode = await command.run(await command.parse(cli.args.map(asTyped), cli.options));
    });
  }
  // `run` answers --help and --version itself: cac would answer before it is known whether there is such a command.
  cli.help((sections) => {
    const command = commands.find(({ name }) => name === cli.matchedCommandName);
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

  return {
    async run(argv) {
      cli.parse(withValuesAsTyped(argv), { run: false });
      const { matchedCommand, options } = cli;
      const [unknown] = matchedCommand ? [] : cli.args;
      if (unknown !== undefined) throw new UsageError(`there is no command ${quoted(unknown)}: name ${anyName}`);
      if (options.version && !matchedCommand) cli.outputVersion();
      else if (options.help) cli.outputHelp();
      else if (matchedCommand) await cli.runMatchedCommand();
      else {
        cli.globalCommand.checkUnknownOptions();
        throw new UsageError(`name a command: ${anyName}; "hbmark --help" explains them`);
      }
      return exitCode;
    },
    lineFor(error) {
      if (!(error instanceof Error) || exitCodeOf(error) === undefined) return undefined;
      // cac does not say what to do.
      const help = ['hbmark', cli.matchedCommandName, '--help'].filter(Boolean).join(' ');
      const message = isCacError(error) ? `${shown(error.message, MAX_CAC_LENGTH)}: see "${help}"` : error.message;
      return shown(`hbmark: ${message}`, MAX_ERROR_LENGTH);
    },
  };
}
