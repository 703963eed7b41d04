/** What the share panel computes, loaded once there is a record to share. */

export { badgeSvg, badgeText } from './exports/badge.ts';
export { csvOf } from './exports/csv.ts';
export { markdownOf } from './exports/markdown.ts';
export { completeLink, summaryLink } from './links.ts';
