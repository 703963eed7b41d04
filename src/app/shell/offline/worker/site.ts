/** The files of a build, and which of them an address means. Pure. */

/** A file of the build, as vite.offline.ts lists it. */
export interface BuiltFile {
  /** Relative to the site's folder: `assets/chart-1a2b3c.js`; `what-if/` for its index.html, and an empty text for the first. */
  readonly path: string;
  /** The digest of its content, as a request checks it: `sha256-…`. */
  readonly integrity: string;
}

/** The folder of files whose names hold a hash of their content: whichever build asks for one gets its own. */
const HASHED = 'assets/';

export const isHashed = (path: string): boolean => path.startsWith(HASHED);

/** The path that an address has in the site, without query and fragment. Undefined: it lies elsewhere. */
export function pathIn(scope: string, address: string): string | undefined {
  const { origin, pathname } = new URL(address);
  const folder = new URL(scope);
  if (origin !== folder.origin || !pathname.startsWith(folder.pathname)) return undefined;
  const path = pathname.slice(folder.pathname.length);
  return path.replace(/(^|\/)index\.html$/, '$1');
}

/** What the names of all caches of a site begin with. Another site of the same host has caches of its own. */
export const cachesOf = (scope: string): string => `hbmark ${scope} `;
