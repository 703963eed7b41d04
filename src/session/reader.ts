/** Who reads records in the terminal. */

import type { Reader } from '../../results/labels/label.ts';
import type { RecordBody } from '../../results/record/schema.ts';
import { BUILD, saysBuild } from './own-build.ts';
import { kernelsOfRun } from './run-options.ts';

/**
 * Whether a build, which has all kernels of this one, made a record. A build knows what it measures, though no list of
 * published builds can hold the commit that it is made of.
 */
export const isOwnOf =
  (build: typeof BUILD) =>
  (record: RecordBody): boolean =>
    // The kernels come last, since all of them are assembled for their hash.
    saysBuild(build)(record) && kernelsOfRun(record) !== undefined;

/** This build as the reader of anybody's records. */
export const READER: Reader = { isOwn: isOwnOf(BUILD) };
