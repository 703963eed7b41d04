import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { githubAddress, missingPackages } from './bootstrap.mjs';

const locked = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')).packages;
const glibc = { os: 'linux', cpu: 'x64', libc: 'glibc' };
const ofDeno = (paths: readonly string[]) => paths.filter((path) => path.includes('deno'));

test('Deno is missing where it has a build, and nowhere else', () => {
  expect(ofDeno(missingPackages(locked, {}, glibc))).toEqual(['node_modules/@deno/linux-x64-glibc']);
  expect(ofDeno(missingPackages(locked, {}, { os: 'win32', cpu: 'arm64', libc: undefined }))).toEqual([
    'node_modules/@deno/win32-arm64',
  ]);
  expect(ofDeno(missingPackages(locked, {}, { ...glibc, libc: 'musl' }))).toEqual([]);
  expect(ofDeno(missingPackages(locked, {}, { os: 'freebsd', cpu: 'x64', libc: undefined }))).toEqual([]);
});

test('a package of another version is missing, and one that is installed is not', () => {
  const path = 'node_modules/preact';
  expect(missingPackages(locked, {}, glibc)).toContain(path);
  expect(missingPackages(locked, { ...locked, [path]: { version: '0.0.0' } }, glibc)).toEqual([path]);
  expect(missingPackages(locked, locked, glibc)).toEqual([]);
});

test.each([
  'https://github.com/some-one/hb.mark',
  'https://github.com/some-one/hb.mark.git',
  'https://user:secret@github.com/some-one/hb.mark.git',
  'git+https://github.com/some-one/hb.mark.git',
  'git@github.com:some-one/hb.mark.git',
  'ssh://git@github.com/some-one/hb.mark',
])('%s is a repository at GitHub, and its address holds no secret', (address) => {
  expect(githubAddress(address)).toBe('https://github.com/some-one/hb.mark');
});

test.each([
  undefined,
  '',
  '/srv/hbmark',
  'https://git.example/some-one/hbmark',
  'https://github.com.example/a/b',
  'https://github.com/a',
])('%s is none', (address) => expect(githubAddress(address)).toBeNull());
