/** An attack on a collector: every request gets an answer below 500, in time, and the service is as it was afterwards. */

import { Agent, request } from 'node:http';
import { bodyOf, type Collecting, runOf, startCollector } from '../support/crowd/collecting.ts';
import { type AttackRequest, requestOf } from './requests.ts';

/** Requests that are under way at a time. */
const AT_ONCE = 8;

/** The time after which a request counts as one that hangs, in ms: the gate's other tests share the cores. */
const HANG_MS = 60_000;

/** The requests after which the service has all that it keeps. */
const WARM = 0.3;

export interface CollectorTally {
  readonly requests: number;
  /** How many had each status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** How much more memory the process has at the end than after the first third, in bytes. */
  readonly risenBytes: number;
  /** What was wrong: a request's number, and why. */
  readonly faults: readonly string[];
}

const unlimited = Number.MAX_SAFE_INTEGER;

export async function attackCollector(count: number, from = 0): Promise<CollectorTally> {
  const limits = { submissionsPerHour: unlimited, wrongTokensPerHour: unlimited, dumpsPerHour: unlimited };
  const collecting = await startCollector({ limits, moderatorToken: 'a-token-of-a-moderator' });
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  let [slowestMs, next, warmBytes] = [0, 0, 0];
  const attack = async (): Promise<void> => {
    while (next < count) {
      const number = from + next++;
      if (next === Math.ceil(WARM * count)) warmBytes = settledBytes();
      const beganMs = performance.now();
      const answer = await answerTo(collecting, agent, requestOf(number));
      slowestMs = Math.max(slowestMs, performance.now() - beganMs);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const problem = problemOf(answer);
      if (problem) faults.push(`${number}: ${problem}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, attack));
    faults.push(...collecting.lines.map((line) => `a line about a fault: ${line}`));
    const after = { method: 'POST', path: 'v1/runs', headers: { 'content-type': 'application/json' } };
    const last = await answerTo(collecting, agent, { ...after, body: Buffer.from(bodyOf(runOf(1))) });
    if (last.status !== 201) faults.push(`a run got ${last.status} afterwards`);
    return { requests: count, statuses, slowestMs, risenBytes: settledBytes() - warmBytes, faults };
  } finally {
    agent.destroy();
    await collecting.close();
  }
}

/** The memory of the process, without what may be collected where that can be had (`--expose-gc`). */
function settledBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

interface Answered {
  /** 0: none came. */
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function answerTo(
  { port }: Collecting,
  agent: Agent,
  { method, path, headers, body }: AttackRequest,
): Promise<Answered> {
  return new Promise((resolve) => {
    const length = body === undefined ? {} : { 'content-length': body.length };
    const options = { port, agent, method, path: `/${path}`, headers: { ...headers, ...length }, timeout: HANG_MS };
    const sent = request({ ...options, host: '127.0.0.1' }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', () => resolve({ status: 0, type: '', text: '' }));
      response.on('end', () => {
        const type = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, type, text: Buffer.concat(parts).toString() });
      });
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve({ status: 0, type: '', text: '' }));
    sent.end(body);
  });
}

function problemOf({ status, type, text }: Answered): string | undefined {
  if (status === 0) return 'no answer';
  if (status >= 500) return `status ${status}: ${text.slice(0, 200)}`;
  if (status < 400 || text === '') return undefined;
  if (!type.startsWith('application/')) return `an error as ${type}`;
  return text.length > 100_000 ? `an error of ${text.length} characters` : undefined;
}
