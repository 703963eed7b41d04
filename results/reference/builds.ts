/**
 * Published builds: version, commit and kernels' digest. A row of `data/reference/builds.json` is added for each build
 * that is published, and for each that made a committed record. A build of a checkout between them is in no list.
 */

import builds from '../data/reference/builds.json';
import type { RecordBody } from '../record/schema.ts';

type Build = RecordBody['harness'];

const PUBLISHED: readonly Build[] = builds;

/** Whether version, commit and kernels are together those of a published build. */
export const isPublished = ({ version, commit, kernels }: Build): boolean =>
  PUBLISHED.some((one) => one.version === version && one.commit === commit && one.kernels === kernels);
