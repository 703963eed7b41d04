/** Finds PostgreSQL's programs, which the tests of the collector start a server with. */

import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian keeps them, a folder for each major version: they are not on PATH there. */
const DEBIAN = '/usr/lib/postgresql';

/** @returns {string | undefined} the folder of `initdb` and `postgres`, of the newest version that there is */
export function findPostgres() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}
