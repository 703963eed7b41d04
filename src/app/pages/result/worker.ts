/**
 * Reader and analyst in one worker: checking a record of some megabytes, and working out its figures, would stall the
 * page. They take turns anyway, and share most of their code.
 */

import '../../text/locale.ts';
import { expose } from 'comlink';
import { z } from 'zod';
import { DEFAULT_MODEL } from '../../../model/models/index.ts';
import { analyst } from '../../analysis/analyst.ts';
import type { AnalystApi } from '../../analysis/api.ts';
import { answerOf } from '../../analysis/view.ts';
import type { Read } from '../../share/reader/api.ts';
import { type ReaderOn, reader } from '../../share/reader/reader.ts';
import { sentencesOf, whereOf } from './sentence.ts';

// The page's Content-Security-Policy forbids code made from strings, which zod would otherwise try to make.
z.config({ jitless: true });

/** Adds to a record what the page says first of it: before its labels, claims and law, which take far longer. */
async function answered(reading: Promise<Read>): Promise<Read> {
  const read = await reading;
  if (read.kind !== 'record') return read;
  const { record } = read;
  return { ...read, answer: sentencesOf(record, answerOf(record, DEFAULT_MODEL), whereOf(read)) };
}

expose({
  ...reader,
  link: (fragment) => answered(reader.link(fragment)),
  file: (file) => answered(reader.file(file)),
  kept: (key, site) => answered(reader.kept(key, site)),
  ...analyst,
} satisfies ReaderOn & AnalystApi);
