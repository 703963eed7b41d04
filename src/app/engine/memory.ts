/** The memory that a run in this browser is going to use. */

import type { Host } from '../../../harness/host.ts';
import type { AdapterInfo } from '../../../results/record/schema.ts';
import type { RunRequest } from '../../session/requests.ts';
import { needsOf } from '../../session/run-options.ts';
import type { MemoryView } from './api.ts';
import { learnedLimit } from './kept/growth-store.ts';

export async function memoryView(host: Host, request: RunRequest, adapter: AdapterInfo): Promise<MemoryView> {
  const learned = await learnedLimit();
  const needs = needsOf(request, host, adapter, learned);
  return { needs, isLearned: learned !== undefined && needs.budget.reason === learned.reason };
}
