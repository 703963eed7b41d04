/** The description of the API (OpenAPI 3.1), made of the routes themselves and the schemas by which they read. */

import { z } from 'zod';
import type { Answer, Route } from './context.ts';
import { PROBLEM_TYPE, problemSchema } from './problem.ts';

type Json = { readonly [key: string]: unknown };

/** What a request has to be, not what is made of it. */
const jsonSchema = (schema: z.ZodType): Json => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

export function openApi(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const { [route.path]: methods = {} } = paths;
    paths[route.path] = { ...methods, [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'HBMark collector',
      version: __HBMARK_VERSION__,
      description: 'Runs of HBMark that people have added. Nothing in it is attested: no browser can be.',
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema) },
      securitySchemes: {
        run: { type: 'http', scheme: 'bearer', description: 'The token that was given when the run was added.' },
        moderator: { type: 'http', scheme: 'bearer', description: 'The token of HBMARK_MODERATOR_TOKEN.' },
      },
    },
  };
}

function operationOf({ summary, path, query, body, token, answers }: Route): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    ...{ name, in: 'query', required: false },
    schema: schema instanceof z.ZodType ? jsonSchema(schema) : {},
  }));
  return {
    summary,
    ...(inPath.length + inQuery.length > 0 && { parameters: [...inPath, ...inQuery] }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body) } } } }),
    ...(token && { security: token === 'run' ? [{ run: [] }, { moderator: [] }] : [{ moderator: [] }] }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [status, answerOf(Number(status), answer)]),
    ),
  };
}

const PROBLEM = { [PROBLEM_TYPE.split(';')[0] ?? '']: { schema: { $ref: '#/components/schemas/Problem' } } };

function answerOf(status: number, { description, type, schema }: Answer): Json {
  if (status >= 400) return { description, content: PROBLEM };
  if (schema) return { description, content: { 'application/json': { schema: jsonSchema(schema) } } };
  return { description, ...(type && { content: { [type.split(';')[0] ?? type]: {} } }) };
}
