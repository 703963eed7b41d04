/**
 * The gate's reporter for vitest. It prints a line for each test file as it ends, and each failure at once. At the end
 * it writes the counts as JSON to the file that HBMARK_REPORT names.
 */

import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT } from './bootstrap.mjs';

/** The maximum number of lines of a failure's stack. The lines that follow are vitest's own. */
const MAX_STACK_LINES = 6;

/** The tests of a job that are written down with their time. */
const MAX_SLOWEST = 30;

/** @type {import('./gate.mjs').Counts} */
const counts = { passed: 0, failed: 0, skipped: 0, faults: [], slowest: [] };

/** @implements {Partial<import('vitest/reporters').Reporter>} */
export default class GateReporter {
  /** @param {import('vitest/node').TestModule} module */
  onTestModuleEnd(module) {
    const here = { passed: 0, failed: 0, skipped: 0 };
    /** @type {string[]} */
    const faults = [];
    for (const test of module.children.allTests()) {
      const result = test.result();
      here[result.state === 'pending' ? 'skipped' : result.state]++;
      counts.slowest.push({ name: test.fullName, seconds: (test.diagnostic()?.duration ?? 0) / 1000 });
      if (result.state === 'failed') faults.push(...faultsOf(test.fullName, result.errors));
    }
    const broken = module.errors();
    if (broken.length > 0) here.failed++;
    faults.push(...faultsOf(module.relativeModuleId, broken));
    for (const suite of module.children.allSuites()) {
      const errors = suite.errors();
      if (errors.length > 0) here.failed++;
      faults.push(...faultsOf(suite.fullName, errors));
    }
    for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) counts[key] += here[key];
    const sum = Object.entries(here).flatMap(([word, n]) => (n > 0 ? [`${n} ${word}`] : []));
    const took = `${(module.diagnostic().duration / 1000).toFixed(1)} s`;
    const file = relative(ROOT, module.moduleId);
    console.log(`${here.failed > 0 ? 'FAIL' : 'ok'}    ${module.project.name}  ${file}  ${sum.join(', ')}  ${took}`);
    for (const fault of faults) console.log(fault);
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} _
   * @param {readonly import('vitest').SerializedError[]} errors outside any test
   */
  onTestRunEnd(_, errors) {
    if (errors.length > 0) counts.failed++;
    for (const fault of faultsOf('outside its tests', errors)) console.log(fault);
    counts.slowest = counts.slowest.sort((a, b) => b.seconds - a.seconds).slice(0, MAX_SLOWEST);
    writeFileSync(process.env.HBMARK_REPORT ?? '/dev/stdout', JSON.stringify(counts));
  }
}

/**
 * Returns the errors of a test in full, and adds their first lines to the counts.
 * @param {string} name
 * @param {readonly { message: string, diff?: string, stack?: string }[]} errors
 */
function faultsOf(name, errors) {
  return errors.map(({ message, diff, stack = '' }) => {
    const text = stripVTControlCharacters(message);
    counts.faults.push(`${name}: ${text.split('\n')[0]}`);
    const where = stack.split('\n').filter((line) => line.includes(' at ') || /^\s+at /.test(line));
    return [`  ${name}`, text, diff ?? '', ...where.slice(0, MAX_STACK_LINES)].filter(Boolean).join('\n    ');
  });
}
