import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isStream, writeElsewhere, writeWhole } from './write-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-write-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string) => join(folder, name);
const textIn = (name: string): string => readFileSync(file(name), 'utf8');

test('a file is written anew or replaced, keeps its mode, and nothing is left beside it', () => {
  writeWhole(file('a.json'), 'first');
  expect(textIn('a.json')).toBe('first');
  writeFileSync(file('private.json'), 'old', { mode: 0o600 });
  writeWhole(file('private.json'), 'second');
  expect(textIn('private.json')).toBe('second');
  if (process.platform !== 'win32') expect(statSync(file('private.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).sort()).toEqual(['a.json', 'private.json']);
});

test('a link stays a link, and its target is written', () => {
  writeFileSync(file('target.json'), 'old');
  symlinkSync(file('target.json'), file('link.json'));
  writeWhole(file('link.json'), 'new');
  expect(lstatSync(file('link.json')).isSymbolicLink()).toBe(true);
  expect(textIn('target.json')).toBe('new');
});

test('a folder in the way, or a file for a folder, is an error, and leaves nothing', () => {
  mkdirSync(file('folder'));
  writeFileSync(file('plain'), 'text');
  expect(() => writeWhole(file('folder'), 'text')).toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
  expect(() => writeWhole(file('plain/a.json'), 'text')).toThrow(/ENOTDIR|ENOENT/);
  expect(() => writeWhole(file('none/a.json'), 'text')).toThrow(/ENOENT/);
  expect(readdirSync(folder).sort()).toEqual(['folder', 'plain']);
});

test('what could not be written goes to a folder of its own', () => {
  const elsewhere = writeElsewhere('/nowhere/run.json', 'text');
  if (elsewhere === undefined) throw new Error('there is no folder for temporary files');
  expect(readFileSync(elsewhere, 'utf8')).toBe('text');
  expect(elsewhere).toMatch(/hbmark-[^/\\]+[/\\]run\.json$/);
  rmSync(join(elsewhere, '..'), { recursive: true });
});

describe.runIf(process.platform === 'linux')('on Linux', () => {
  test('a device is written directly, and a full one is an error', () => {
    expect(['/dev/null', '/dev/full', '/dev/stdout', '/proc/self/fd/1'].map(isStream)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([folder, file('none'), file('dev/stdout')].map(isStream)).toEqual([false, false, false]);
    writeWhole('/dev/null', 'text');
    expect(() => writeWhole('/dev/full', 'text')).toThrow(/ENOSPC/);
    expect(readdirSync('/dev').filter((name) => name.startsWith('full'))).toEqual(['full']);
  });

  test('a full disk leaves the file that was there before, whole', (context) => {
    const disk = file('disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk], { stdio: 'pipe' });
    } catch {
      context.skip('only root may mount a small disk, and not in every container');
    }
    try {
      const path = join(disk, 'run.json');
      writeWhole(path, 'before');
      expect(() => writeWhole(path, 'x'.repeat(100_000))).toThrow(/ENOSPC/);
      expect(readFileSync(path, 'utf8')).toBe('before');
      expect(readdirSync(disk)).toEqual(['run.json']);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
