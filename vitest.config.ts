/**
 * The projects: `unit` (what needs no adapter), `node` (on lavapipe through Dawn), `chromium` (the same in a page, on
 * SwiftShader), `browser` (what only a page has, there), `terminal` and `page` (either of the two against the built
 * `dist/`, as people use it). The contract tests of kernels, decode steps and whole runs are in both `node` and
 * `chromium`, each with its own `#host`; what happens to a run is in one of them. `bench` and `calibrate` are no part of
 * the gate: they print tables.
 */

import { tmpdir } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumOptions } from './src/cli/hosts/chromium.ts';
import { lavapipeDriver } from './tools/adapters.mjs';
import { defines } from './vite.defines.ts';

const CONTRACT = 'tests/contract/**/*.test.ts';
/** On one adapter: what holds of the engine wherever it runs takes both too long. */
const BROWSER = '**/*.browser.test.ts';
const NODE = '**/*.node.test.ts';
const E2E = 'tests/e2e/**/*.test.ts';
const NOT_OURS = ['**/node_modules/**', 'dist/**'];

/** Software adapters verify every kernel within this, on two cores that others use as well. */
const ADAPTER_TIMEOUT_MS = 120_000;
/** A whole quick run, twice. */
const E2E_TIMEOUT_MS = 300_000;

/** The driver that Dawn finds; a driver that the environment names is somebody's choice and stays. */
const driver = process.env.VK_DRIVER_FILES ?? lavapipeDriver();
const env = {
  XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir(),
  ...(driver === undefined ? {} : { VK_DRIVER_FILES: driver }),
};

/**
 * lavapipe compiles kernels through LLVM, which takes far longer than they run: at half its vector width and without
 * optimising it does so in a quarter of the time (measured on the gemv examples). For being right, not for being timed.
 */
const quickToCompile = { GALLIVM_PERF: 'nopt', LP_NATIVE_VECTOR_WIDTH: '128' };

const swiftshader = await chromiumOptions({ adapter: 'swiftshader' });

export default defineConfig({
  define: defines,
  test: {
    // Files share two cores and one adapter: side by side they would time each other.
    fileParallelism: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...NOT_OURS, BROWSER, CONTRACT, E2E],
          pool: 'forks',
          // They change nothing that others see, and importing takes as long as half of the tests.
          isolate: false,
          // Thousands of devices are simulated here.
          testTimeout: ADAPTER_TIMEOUT_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: [CONTRACT],
          exclude: [...NOT_OURS, BROWSER],
          // A process each: drivers read the environment, which a thread cannot change.
          pool: 'forks',
          env: { ...env, ...quickToCompile },
          testTimeout: ADAPTER_TIMEOUT_MS,
        },
      },
      ...Object.entries({ chromium: CONTRACT, browser: BROWSER }).map(([name, tests]) => ({
        extends: true as const,
        test: {
          name,
          include: [tests],
          exclude: [...NOT_OURS, NODE, ...(tests === BROWSER ? [] : [BROWSER])],
          testTimeout: ADAPTER_TIMEOUT_MS,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: swiftshader }),
            instances: [{ browser: 'chromium' as const }],
          },
        },
      })),
      {
        extends: true,
        test: {
          name: 'bench',
          include: ['tests/bench/*.bench.ts'],
          pool: 'forks',
          env,
          disableConsoleIntercept: true,
        },
      },
      {
        extends: true,
        test: {
          name: 'calibrate',
          include: ['tests/calibration/*.calibrate.ts'],
          disableConsoleIntercept: true,
        },
      },
      ...['terminal', 'page'].map((name) => ({
        extends: true as const,
        test: {
          name,
          include: [`tests/e2e/${name}/*.test.ts`],
          pool: 'forks' as const,
          env,
          testTimeout: E2E_TIMEOUT_MS,
          hookTimeout: E2E_TIMEOUT_MS,
        },
      })),
    ],
  },
});
