/** Every command, in the order of `hbmark --help`. */

import { backup, restore } from './backup.ts';
import { bench } from './bench.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { fit } from './fit.ts';
import { list } from './list.ts';
import { predict } from './predict.ts';
import { run } from './run.ts';
import { serve } from './serve.ts';
import { submit } from './submit.ts';
import { tune } from './tune.ts';
import { validate } from './validate.ts';

/** The type of this list does not say so, but a command's `run` takes only what its own `parse` returned. */
export const COMMANDS: readonly Command<unknown>[] = [
  ...[run, tune, bench, predict, fit, validate, check, submit, list, serve, backup, restore],
];
