/** The shelf, in a worker of its own: records are checked and their figures computed without holding up a page. */

import '../text/locale.ts';
import { expose } from 'comlink';
import { z } from 'zod';
import { shelf } from './shelf.ts';

// The page's Content-Security-Policy forbids code made from strings, which zod would otherwise try to make.
z.config({ jitless: true });

expose(shelf);
