/** The folder in which a user's programs keep data, by the customs of the system. */

import { homedir } from 'node:os';
import { join } from 'node:path';

/** The system, and what of its environment says where data is kept. */
export interface Home {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

const HERE: Home = { env: process.env, platform: process.platform, home: homedir() };

/**
 * Returns HBMark's folder: that of `HBMARK_DATA`; else on Linux that of the XDG specification, on macOS Application
 * Support, on Windows the local application data.
 */
export function dataFolder({ env, platform, home }: Home = HERE): string {
  if (env.HBMARK_DATA) return env.HBMARK_DATA;
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'hbmark');
    case 'win32':
      return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'hbmark');
    default:
      return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'hbmark');
  }
}
