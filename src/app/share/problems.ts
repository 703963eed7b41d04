/** What the page says of a link that shows no result: what was read, the rule, and what to do. Pure. */

import { bytesText, integerText } from '../../../results/text/figures.ts';
import { quoted, shown } from '../../../results/text/shown.ts';
import type { Refusal } from '../shelf/refusal.ts';

const AGAIN = 'Ask whoever sent it to copy the link again, or to send the record as a file, and open that here.';

/** @param of the characters that it should have; undefined where not even that has arrived */
export const linkCut = (length: number, of?: number): Refusal => ({
  title: 'This link was cut',
  lines: [
    of === undefined
      ? `It ends after ${integerText(length)} characters, before the result begins.`
      : `It has ${integerText(length)} of ${integerText(of)} characters of the result. Mail and chat programs cut long links.`,
  ],
  steps: [AGAIN],
});

export const linkBroken: Refusal = {
  title: 'This link is broken',
  lines: ['It has as many characters as it should, but not the ones that were written: it was changed on its way.'],
  steps: [AGAIN],
};

export const newerLink = (version: number, known: number): Refusal => ({
  title: 'This link is of a newer HBMark',
  lines: [`It is of version ${version}. This page reads links of version ${known}.`],
  steps: [
    'Reload the page: it may have a newer version by now.',
    'Open the link where it was made: its beginning says which site that is.',
  ],
});

export const foreignLink = (fragment: string): Refusal => ({
  title: 'This link holds no result of HBMark',
  lines: [`What follows its # must begin with “record=” or “summary=”. It is ${quoted(fragment)}.`],
  steps: [AGAIN],
});

export const linkTooLong = (length: number, max: number): Refusal => ({
  title: 'This link is too long',
  lines: [`It holds ${integerText(length)} characters. Browsers take links of at most ${integerText(max)}.`],
  steps: ['Ask whoever sent it for the record as a file, and open that here.'],
});

export const unpacksTooLong = (maxBytes: number): Refusal => ({
  title: 'This link holds more than a result',
  lines: [
    `What it holds is more than ${bytesText(maxBytes)} once it is unpacked, the most that it may have. The rest was not unpacked.`,
  ],
  steps: ['Do not trust it: HBMark does not write such links.'],
});

export const brokenSummary = (rule: string): Refusal => ({
  title: 'This summary is not as HBMark writes it',
  lines: [`The link is whole, but what it holds is refused: ${shown(rule)}.`],
  steps: [AGAIN],
});

export const severalFiles = (count: number): Refusal => ({
  title: 'One file at a time',
  lines: [`${integerText(count)} files were dropped. This page shows one result.`],
  steps: ['Drop one record.', 'To see several side by side, open Compare.'],
});

export const notKept = (key: string): Refusal => ({
  title: 'This run is not kept in this browser',
  lines: [
    `There is no run ${quoted(key)} here. A browser keeps its newest twelve, and has none of another browser or of a private window.`,
    ...(key.length === 64 ? ['Nor is it in the collection of this site, or not any more.'] : []),
  ],
  steps: [
    'Open History to see the runs that are kept.',
    'If the run is somebody else’s, ask for its link or its file.',
  ],
});

/** @param why a part of a sentence */
export const notInCollection = (why: string): Refusal => ({
  title: 'This run could not be read from the collection',
  lines: [`This browser does not keep it, and ${shown(why)}.`],
  steps: ['Reload the page in a while.', 'If it is somebody else’s run, ask for its link or its file.'],
});

export const stopped = (why: string): Refusal => ({
  title: 'Reading stopped',
  lines: [`The result was not read: ${shown(why)}.`],
  steps: ['Reload the page and try again.', 'If it happens again, report it with the message above.'],
});
