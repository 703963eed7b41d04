/**
 * The projects of the tests:
 *
 *     unit         needs no adapter
 *     codegen      what compilers of GPUs that are not there make of the kernels, held to what these declare
 *     calibration  the engine on simulated devices, whose truth is known
 *     node         kernels, decode steps and whole runs on lavapipe, through Dawn in Node
 *     chromium     the same in a page, on SwiftShader
 *     firefox      the same in a page, on lavapipe, through wgpu in Firefox
 *     deno         the same on lavapipe, through wgpu in Deno
 *     browser      what only a page has, there
 *     collector    the store of runs on SQLite and on a PostgreSQL of its own, and what it survives
 *     attack       what strangers may bring: thousands of records, model files, addresses and arguments
 *     terminal     the built command line tool, as people use it
 *     page         the built page, as people use it
 *
 * Contract tests take their adapter from `#host`. `bench`, `calibrate` and `million` are no part of the gate: they
 * print tables.
 */

import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumOptions } from './src/cli/hosts/browsers/chromium.ts';
import { lavapipeDriver } from './src/cli/hosts/lavapipe.mjs';
import { lavapipeEnvironment } from './src/cli/hosts/vulkan.ts';
import { denoPool } from './tests/support/hosts/deno-pool.ts';
import { firefox } from './tests/support/hosts/firefox-provider.ts';
import { SHELL } from './tests/support/hosts/shell.ts';
import { HANG_MS, POLL_MS } from './tests/support/patience.ts';
import { ALL } from './tests/support/tier.ts';
import { defines } from './vite.defines.ts';

const CONTRACT = 'tests/contract/**/*.test.ts';
/** The names of tests that run on one adapter only: what holds on any would take too long on both. */
const BROWSER = '**/*.browser.test.ts';
const NODE = '**/*.node.test.ts';
const CODEGEN = '**/*.codegen.test.ts';
const E2E = 'tests/e2e/**/*.test.ts';
const CALIBRATION = 'tests/calibration/**/*.test.ts';
const ATTACK = 'tests/attack/*.test.ts';
const COLLECTOR = 'tests/collector/*.test.ts';
const NOT_OURS = ['**/node_modules/**', 'dist/**'];

/** Whole runs in many ways, which hold whichever WebGPU the engine has: they take long, and run on Dawn in Node alone. */
const ENGINE = 'tests/contract/engine.test.ts';
/**
 * Files of contract tests that the gate leaves out of a project. SwiftShader compiles the kernels of whole steps for a
 * minute and a half, and Node has them through the same compiler; the tests of page and terminal measure whole runs in
 * each browser and in Deno, too.
 */
const notInGate = (...names: readonly string[]) => (ALL ? [] : names.map((name) => `tests/contract/${name}.test.ts`));

/** What Firefox and Deno share: their compiler, Naga instead of Tint, on lavapipe, which `node` tests in full. */
const OTHER_COMPILER = {
  include: [CONTRACT],
  exclude: [...NOT_OURS, NODE, BROWSER, ENGINE],
};

/** One example of each family of a kernel: of two projects with one compiler, each takes half of them in the gate. */
const few = (half: 0 | 1) => ({ examples: 'few' as const, ...(ALL ? {} : { half }) });

/** The Vulkan driver that Dawn finds: the one that the environment names, else lavapipe. */
const driver = process.env.VK_DRIVER_FILES ?? lavapipeDriver();
const env = {
  XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir(),
  ...(driver === undefined ? {} : lavapipeEnvironment(driver)),
};

/**
 * Settings for lavapipe, whose compiling takes far longer than kernels run. At half its vector width and without
 * optimising it compiles in a quarter of the time (measured on the gemv examples). They suit tests of what is right,
 * not of what is fast.
 */
const quickToCompile = { GALLIVM_PERF: 'nopt', LP_NATIVE_VECTOR_WIDTH: '128' };

/** The options of Chromium. Without a Chromium, the tests that need one fail, and the rest run. */
const swiftshader = await chromiumOptions(SHELL).catch(() => ({}));

export default defineConfig({
  define: defines,
  test: {
    testTimeout: HANG_MS,
    hookTimeout: HANG_MS,
    expect: { poll: { timeout: POLL_MS } },
    // Test files share two cores and one adapter: side by side they would disturb each other's timing.
    fileParallelism: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...NOT_OURS, BROWSER, CODEGEN, CONTRACT, E2E, CALIBRATION, ATTACK, COLLECTOR],
          pool: 'forks',
          // No test changes what another sees, and importing takes as long as half of the tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'calibration',
          include: [CALIBRATION],
          pool: 'forks',
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'codegen',
          include: [CODEGEN],
          globalSetup: 'tests/codegen/setup.ts',
          pool: 'forks',
        },
      },
      {
        extends: true,
        test: {
          name: 'collector',
          include: [COLLECTOR],
          globalSetup: 'tests/collector/server.ts',
          pool: 'forks',
        },
      },
      // Its readers are the page's own components, too.
      ...Object.entries({ attack: ATTACK, million: 'tests/attack/*.attack.ts' }).map(([name, tests]) => ({
        extends: true as const,
        oxc: { jsx: { runtime: 'automatic' as const, importSource: 'preact' } },
        test: {
          name,
          include: [tests],
          setupFiles: 'tests/attack/setup.ts',
          pool: 'forks' as const,
          disableConsoleIntercept: true,
        },
      })),
      {
        extends: true,
        test: {
          name: 'node',
          include: [CONTRACT],
          exclude: [...NOT_OURS, BROWSER],
          // Each file has a process: drivers read the environment, which a thread cannot change.
          pool: 'forks',
          provide: ALL ? { examples: 'all' as const } : { examples: 'most' as const, half: 1 as const },
          env: { ...env, ...quickToCompile },
        },
      },
      ...Object.entries({ chromium: CONTRACT, browser: BROWSER }).map(([name, tests]) => ({
        extends: true as const,
        test: {
          name,
          include: [tests],
          exclude: [
            ...NOT_OURS,
            NODE,
            ENGINE,
            ...(tests === BROWSER ? [] : [BROWSER, ...notInGate('attention', 'decode', 'whole-run')]),
          ],
          // Its compiler is that of Node, which takes the other half, and more.
          provide: few(0),
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
          ...OTHER_COMPILER,
          name: 'firefox',
          exclude: [...OTHER_COMPILER.exclude, ...notInGate('whole-run')],
          provide: few(0),
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: firefox({ env: { ...env, ...quickToCompile } }),
            instances: [{ browser: 'firefox' }],
          },
        },
      },
      {
        extends: true,
        test: {
          ...OTHER_COMPILER,
          name: 'deno',
          exclude: [...OTHER_COMPILER.exclude, ...notInGate('whole-run')],
          provide: few(1),
          alias: { '#host': fileURLToPath(new URL('tests/support/hosts/host.deno.ts', import.meta.url)) },
          setupFiles: 'tests/support/hosts/deno-setup.ts',
          pool: denoPool,
          env: { ...env, ...quickToCompile },
        },
      },
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
          include: ['tests/calibration/**/*.calibrate.ts'],
          disableConsoleIntercept: true,
        },
      },
      ...['terminal', 'page'].map((name) => ({
        extends: true as const,
        test: {
          name,
          include: [`tests/e2e/${name}/**/*.test.ts`],
          pool: 'forks' as const,
          // What is tested runs in processes of its own.
          isolate: false,
          env: { ...env, ...quickToCompile },
        },
      })),
    ],
  },
});
