/**
 * `npm test`: the one gate, for a person and for CI. It installs what is missing, then formats, lints, type-checks,
 * builds and runs the tests. `npm test -- unit node` runs the jobs that are named, and only those. `npm test -- all` runs
 * every test; the gate has no time for some (tests/support/tier.ts).
 *
 * Each test file prints a line as it ends, and each failure at once. The gate ends with the seconds of every job and of
 * the slowest tests, what failed, and, as its last line, the sum: `N passed, N failed`. Lint, types and build count as
 * one each.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureAdapters } from './adapters.mjs';
import { buildIfOutdated, installPackages, npmCommand, ROOT } from './bootstrap.mjs';

/**
 * @typedef {{ passed: number, failed: number, skipped: number, faults: string[],
 *   slowest: { name: string, seconds: number }[] }} Counts
 */

/** @type {Counts} */
const DONE = { passed: 1, failed: 0, skipped: 0, faults: [], slowest: [] };

/** The number of slow tests that are named at the end. */
const SLOWEST = 25;

const CONTRACT = 'tests/contract';
/** The contract tests that compile most, in two parts of about the same length; the others time whole runs. */
const COMPILING = [['kernels'], ['attention', 'decode', 'formats', 'tunables.node']].map((names) =>
  names.map((name) => `${CONTRACT}/${name}.test.ts`),
);
const TIMING = filesIn(CONTRACT).filter((file) => !COMPILING.flat().includes(file));
const PAGE = 'tests/e2e/page';
/** The page's tests: those in Firefox, those whose runs are whole, which take long, and those that look at pages. */
const [PAGE_IN_FIREFOX, RUNS_OF_PAGE, LOOKS_OF_PAGE] = [
  [`${PAGE}/firefox.test.ts`],
  filesIn(`${PAGE}/runs`),
  ['routes', 'gallery'].flatMap((folder) => filesIn(`${PAGE}/${folder}`)),
];
const TERMINAL = 'tests/e2e/terminal';
/** The terminal's tests whose runs end badly. They keep their locks to themselves, and so disturb no other. */
const ENDING = ['kills', 'disks', 'hostile', 'serve'].map((name) => `${TERMINAL}/${name}.test.ts`);
const USED = filesIn(TERMINAL).filter((file) => !ENDING.includes(file));

/**
 * The jobs: npm scripts, and projects of vitest.config.ts, or some files of one. The longest come early, so that all
 * lanes end together: lavapipe's compiler takes longest where its shader cache is cold.
 *
 * @type {{ name: string, script?: string, files?: string[], needs?: 'adapters' }[]}
 */
const JOBS = [
  { name: 'lint', script: 'lint' },
  { name: 'types', script: 'typecheck' },
  ...[USED, ENDING].map((files) => ({ name: 'terminal', files, needs: /** @type {const} */ ('adapters') })),
  ...[...COMPILING, TIMING].map((files) => ({ name: 'node', files, needs: /** @type {const} */ ('adapters') })),
  ...[RUNS_OF_PAGE, LOOKS_OF_PAGE, PAGE_IN_FIREFOX].map((files) => ({
    name: 'page',
    files,
    needs: /** @type {const} */ ('adapters'),
  })),
  { name: 'chromium', needs: 'adapters' },
  { name: 'firefox', needs: 'adapters' },
  { name: 'deno', needs: 'adapters' },
  { name: 'browser', needs: 'adapters' },
  { name: 'codegen', needs: 'adapters' },
  { name: 'collector', needs: 'adapters' },
  { name: 'unit' },
  { name: 'attack' },
  { name: 'calibration' },
];

/**
 * The number of jobs that run at a time. A test of a page or of a run waits for a quarter of its time: a third job keeps
 * two cores busy meanwhile.
 */
const LANES = 3;

const NAMES = ['build', ...new Set(JOBS.map(({ name }) => name))];

const ALL = 'all';
const given = process.argv.slice(2);
if (given.includes(ALL)) process.env.HBMARK_TESTS = ALL;
const asked = given.filter((name) => name !== ALL);
const unknown = asked.find((name) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`name jobs of the gate: ${NAMES.join(', ')}; or ${ALL}; got "${unknown}"`);
  process.exit(2);
}
const jobs = JOBS.filter(({ name }) => asked.length === 0 || asked.includes(name));
/** The end-to-end tests use the built tool and page. */
const needsBuild = asked.length === 0 || asked.some((name) => ['build', 'page', 'terminal'].includes(name));

const sum = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failures = [];
/** The slowest tests of each job. @type {Counts['slowest']} */
const slowest = [];
/** The seconds by job. @type {Map<string, number>} */
const seconds = new Map();

try {
  installPackages();
  if (jobs.some(({ needs }) => needs === 'adapters')) await ensureAdapters();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
if (needsBuild) {
  const began = performance.now();
  try {
    buildIfOutdated();
    settle('build', began, DONE);
    console.log('ok    build');
  } catch (error) {
    settle('build', began, failure('build', error instanceof Error ? error.message : String(error)));
  }
}

const queue = [...jobs];
await Promise.all(Array.from({ length: LANES }, runLane));

console.log(
  `\n${Math.round(performance.now() / 1000)} s in all, of which: ${[...seconds].map(([name, s]) => `${name} ${Math.round(s)} s`).join(' · ')}`,
);
slowest.sort((a, b) => b.seconds - a.seconds);
for (const { name, seconds: took } of slowest.slice(0, SLOWEST)) console.log(`${Math.round(took)} s  ${name}`);
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/**
 * Returns the tests in a folder.
 * @param {string} folder
 */
function filesIn(folder) {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`);
}

/** Runs jobs of the queue, one after another, until there are none left. */
async function runLane() {
  for (let job = queue.shift(); job; job = queue.shift()) {
    const began = performance.now();
    settle(job.name, began, job.script === undefined ? await runTests(job) : await runScript(job.name, job.script));
  }
}

/**
 * Adds a job's outcome to the sum.
 * @param {string} name
 * @param {number} began of performance.now()
 * @param {Counts} counts
 */
function settle(name, began, { passed, failed, skipped, faults, slowest: slow }) {
  seconds.set(name, (seconds.get(name) ?? 0) + (performance.now() - began) / 1000);
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
  slowest.push(...slow.map((test) => ({ ...test, name: `${name}: ${test.name}` })));
  failures.push(...faults.map((fault) => `${name}: ${fault}`));
}

/**
 * Runs an npm script, which counts as one.
 * @param {string} name
 * @param {string} script
 * @returns {Promise<Counts>}
 */
async function runScript(name, script) {
  const { status, said } = await outcomeOf(...npmCommand(['run', script]));
  if (status === 0) {
    console.log(`ok    ${name}`);
    return DONE;
  }
  return failure(name, said);
}

/**
 * Prints what a job said, and returns one failure for the whole job.
 * @param {string} name
 * @param {string} said
 * @returns {Counts}
 */
function failure(name, said) {
  console.log(`FAIL  ${name}\n${stripVTControlCharacters(said)}`);
  return { passed: 0, failed: 1, skipped: 0, faults: ['it failed as a whole'], slowest: [] };
}

/**
 * Runs the tests of a job. A job without tests, and one that fails outside its tests, count as one failure.
 * @param {typeof JOBS[number]} job
 * @returns {Promise<Counts>}
 */
async function runTests({ name, files = [] }) {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-tests-'));
  try {
    const report = join(folder, 'report.json');
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const flags = ['run', '--project', name, `--reporter=${join(ROOT, 'tools/gate-reporter.mjs')}`];
    const { status, said } = await outcomeOf(process.execPath, [vitest, ...flags, ...files], {
      env: { HBMARK_REPORT: report },
      hear: (line) => process.stdout.write(line),
    });
    const counts = readReport(report);
    const unexplained = (status !== 0 && counts.failed === 0) || counts.passed + counts.failed === 0;
    if (!unexplained) return counts;
    const { failed, faults } = failure(name, said);
    return { ...counts, failed: counts.failed + failed, faults: [...counts.faults, ...faults] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, hear?: (chunk: Buffer) => void }} [options] `hear` takes stdout as it comes
 * @returns {Promise<{ status: number | null, said: string }>} `said` is the rest of its output
 */
function outcomeOf(command, args, { env = {}, hear } = {}) {
  const stdio = /** @type {const} */ (['ignore', 'pipe', 'pipe']);
  const child = spawn(command, args, { cwd: ROOT, stdio: [...stdio], env: { ...process.env, ...env } });
  let said = '';
  const keep = (/** @type {Buffer} */ chunk) => {
    said += chunk;
  };
  child.stdout.on('data', hear ?? keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, said }));
  });
}

/**
 * Returns what gate-reporter.mjs wrote; nothing if it did not come to its end.
 * @param {string} path
 * @returns {Counts}
 */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0, faults: [], slowest: [] };
  }
}
