/** The headlines of the whole runs that this browser keeps, computed from their samples: no figure is stored. */

import { streamingGBps } from '../../../../results/derived/derive.ts';
import { type Conditions, conditionsOf } from '../../../../results/derived/repeated.ts';
import { endedEarly } from '../../../../results/labels/course.ts';
import type { AdapterInfo } from '../../../../results/record/schema.ts';
import { type Figure, figureOf } from '../../../../results/text/figures.ts';
import { keptRun, keptRuns } from './run-store.ts';

/** The streaming bandwidth of a kept run, and what it takes to compare it with others. */
export interface Headline {
  /** The run's key. */
  readonly key: string;
  readonly profile: string;
  readonly adapter: AdapterInfo;
  readonly conditions: Conditions;
  readonly gbps: Figure;
}

/** The headlines by key: a whole run does not change any more. Undefined: it has none. */
const known = new Map<string, Headline | undefined>();

/** Returns the headlines of the runs that are whole, the newest first. Runs that ended early may lack rounds. */
export async function keptHeadlines(): Promise<Headline[]> {
  const headlines: Headline[] = [];
  for (const { key, done, cases } of await keptRuns()) {
    if (done < cases) continue;
    if (!known.has(key)) known.set(key, await headlineOf(key));
    const headline = known.get(key);
    if (headline) headlines.push(headline);
  }
  return headlines;
}

async function headlineOf(key: string): Promise<Headline | undefined> {
  const body = (await keptRun(key))?.body;
  const streaming = body && !endedEarly(body) ? streamingGBps(body) : undefined;
  if (!body || !streaming) return undefined;
  return {
    ...{ key, profile: body.profile, adapter: body.adapter },
    ...{ conditions: conditionsOf(body), gbps: figureOf(streaming) },
  };
}
