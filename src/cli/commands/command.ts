/** The contract of a command: everything about `hbmark NAME` is one object in one file. */

import type { ExitCode } from '../errors.ts';
import type { Flags, Option } from '../flags.ts';

export interface Command<Input> {
  readonly name: string;
  /** Its arguments as cac writes them, `<what>` or `[...records]`. Absent: none. */
  readonly args?: string;
  /** One line: what it does. */
  readonly help: string;
  /** Its options, in the order of `--help`. */
  readonly options: readonly Option[];
  /** Reads what was typed. @throws UsageError, or rejects with one, if it cannot be used */
  parse(args: readonly string[], flags: Flags): Input | Promise<Input>;
  /** Does the command's work. Returns, or resolves to, the exit code. */
  run(input: Input): ExitCode | Promise<ExitCode>;
}
