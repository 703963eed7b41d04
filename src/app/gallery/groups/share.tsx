/** What a person sends or receives: the share panel, the summary of a short link, and links that show nothing. */

import { SummaryView } from '../../pages/result/summary-view.tsx';
import * as problems from '../../share/problems.ts';
import { Share } from '../../share/share.tsx';
import { type Summary, summaryOf } from '../../share/summary.ts';
import type { Refusal } from '../../shelf/refusal.ts';
import { RefusalCard } from '../../shelf/refusal-card.tsx';
import type { Group, Item } from '../item.ts';
import { QUICK, SMOLLM2, shown } from '../shown.ts';

function summary(name: string): Summary {
  const { record, view } = shown(name);
  if (!record.value) throw new Error(`${name} has no record`);
  return summaryOf(record.value, view.value);
}

const refused = (id: string, refusal: Refusal): Item => ({
  ...{ id: `refused-${id}`, component: 'Refusal', state: id },
  draw: () => <RefusalCard refusal={refusal} />,
});

export const SHARE: Group = {
  id: 'share',
  title: 'Share',
  items: [
    {
      ...{ id: 'share-panel', component: 'Share panel', state: 'GPU, with a whole model', width: 'main' },
      draw: () => <Share store={shown('gpu')} />,
    },
    {
      ...{ id: 'summary', component: 'Summary', state: 'of a software adapter, whole' },
      draw: () => <SummaryView summary={summary(QUICK)} />,
    },
    {
      ...{ id: 'summary-cut', component: 'Summary', state: 'with some of its figures' },
      draw: () => {
        const whole = summary(SMOLLM2);
        return <SummaryView summary={{ ...whole, rows: whole.rows.slice(0, 8) }} />;
      },
    },
    refused('cut', problems.linkCut(1480, 24_000)),
    refused('cut-at-once', problems.linkCut(9)),
    refused('broken', problems.linkBroken),
    refused('newer', problems.newerLink(2, 1)),
    refused('foreign', problems.foreignLink('access_token=eyJhbGciOi')),
    refused('too-long', problems.linkTooLong(612_000, 500_000)),
    refused('unpacks-too-long', problems.unpacksTooLong(2 ** 25)),
    refused('broken-summary', problems.brokenSummary('[8][0]: Invalid input')),
    refused('not-kept', problems.notKept('2026-11-28T14:03:00.000Z 7')),
    refused('several', problems.severalFiles(3)),
    refused('stopped', problems.stopped('its worker stopped (it could not be loaded)')),
  ],
};
