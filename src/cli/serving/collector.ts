/** The collector of `hbmark serve`: its store, opened where the command says, and what the environment says of it. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../harness/errors.ts';
import type { Collector } from '../../collector/api/api.ts';
import { UsageError } from '../errors.ts';
import { dataFolder } from '../files/data-folder.ts';
import { printError } from '../text/print.ts';

export interface CollectingOptions {
  /** The folder of `--data`. */
  readonly data: string | undefined;
  /** The URL of `--database-url`. */
  readonly databaseUrl: string | undefined;
  readonly allowedOrigins: readonly string[];
}

export interface Collecting {
  readonly collector: Collector;
  /** Where runs are kept, as a person may read it: without a password. */
  readonly where: string;
  end(): Promise<void>;
}

/** The shortest token of a moderator: one that is shorter can be guessed. */
const MIN_TOKEN = 16;

/** Opens the store and starts the collector. @throws UsageError if the store cannot be opened */
export async function startCollecting(options: CollectingOptions, env = process.env): Promise<Collecting> {
  const { data, databaseUrl, allowedOrigins } = options;
  const moderatorToken = env.HBMARK_MODERATOR_TOKEN || undefined;
  if (moderatorToken !== undefined && moderatorToken.length < MIN_TOKEN) {
    throw new UsageError(
      `HBMARK_MODERATOR_TOKEN must have at least ${MIN_TOKEN} characters; got ${moderatorToken.length}`,
    );
  }
  const url = databaseUrl ?? (data === undefined ? env.DATABASE_URL || undefined : undefined);
  const folder = url === undefined ? madeFolder(data ?? join(dataFolder(), 'collection')) : undefined;
  // Imported here, so that the other commands run where the databases' packages are not installed.
  const [{ Collector }, { openStore }, { CannotOpen }] = await Promise.all([
    import('../../collector/api/api.ts'),
    import('../../collector/store/open.ts'),
    import('../../collector/store/store.ts'),
  ]);
  const store = await openStore(url ?? folder ?? '').catch((error: unknown) => {
    throw error instanceof CannotOpen ? new UsageError(error.message) : error;
  });
  const workerFile = new URL('record-worker.js', import.meta.url);
  const log = (line: string): void => printError(`hbmark: ${line}`);
  const collector = new Collector({ store, workerFile, allowedOrigins, moderatorToken, log });
  return {
    collector,
    where: folder ?? withoutSecrets(url ?? ''),
    async end() {
      await collector.end();
      await store.close();
    },
  };
}

function madeFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch (error) {
    const choose = 'choose another with --data DIR, or serve the page alone with --page-only';
    throw new UsageError(`the folder for runs cannot be made (${messageOf(error)}): ${choose}`);
  }
}

/** A database by its host and name. */
function withoutSecrets(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `the database ${pathname.slice(1)} at ${host}`;
  } catch {
    return 'a database';
  }
}
