/** Every host that `--host` can name. The first is the default. */

import { chromium } from './browsers/chromium-run.ts';
import { firefox } from './browsers/firefox-run.ts';
import { deno } from './deno/run.ts';
import type { TerminalHost } from './host.ts';
import { node } from './node/run.ts';

export const DEFAULT_HOST: TerminalHost = node;

export const HOSTS: readonly TerminalHost[] = [DEFAULT_HOST, chromium, firefox, deno];
