import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { madeRuns } from '../../../tests/collector/made-runs.ts';
import { openStore } from '../../collector/store/open.ts';
import { EXIT, UsageError } from '../errors.ts';
import { backup, restore } from './backup.ts';

let folder: string;
let printed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-backup-'));
  printed = [];
  for (const stream of ['log', 'error'] as const) {
    vi.spyOn(console, stream).mockImplementation((line) => void printed.push(String(line)));
  }
  vi.stubEnv('DATABASE_URL', undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function made(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

describe('what was typed', () => {
  test.each<[string, string[], Record<string, string>, RegExp]>([
    ['no file', [], { data: 'x' }, /backup takes one file; got none/],
    ['two files', ['a', 'b'], { data: 'x' }, /one file; got "a" "b"/],
    ['no collection', ['a'], {}, /--data FOLDER or --database-url URL/],
    ['two collections', ['a'], { data: 'x', databaseUrl: 'postgres://y' }, /not both/],
  ])('%s is refused', (_, files, flags, line) => {
    expect(() => backup.parse(files, flags)).toThrow(UsageError);
    expect(() => backup.parse(files, flags)).toThrow(line);
  });

  test('names the collection, or DATABASE_URL does', () => {
    expect(restore.parse(['a'], { data: 'x' })).toEqual({ file: 'a', where: 'x' });
    vi.stubEnv('DATABASE_URL', 'postgres://y/z');
    expect(restore.parse(['a'], {})).toEqual({ file: 'a', where: 'postgres://y/z' });
    expect(restore.parse(['a'], { data: 'x' })).toEqual({ file: 'a', where: 'x' });
  });
});

test('a collection that is in use is backed up, and restored into another', async () => {
  const [data, other, file] = [made('data'), made('other'), join(folder, 'runs.jsonl.gz')];
  const store = await openStore(data);
  await Promise.all(madeRuns(3).map((run) => store.add(run)));
  expect(await backup.run({ file, where: data })).toBe(EXIT.done);
  await store.close();
  expect(await restore.run({ file, where: other })).toBe(EXIT.done);
  expect(await restore.run({ file, where: other })).toBe(EXIT.done);
  const restored = await openStore(other);
  // Among its characters is one that some take for the end of a line.
  for (const { row, canonical } of madeRuns(3)) expect(await restored.find(row.id)).toMatchObject({ canonical });
  await restored.close();
  expect(printed).toEqual([
    `3 runs in ${file}`,
    '3 runs added; 0 runs there already',
    '0 runs added; 3 runs there already',
  ]);
});

test('a backup that cannot be written, or is none, is one line', async () => {
  const data = made('data');
  await (await openStore(data)).close();
  const nowhere = join(folder, 'nowhere', 'file');
  expect(await backup.run({ file: nowhere, where: data })).toBe(EXIT.unwritten);
  expect(printed).toEqual([`${nowhere} cannot be written (ENOENT): there is no new backup; name another file`]);
  await expect(restore.run({ file: nowhere, where: data })).rejects.toThrow(UsageError);
  await expect(backup.run({ file: join(folder, 'x'), where: folder })).rejects.toThrow(/no collection in/);
  expect(existsSync(join(folder, 'x'))).toBe(false);
});
