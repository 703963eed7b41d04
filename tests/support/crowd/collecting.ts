/** A collector as it runs, on a free port and a store in a folder of its own; and runs to submit to it. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seal } from '../../../results/record/digest.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { Collector, type CollectorOptions } from '../../../src/collector/api/api.ts';
import { createServer, drain, listen, type ServerOptions } from '../../../src/collector/server.ts';
import { openStore } from '../../../src/collector/store/open.ts';
import type { Store } from '../../../src/collector/store/store.ts';
import { submissionText } from '../../../src/crowd/submission.ts';
import { recordWorker } from './record-worker.ts';

export interface Collecting {
  readonly address: string;
  readonly port: number;
  readonly store: Store;
  /** The lines that the service wrote. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

export interface CollectingOptions extends Partial<Omit<CollectorOptions, 'store' | 'workerFile' | 'log'>> {
  readonly server?: Partial<Omit<ServerOptions, 'collector' | 'appFolder'>>;
  /** What is put before the store, to make it fail. */
  readonly storeAs?: (store: Store) => Store;
  /** The database. Default: a folder of its own. */
  readonly where?: string;
}

export async function startCollector({
  server = {},
  storeAs,
  where,
  ...options
}: CollectingOptions = {}): Promise<Collecting> {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-collector-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>HBMark</title>');
  const opened = await openStore(where ?? folder);
  const store = storeAs?.(opened) ?? opened;
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const collector = new Collector({ workers: 2, ...options, store, workerFile: await recordWorker(), log });
  const service = createServer({ appFolder: folder, ...server, collector });
  const address = await listen(service, { port: 0 });
  return {
    ...{ address, port: Number(new URL(address).port), store, lines },
    async close() {
      await drain(service, 100);
      await collector.end();
      await opened.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const FILE = new URL('../../../results/data/2026-11-27-lavapipe-smollm2.json', import.meta.url);

/** A committed run as if it had been measured `nth` ms later: another record with the same figures. */
export function runOf(nth: number, change: (body: Omit<RunRecord, 'id'>) => void = () => {}): RunRecord {
  const { id: _, ...body }: RunRecord = JSON.parse(readFileSync(FILE, 'utf8'));
  body.created = new Date(Date.parse(body.created) + nth).toISOString();
  change(body);
  return seal(body);
}

/** The body of a submission, as page and terminal send it. */
export const bodyOf = submissionText;
