/**
 * `npm test`: the one gate, for a person and for CI. Installs what is missing, then formats, lints, type-checks,
 * builds and runs every test. A step that fails does not hide the next one's news. The last line on stdout is the
 * sum, each step before the tests counting as one.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfOutdated, installPackages, ROOT, runNpm } from '../src/cli/bootstrap.mjs';
import { ensureAdapters } from './adapters.mjs';

const STEPS = {
  'format and lint': () => runNpm(['run', 'lint']),
  types: () => runNpm(['run', 'typecheck']),
  build: () => buildIfOutdated(),
};

/** Of vitest.config.ts. One after the other, because they share the machine's cores; each must have tests. */
const PROJECTS = ['node', 'chromium', 'e2e'];

const sum = { passed: 0, failed: 0, skipped: 0 };

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
    sum.failed++;
  }
}
for (const project of PROJECTS) {
  console.log(`\n== tests: ${project}`);
  const { passed, failed, skipped } = runTests(project);
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/**
 * A project without tests, and a run that fails outside its tests, count as one failure.
 * @param {string} project
 */
function runTests(project) {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-tests-'));
  try {
    const report = join(folder, 'report.json');
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const flags = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { status } = spawnSync(process.execPath, [vitest, ...flags], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const counts = readReport(report);
    const unexplained = (status !== 0 && counts.failed === 0) || counts.passed + counts.failed === 0;
    return unexplained ? { ...counts, failed: counts.failed + 1 } : counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {string} path */
function readReport(path) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
