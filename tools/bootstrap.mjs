/**
 * Makes a fresh clone run: installs the npm packages and builds `dist/`, each only if it is missing or outdated. It is
 * plain JavaScript without dependencies, because there are none before it has run. All it prints goes to stderr: stdout
 * belongs to the command that follows.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The sources of `dist/`; the tests among them do not count. */
const SOURCES = ['shaders', 'harness', 'results', 'src', 'package.json', 'package-lock.json'].concat(
  readdirSync(ROOT).filter((name) => /^(vite|tsconfig)\..*/.test(name)),
);
const NOT_BUILT = /\.test\.tsx?$/;

/** The file that holds the digest of the sources that `dist/` was built from. */
const STAMP = join(ROOT, 'dist/built-from');

/** Installs the npm packages of the lock file, unless they are installed already. */
export function installPackages() {
  requireNode();
  if (packagesInstalled()) return;
  console.error('Installing npm packages (npm ci).');
  // .npmrc silences npm, and its errors are wanted here.
  runNpm(['ci', '--include=dev', '--include=optional', '--loglevel=error']);
}

/** Builds the page and the command line tool, unless `dist/` was built from these sources. */
export function buildIfOutdated() {
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== sourcesDigest()) build();
}

function build() {
  console.error('Building (vite build).');
  rmSync(STAMP, { force: true });
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  for (const config of ['vite.config.ts', 'vite.cli.config.ts']) {
    run(`vite build --config ${config}`, process.execPath, [vite, 'build', '--config', config]);
  }
  writeFileSync(STAMP, sourcesDigest());
}

/**
 * @param {string[]} args
 * @throws Error outside a checkout, or without Git
 */
const git = (...args) =>
  execFileSync('git', [`--git-dir=${join(ROOT, '.git')}`, `--work-tree=${ROOT}`, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

/** The records among the sources: a build that has other ones is of the same code. */
const RECORDS = [':(exclude,glob)results/data/*', ':(exclude,glob)results/data/2[0-9][0-9][0-9]/*'];

/**
 * Returns the Git commit of the sources; null outside a checkout, or if they have been changed since.
 * @returns {string | null}
 */
export function commit() {
  try {
    const changed = git('status', '--porcelain', '--untracked-files=all', '--', ...SOURCES, ...RECORDS);
    return changed === '' ? git('rev-parse', '--verify', 'HEAD') : null;
  } catch {
    return null;
  }
}

/** An address of a repository at GitHub, as Git and npm write it. */
const AT_GITHUB =
  /^(?:git\+)?(?:https:\/\/(?:[^/@]+@)?|(?:ssh:\/\/)?git@)github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/;

/**
 * Returns the address of the repository at GitHub, to which runs are contributed: what package.json says, else where a
 * workflow of GitHub runs, else where the checkout came from. Null if none of them is there.
 * @returns {string | null}
 */
export function repository() {
  const { repository: named } = readJson('package.json');
  const given = [
    named?.url ?? named,
    process.env.GITHUB_REPOSITORY && `https://github.com/${process.env.GITHUB_REPOSITORY}`,
  ];
  try {
    given.push(git('config', '--get', 'remote.origin.url'));
  } catch {
    // Not a checkout, or one without an origin.
  }
  return given.map(githubAddress).find((address) => address !== null) ?? null;
}

/**
 * The address as a browser opens it, of a repository at GitHub. Null: it lies elsewhere.
 * @param {string | undefined} address
 * @returns {string | null}
 */
export function githubAddress(address) {
  const [, name] = AT_GITHUB.exec(address ?? '') ?? [];
  return name === undefined ? null : `https://github.com/${name}`;
}

function requireNode() {
  const { engines } = readJson('package.json');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [minMajor = 0, minMinor = 0] = engines.node.replace('>=', '').split('.').map(Number);
  if (major < minMajor || (major === minMajor && minor < minMinor)) {
    throw new Error(`install Node ${minMajor}.${minMinor} or newer: this is ${process.version}`);
  }
}

/** Compares the lock file with npm's note of what it installed. */
function packagesInstalled() {
  if (!existsSync(join(ROOT, 'node_modules/.package-lock.json'))) return false;
  const installed = readJson('node_modules/.package-lock.json').packages;
  return missingPackages(readJson('package-lock.json').packages, installed, thisMachine()).length === 0;
}

/**
 * @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage
 * @typedef {{ os: string, cpu: string, libc: string | undefined }} Machine
 */

/**
 * Returns the packages of a lock file that are not installed in its version. An optional one, such as Deno's program,
 * counts on the machines that it is made for. One that is made for no machine in particular is part of another.
 * @param {Record<string, LockedPackage>} locked
 * @param {Record<string, LockedPackage>} installed
 * @param {Machine} machine
 * @returns {string[]} their paths
 */
export function missingPackages(locked, installed, machine) {
  return Object.entries(locked)
    .filter(([path, wanted]) => path !== '' && (!wanted.optional || isMadeFor(wanted, machine)))
    .filter(([path, wanted]) => installed[path]?.version !== wanted.version)
    .map(([path]) => path);
}

/**
 * @param {LockedPackage} wanted
 * @param {Machine} machine
 */
const isMadeFor = ({ os, cpu, libc }, machine) =>
  os?.includes(machine.os) &&
  (cpu === undefined || cpu.includes(machine.cpu)) &&
  (libc === undefined || (machine.libc !== undefined && libc.includes(machine.libc)));

/** @returns {Machine} as npm names it */
function thisMachine() {
  const { platform: os, arch: cpu } = process;
  if (os !== 'linux') return { os, cpu, libc: undefined };
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return { os, cpu, libc: header.glibcVersionRuntime === undefined ? 'musl' : 'glibc' };
}

function sourcesDigest() {
  const hash = createHash('sha256').update(String(commit()));
  for (const path of SOURCES.flatMap(filesIn).filter((name) => !NOT_BUILT.test(name))) {
    hash.update(`\n${path}\n`).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]} the files at or below it, relative to the root
 */
function filesIn(path) {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path];
  return readdirSync(join(ROOT, path))
    .sort()
    .flatMap((name) => filesIn(`${path}/${name}`));
}

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

/**
 * Returns the command that runs npm. npm says where it is to the scripts that it runs. On Windows it must not be
 * started by name: there it is npm.cmd, which Node refuses to start without a shell since CVE-2024-27980.
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
export function npmCommand(args) {
  const npm = process.env.npm_execpath;
  return npm ? [process.execPath, [npm, ...args]] : ['npm', args];
}

/** @param {string[]} args */
function runNpm(args) {
  run(`npm ${args.join(' ')}`, ...npmCommand(args));
}

/**
 * @param {string} what the command as a person would type it
 * @param {string} command
 * @param {string[]} args
 */
function run(what, command, args) {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`"${what}" failed: what it said is above`);
}

// `npm run build`
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    installPackages();
    build();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
