/** The version of HBMark and where its sources are, which is written into every bundle. `src/build.d.ts` declares it. */

import packageJson from './package.json' with { type: 'json' };
import { commit, repository } from './tools/bootstrap.mjs';

export const defines = {
  __HBMARK_VERSION__: JSON.stringify(packageJson.version),
  __HBMARK_COMMIT__: JSON.stringify(commit()),
  __HBMARK_REPOSITORY__: JSON.stringify(repository()),
};
