/** The built page in memory: each file read and compressed once, so that no request opens a file. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { constants, gzipSync } from 'node:zlib';

export interface Asset {
  readonly type: string;
  readonly cacheControl: string;
  /** Tells a browser whether its copy is still the one that is served. */
  readonly etag: string;
  readonly plain: Buffer;
  /** Undefined: the file is compressed in itself, and is sent whole or by ranges. */
  readonly gzipped: Buffer | undefined;
}

/** Content types by the ending of a file's name: those of what the build makes. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.webmanifest', 'application/manifest+json'],
  ['.json', 'application/json'],
  ['.parquet', 'application/vnd.apache.parquet'],
  ['.txt', 'text/plain; charset=utf-8'],
]);

/** The endings of files whose content is compressed. They may be large, and are read by ranges. */
const RANGED: readonly string[] = ['.parquet'];

/** The folder of files whose names hold a hash of their content, so that they can be cached for good. */
const HASHED = '/assets/';

/** Reads all files in a folder. Returns them by path, `/assets/index-1a2b3c.js`; a folder's path is its index.html. */
export function assetsIn(folder: string): ReadonlyMap<string, Asset> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const assets = new Map(
    files.map(({ parentPath, name }): [string, Asset] => {
      const file = join(parentPath, name);
      const path = `/${relative(folder, file).split(sep).join('/')}`;
      return [path, assetOf(path, readFileSync(file))];
    }),
  );
  for (const [path, asset] of [...assets]) {
    if (path.endsWith('/index.html')) assets.set(path.slice(0, -'index.html'.length), asset);
  }
  return assets;
}

function assetOf(path: string, plain: Buffer): Asset {
  return {
    type: TYPES.get(extname(path)) ?? 'application/octet-stream',
    cacheControl: path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: `"${createHash('sha256').update(plain).digest('base64url')}"`,
    plain,
    gzipped: RANGED.includes(extname(path)) ? undefined : gzipSync(plain, { level: constants.Z_BEST_COMPRESSION }),
  };
}

/** Whether a browser takes gzip, by its `accept-encoding`. */
export const takesGzip = (accepted = ''): boolean =>
  accepted.split(',').some((one) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(one));
