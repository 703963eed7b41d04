/**
 * The tokens that delete submitted runs: a file for each run and collector in a folder of this user's, which nobody else
 * may read. A run without its token stays in the collection until its operators delete it.
 */

import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../../harness/errors.ts';
import { digest } from '../../../results/record/digest.ts';
import { shown } from '../../../results/text/shown.ts';
import { UsageError } from '../errors.ts';
import { dataFolder } from './data-folder.ts';
import { requireWritable } from './out-file.ts';
import { readText } from './read-text.ts';
import { removeIfThere, writeWhole } from './write-file.ts';

const keptSchema = z.strictObject({
  /** The run's id, which is the hash of its record as it was sent. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  /** The address of the collector. */
  to: z.url(),
  token: z.string().min(1),
  /** When it was sent, ISO 8601 in UTC. */
  sent: z.iso.datetime(),
});

export type KeptToken = z.infer<typeof keptSchema>;

/** Only its owner may read it. */
const [PRIVATE_FILE, PRIVATE_FOLDER] = [0o600, 0o700];

/** The folder of the tokens, in HBMark's folder of data. */
export const tokensFolder = (): string => join(dataFolder(), 'tokens');

/** The lengths of what a message quotes. */
const [MAX_FOLDER, MAX_REASON] = [100, 90];

const fileOf = ({ id, to }: Pick<KeptToken, 'id' | 'to'>): string =>
  join(tokensFolder(), `${id}-${digest(to).slice(0, 8)}.json`);

/** Makes the folder, and tests that a file can be written there: before anything is sent. @throws UsageError */
export function requireTokensFolder(): void {
  const folder = tokensFolder();
  try {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
    chmodSync(folder, PRIVATE_FOLDER);
    requireWritable(join(folder, `.${process.pid}`));
  } catch (error) {
    throw new UsageError(
      `${shown(folder, MAX_FOLDER)} must be a folder that can be written, for the token that deletes a run; set HBMARK_DATA to another (${shown(messageOf(error), MAX_REASON)})`,
    );
  }
}

/** Keeps a token. @throws Error with the system's reason if it cannot be written */
export const keepToken = (kept: KeptToken): void =>
  writeWhole(fileOf(kept), `${JSON.stringify(kept, null, 1)}\n`, PRIVATE_FILE);

/** Returns the tokens of runs whose id begins with `id`, at the collector `to`. A file that holds none is passed over. */
export function keptTokens(id: string, to: string): KeptToken[] {
  return namesIn(tokensFolder())
    .filter((name) => name.startsWith(id))
    .flatMap((name) => {
      try {
        return [keptSchema.parse(JSON.parse(readText(join(tokensFolder(), name))))];
      } catch {
        return [];
      }
    })
    .filter((kept) => kept.to === to);
}

export const forgetToken = (kept: KeptToken): void => removeIfThere(fileOf(kept));

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
