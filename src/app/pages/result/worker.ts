/**
 * Reader and analyst in one worker: checking a record of some megabytes, and working out its figures, would stall the
 * page. They take turns anyway, and share most of their code.
 */

import '../../locale/browser.ts';
import { expose } from 'comlink';
import { z } from 'zod';
import { analyst } from '../../analysis/analyst.ts';
import type { AnalystApi } from '../../analysis/api.ts';
import { type ReaderOn, reader } from '../../share/reader/reader.ts';

// The page's Content-Security-Policy forbids code made from strings, which zod would otherwise try to make.
z.config({ jitless: true });

expose({ ...reader, ...analyst } satisfies ReaderOn & AnalystApi);
