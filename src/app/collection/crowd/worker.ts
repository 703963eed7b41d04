/** The collection, in a worker of its own: reading and sorting a hundred thousand runs would stall a page. */

import '../../text/locale.ts';
import { expose } from 'comlink';
import { z } from 'zod';
import type { Crowd, StandingAnswer } from './api.ts';
import { createCollection } from './collection.ts';
import { collectorSource } from './sources/collector.ts';
import { filesSource } from './sources/files.ts';
import { standingOf } from './views/standing.ts';

// The page's Content-Security-Policy forbids code made from strings, which zod would otherwise try to make.
z.config({ jitless: true });

/** The same as `Crowd`, once it has been told on which site: a worker does not know where the page is that started it. */
export interface CrowdOn extends Crowd {
  start(site: string): void;
}

let collection: ReturnType<typeof createCollection> | undefined;

function started(): ReturnType<typeof createCollection> {
  if (!collection) throw new Error('the worker of the collection was not told its site');
  return collection;
}

const worker: CrowdOn = {
  start(site) {
    collection ??= createCollection({ files: () => filesSource(site), collector: () => collectorSource(site) });
  },
  sources: () => started().sources(),
  quick: (query) => started().quick(query),
  view: (query) => started().view(query),
  lines: (query, from, to) => started().lines(query, from, to),
  file: (query, ending) => started().file(query, ending),

  async standing(text, gpu): Promise<StandingAnswer> {
    const { ownRow } = await import('./own-row.ts');
    const own = ownRow(text, gpu);
    if (!own) return { ok: false, why: 'The record breaks its own rules.', needsName: false };
    if (own.software) {
      return { ok: false, why: 'It was measured on a program that imitates a GPU, and no GPU.', needsName: false };
    }
    if (own.part.name === '') {
      return {
        ok: false,
        why: 'It does not say on which GPU it was measured, or on which of several.',
        needsName: true,
      };
    }
    try {
      return { ok: true, standing: standingOf(own, await started().runsOfPart(own.part.name)) };
    } catch (error) {
      return { ok: false, why: error instanceof Error ? error.message : String(error), needsName: false };
    }
  },
};

expose(worker);
