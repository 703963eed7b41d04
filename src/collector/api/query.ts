/** Queries of requests, and ids in their paths, read by their schemas. */

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { pathText } from '../../../results/record/breach.ts';
import { quoted } from '../../../results/text/shown.ts';
import { Problem } from './problem.ts';

/** Reads a query. @throws Problem that names each parameter that is unknown, given twice, or breaks its rule */
export function readQuery<Shape extends z.ZodRawShape>(
  { url }: Pick<FastifyRequest, 'url'>,
  schema: z.ZodObject<Shape>,
): z.output<z.ZodObject<Shape>> {
  const entries = [...new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length))];
  const names = Object.keys(schema.shape);
  const errors = entries.flatMap(([name], i) => {
    if (!names.includes(name)) return [{ path: quoted(name), rule: `must be one of ${names.join(', ') || 'none'}` }];
    return entries.findIndex(([first]) => first === name) < i ? [{ path: name, rule: 'must be given once' }] : [];
  });
  const parsed = schema.safeParse(Object.fromEntries(entries.filter(([name]) => names.includes(name))));
  if (parsed.success && errors.length === 0) return parsed.data;
  const issues = parsed.error?.issues.map(({ path, message }) => ({ path: pathText(path), rule: message })) ?? [];
  throw new Problem(400, 'the query cannot be used', { errors: [...errors, ...issues].slice(0, 20) });
}

const idSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** The id in a path. @throws Problem */
export function idOf({ params }: Pick<FastifyRequest, 'params'>): string {
  const parsed = z.object({ id: idSchema }).safeParse(params);
  if (!parsed.success) throw new Problem(400, 'the id of a run must be 64 lower-case hex digits');
  return parsed.data.id;
}

export const noRun = (id: string): Problem => new Problem(404, `there is no run ${id} here, or it was deleted`);
