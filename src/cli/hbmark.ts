/** The terminal: runs the command that was typed, and turns errors into one line and an exit code. */

import { inspect } from 'node:util';
import { shown } from '../../results/text/shown.ts';
import { commandLine } from './command-line.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT, exitCodeOf } from './errors.ts';
import { printError } from './text/print.ts';

// An answer that could not be written, as to a full disk, must not end as if it had been. Whoever reads no further, as
// `head` does, has closed the pipe (EPIPE), and wants no word of it.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit();
  console.error(shown(`hbmark: the answer could not be written (${message})`));
  process.exit(EXIT.wrong);
});

const typed = commandLine(COMMANDS);
try {
  process.exitCode = await typed.run(process.argv);
} catch (error) {
  printError(typed.lineFor(error) ?? inspect(error));
  process.exitCode = exitCodeOf(error) ?? EXIT.wrong;
}
// Dawn would keep the process (hosts/node/node.ts). The empty writes are called back once all output has been written.
process.stderr.write('', () => process.stdout.write('', () => process.exit()));
