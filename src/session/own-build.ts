/** This build: its version, where its sources are, and whether it made a record. */

import type { RecordBody } from '../../results/record/schema.ts';

type Build = Pick<RecordBody['harness'], 'version' | 'commit'>;

/** This build. */
export const BUILD: Build = { version: __HBMARK_VERSION__, commit: __HBMARK_COMMIT__ };

/** The address of the repository to which runs are contributed as files; null if the build does not know it. */
export const REPOSITORY: string | null = __HBMARK_REPOSITORY__;

/**
 * Whether a record says that `build` made it. Sources that were changed since their commit have none, and may be
 * anybody's.
 */
export const saysBuild =
  ({ version, commit }: Build) =>
  ({ harness }: RecordBody): boolean =>
    commit !== null && commit === harness.commit && version === harness.version;
