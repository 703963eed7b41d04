/** The version of HBMark, which is written into every bundle. `src/build.d.ts` declares it. */

import packageJson from './package.json' with { type: 'json' };
import { commit } from './tools/bootstrap.mjs';

export const defines = {
  __HBMARK_VERSION__: JSON.stringify(packageJson.version),
  __HBMARK_COMMIT__: JSON.stringify(commit()),
};
