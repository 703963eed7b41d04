/** `hbmark backup` and `hbmark restore`: a collection of runs in one file, and out of it. */

import { quoted } from '../../../results/text/shown.ts';
import type { Store } from '../../collector/store/store.ts';
import { EXIT, UsageError } from '../errors.ts';
import type { Flags } from '../flags.ts';
import { collectionFlags, readPlace } from '../serving/collection-flags.ts';
import { print, printError } from '../text/print.ts';
import type { Command } from './command.ts';

const COLLECTION = collectionFlags({
  data: 'The collection in this folder',
  databaseUrl: 'The collection in this Postgres database (default: DATABASE_URL)',
});

interface BackupInput {
  readonly file: string;
  /** The folder or the database. */
  readonly where: string;
}

function parse(command: string, files: readonly string[], flags: Flags): BackupInput {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) {
    throw new UsageError(`${command} takes one file; got ${files.length === 0 ? 'none' : files.map(quoted).join(' ')}`);
  }
  const { data, databaseUrl } = readPlace(COLLECTION, flags);
  const where = data ?? databaseUrl ?? process.env.DATABASE_URL ?? '';
  if (where === '') throw new UsageError('say where the collection is: --data FOLDER or --database-url URL');
  return { file, where };
}

/** What the collector's packages are needed for: imported here, so that other commands run without them. */
const collector = async () => ({
  ...(await import('../../collector/store/open.ts')),
  ...(await import('../../collector/store/backup.ts')),
  ...(await import('../../collector/store/store.ts')),
});

/** Works with a store. What is wrong with it, or with the backup, becomes one line. */
async function withStore(where: string, reading: boolean, work: (store: Store) => Promise<void>): Promise<void> {
  const { openStore, BadBackup, CannotOpen, Unavailable } = await collector();
  try {
    const store = await openStore(where, { reading });
    try {
      await work(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    const isExpected = error instanceof BadBackup || error instanceof CannotOpen || error instanceof Unavailable;
    throw isExpected ? new UsageError(error.message) : error;
  }
}

const runs = (count: number): string => (count === 1 ? '1 run' : `${count} runs`);

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error;

export const backup = {
  name: 'backup',
  args: '[...file]',
  help: 'Write all runs of a collection to a file, beside the service',
  options: COLLECTION,

  parse: (files, flags) => parse('backup', files, flags),

  async run({ file, where }) {
    const { writeBackup } = await collector();
    let unwritten: NodeJS.ErrnoException | undefined;
    await withStore(where, true, async (store) => {
      try {
        print(`${runs(await writeBackup(store, file))} in ${file}`);
      } catch (error) {
        if (!isSystemError(error) || !/^(open|write|rename|fsync)$/.test(error.syscall ?? '')) throw error;
        unwritten = error;
      }
    });
    if (unwritten === undefined) return EXIT.done;
    printError(`${file} cannot be written (${unwritten.code}): there is no new backup; name another file`);
    return EXIT.unwritten;
  },
} satisfies Command<BackupInput>;

export const restore = {
  name: 'restore',
  args: '[...file]',
  help: 'Add the runs of a backup that a collection does not have',
  options: COLLECTION,

  parse: (files, flags) => parse('restore', files, flags),

  async run({ file, where }) {
    const { restoreBackup } = await collector();
    await withStore(where, false, async (store) => {
      const { added, known } = await restoreBackup(store, file);
      print(`${runs(added)} added; ${runs(known)} there already`);
    });
    return EXIT.done;
  },
} satisfies Command<BackupInput>;
