/**
 * The analyst in a worker of its own. Bootstraps and fits take tens of milliseconds to seconds, for which the page would
 * stutter, and the engine would mistime.
 */

import '../text/locale.ts';
import { expose } from 'comlink';
import { analyst } from './analyst.ts';

expose(analyst);
