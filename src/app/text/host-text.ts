/** What the pages call a program, in a file of its own: a page that shows one need not load the names of all models. */

import type { HostInfo } from '../../../results/record/schema.ts';
import { shown } from '../../../results/text/shown.ts';

/** `Chrome 149 on Linux x86_64` */
export const hostText = ({ brand, majorVersion, platform }: HostInfo): string => {
  const program = [brand, majorVersion].filter((part) => part !== null && part !== '').join(' ');
  return shown([program, platform].filter(Boolean).join(' on ')) || 'not known';
};
