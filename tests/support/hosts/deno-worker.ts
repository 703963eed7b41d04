/** Runs test files in Deno. It is the program that deno-pool.ts starts. Messages are text: Deno sends nothing else. */

import { parse, stringify } from 'flatted';
import { init, runBaseTests, setupEnvironment } from 'vitest/worker';

init({
  post: (message) => process.send?.(message),
  on: (hear) => process.on('message', hear),
  off: (hear) => process.off('message', hear),
  serialize: stringify,
  deserialize: parse,
  setup: setupEnvironment,
  runTests: (state, traces) => runBaseTests('run', state, traces),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
});
