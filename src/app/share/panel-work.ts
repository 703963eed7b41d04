/** What the share panel computes, loaded once there is a record to share. Its texts are for everybody: in English. */

import { inEnglish } from '../../../results/text/locale.ts';
import * as badge from './exports/badge.ts';
import { csvOf as csv } from './exports/csv.ts';
import { markdownOf as markdown } from './exports/markdown.ts';

export { completeLink, summaryLink } from './links.ts';

export const csvOf = (...of: Parameters<typeof csv>): string => inEnglish(() => csv(...of));

export const markdownOf = (...of: Parameters<typeof markdown>): string => inEnglish(() => markdown(...of));

export const badgeOf = (...of: Parameters<typeof badge.badgeText>): string =>
  inEnglish(() => badge.badgeSvg(badge.badgeText(...of)));
