/** The runs of the collector of this site. */

import { z } from 'zod';
import type { JudgedRow } from '../../../../crowd/dataset/line.ts';
import type { ReadRows, Source, Wanted } from './source.ts';

/** The runs that an answer has, and that are read at most: fifty answers. */
const [PAGE, MAX_RUNS] = [200, 10_000];

/** The time after which an answer is not waited for any more. */
const MAX_ANSWER_MS = 20_000;

const figure = z.number();
const name = z.string().max(200);
const partSchema = z.object({ name, memoryGB: figure.nullable(), count: z.int() });
const intervalSchema = z.tuple([figure, figure]).nullable();
const stepSchema = z.object({
  ...{ model: name, weights: name, kv: name },
  ...{ context: figure, batch: figure, bytes: figure },
});

const rowSchema = z.object({
  id: name,
  status: z.enum(['quarantined', 'plausible', 'reproduced', 'rejected']),
  reasons: z.array(z.object({ rule: name, text: z.string().max(2000) })).max(100),
  claimed: z.iso.datetime(),
  part: partSchema,
  software: z.boolean(),
  ...{ vendor: name, architecture: name, program: name, system: name, profile: name },
  gbps: figure.nullable(),
  gbpsInterval: intervalSchema,
  steps: z.array(stepSchema.extend({ tokensPerSecond: figure, interval: intervalSchema })),
});

const pageSchema = z.object({ runs: z.array(rowSchema), next: z.string().nullable() });

const summarySchema = z.object({
  groups: z.array(
    z.object({
      part: partSchema,
      software: z.boolean(),
      step: stepSchema.nullable(),
      ...{ n: z.int(), median: figure, quartiles: z.tuple([figure, figure]) },
    }),
  ),
});

/**
 * Asks the collector of a site for its summary. Undefined: the site has none.
 *
 * @throws Error if it has one that does not answer, in a sentence for a person
 */
export async function collectorSource(
  site: string,
  ask: typeof fetch = (...args) => fetch(...args),
): Promise<Source | undefined> {
  const summary = await answerOf(new URL('v1/summary', site), summarySchema, ask);
  if (!summary) return undefined;
  const { groups } = summary;
  return {
    id: 'collector',
    runs: groups.reduce((n, group) => (group.step ? n : n + group.n), 0),
    parquet: new URL('v1/dump.parquet', site).href,
    summary: groups,
    rows: (wanted) => read(site, wanted, ask),
  };
}

async function read(site: string, wanted: Wanted, ask: typeof fetch): Promise<ReadRows> {
  const rows: JudgedRow[] = [];
  let cursor: string | null = null;
  do {
    const address = new URL('v1/runs', site);
    for (const [key, value] of Object.entries({ ...wanted, limit: PAGE })) address.searchParams.set(key, String(value));
    if (cursor !== null) address.searchParams.set('cursor', cursor);
    const page: z.infer<typeof pageSchema> | undefined = await answerOf(address, pageSchema, ask);
    if (!page) throw new Error('the collector did not answer');
    rows.push(...page.runs.map((run) => ({ ...run, fingerprint: [] })));
    cursor = page.next;
  } while (cursor !== null && rows.length < MAX_RUNS);
  return { rows, areAll: cursor === null };
}

/** The answer at an address. Undefined: there is nothing. @throws Error in a sentence for a person */
async function answerOf<T>(address: URL, schema: z.ZodType<T>, ask: typeof fetch): Promise<T | undefined> {
  let response: Response;
  try {
    response = await ask(address, {
      ...{ credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-cache' },
      signal: AbortSignal.timeout(MAX_ANSWER_MS),
    });
  } catch {
    throw new Error('the collector of this site did not answer');
  }
  if (response.status >= 500 || response.status === 429) {
    throw new Error(`the collector of this site cannot answer just now (${response.status})`);
  }
  if (!response.ok) return undefined;
  // A host of files may answer any address with a page.
  if (!/^application\/json\b/i.test(response.headers.get('content-type') ?? '')) return undefined;
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `the collector of this site answers in a form that this page does not know (${issue?.path.join('.')}): reload the page`,
  );
}
