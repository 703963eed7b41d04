/** The decode steps of a run, wherever it runs. */

import type { Room } from '../../shaders/step.ts';
import { claimTasks } from '../model/claims/index.ts';
import type { DecodeRequest } from '../model/request/request.ts';
import { type DecodeTask, decodeTasks } from '../model/request/tasks.ts';

/**
 * Those that somebody asked for come first, since time may be short; then those of the claims, where the profile has
 * room for experiments.
 */
export const runTasks = (asked: DecodeRequest | undefined, experiments: boolean, room: Room): DecodeTask[] => [
  ...(asked ? decodeTasks(asked.models, asked.sweep, room) : []),
  ...(experiments ? claimTasks() : []),
];
