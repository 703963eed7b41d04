/**
 * `npm test`: the one gate, for a person and for CI. Installs what is missing, then formats, lints, type-checks,
 * builds and runs every test. A step that fails does not hide the next one's news, and is named again at the end, where
 * a log that was cut still shows it. The last line on stdout is the sum, each step before the tests counting as one.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildIfOutdated, installPackages, ROOT, runNpm } from '../src/cli/bootstrap.mjs';
import { ensureAdapters } from './adapters.mjs';

const STEPS = {
  'format and lint': () => runNpm(['run', 'lint']),
  types: () => runNpm(['run', 'typecheck']),
  build: () => buildIfOutdated(),
};

/**
 * Of vitest.config.ts; each must have tests. In two lanes side by side, about as long: those that verify wait for one
 * thread of a compiler most of their time, and those that measure, after them, for a clock.
 */
const STAGES = [
  [['node', 'unit', 'browser'], ['chromium']],
  [['terminal'], ['page']],
];

const sum = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failures = [];

try {
  installPackages();
  await ensureAdapters();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
for (const [name, step] of Object.entries(STEPS)) {
  try {
    console.log(`\n== ${name}`);
    step();
    sum.passed++;
  } catch {
    console.log(`== ${name}: failed`);
    failures.push(name);
    sum.failed++;
  }
}
for (const lanes of STAGES) await Promise.all(lanes.map(runLane));
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/**
 * One project after the other.
 * @param {string[]} projects
 */
async function runLane(projects) {
  for (const project of projects) {
    const { passed, failed, skipped, faults } = await runTests(project);
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
    failures.push(...faults.map((fault) => `${project}: ${fault}`));
  }
}

/**
 * A project without tests, and a run that fails outside its tests, count as one failure. What it says is printed when
 * it is done, so that those side by side do not talk at once.
 * @param {string} project
 */
async function runTests(project) {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-tests-'));
  try {
    const report = join(folder, 'report.json');
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const flags = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    console.log(`== tests: ${project} …`);
    const { status, said } = await outcomeOf(spawn(process.execPath, [vitest, ...flags], { cwd: ROOT, stdio: 'pipe' }));
    console.log(`\n== tests: ${project}\n${said}`);
    const counts = readReport(report);
    const unexplained = (status !== 0 && counts.failed === 0) || counts.passed + counts.failed === 0;
    return unexplained
      ? { ...counts, failed: counts.failed + 1, faults: ['it ended with an error of its own'] }
      : counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {import('node:child_process').ChildProcessWithoutNullStreams} child
 * @returns {Promise<{ status: number | null, said: string }>}
 */
function outcomeOf(child) {
  child.stdin.end();
  let said = '';
  const hear = (/** @type {Buffer} */ chunk) => {
    said += chunk;
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, said }));
  });
}

/**
 * @param {string} path
 * @returns {{ passed: number, failed: number, skipped: number, faults: string[] }}
 */
function readReport(path) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
      faults: report.testResults.flatMap(faultsOf),
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0, faults: [] };
  }
}

/**
 * The tests of a file that failed, a line each with what they said first.
 * @param {{ assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }} file
 */
function faultsOf({ assertionResults }) {
  return assertionResults
    .filter(({ status }) => status === 'failed')
    .map(
      ({ fullName, failureMessages }) =>
        `${fullName}: ${stripVTControlCharacters(failureMessages[0] ?? '').split('\n')[0]}`,
    );
}
