/** Keeps the page's scripts small: they hold the shapes of presets, and not where these come from, which no page shows. */

import type { Plugin } from 'vite';

const SOURCE = /\bsource:\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g;

export const presets = (): Plugin => ({
  name: 'hbmark:presets',
  enforce: 'pre',
  transform: {
    filter: { id: /\/src\/model\/models\/presets\/.*\.ts$/ },
    handler: (code) => ({ code: code.replaceAll(SOURCE, "source: ''"), map: null }),
  },
});
