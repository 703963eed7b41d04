/** The PostgreSQL server of these tests: started before the first, removed after the last. */

import type { TestProject } from 'vitest/node';
import { makeServer, type PostgresPlace, removeServer } from '../support/crowd/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: PostgresPlace;
  }
}

export default async function (project: TestProject): Promise<() => Promise<void>> {
  const place = await makeServer();
  project.provide('postgres', place);
  return () => removeServer(place);
}
