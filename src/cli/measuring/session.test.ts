import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkRecord, readRecord } from '../../../results/check.ts';
import committed from '../../../results/data/2026-11-24-lavapipe-quick.json';
import type { RecordBody } from '../../../results/schema.ts';
import { DEFAULT_PARAMS } from '../../session/params.ts';
import { KEEP_EVERY_MS } from '../hosts/host.ts';
import { drive, type PageBrowser } from '../hosts/in-page.ts';
import { recorded } from './session.ts';

const { id: _, ...body }: RecordBody & { id: string } = readRecord(committed);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-session-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** A browser whose page hands over a run, if it is asked to, and which then dies. */
function dying(): PageBrowser {
  const exposed = new Map<string, (argument: never) => unknown>();
  let broken = (_why: string) => {};
  return {
    expose: async (name, answer) => exposed.set(name, answer),
    async open() {
      const startMs = performance.now();
      vi.spyOn(performance, 'now').mockReturnValue(startMs + KEEP_EVERY_MS + 1);
      exposed.get('hbmarkKeep')?.(body as never);
      broken('the browser closed before the run was done');
    },
    click: async () => {},
    onBroken(tell) {
      broken = tell;
    },
    close: async () => {},
  };
}

/** A run in a browser that dies. */
const run = (out: string | undefined) =>
  recorded({ out, signal: new AbortController().signal }, async function* ({ signal, keep }) {
    const params = { ...DEFAULT_PARAMS, seed: 7, autorun: 'run' as const };
    for await (const event of drive(dying(), 'http://localhost', { params, models: [], signal, keep })) {
      if (event.type !== 'tuned' && event.type !== 'untuned') yield event;
    }
  });

test('a run whose browser dies is in FILE.unfinished, and the error names it', async () => {
  const out = join(folder, 'run.json');
  await expect(run(out)).rejects.toMatchObject({
    code: 'device-lost',
    message: `the browser closed before the run was done; what was measured is in ${out}.unfinished`,
  });
  expect(checkRecord(JSON.parse(readFileSync(`${out}.unfinished`, 'utf8')))).toMatchObject({ ok: true });
  expect(existsSync(out)).toBe(false);
});

test('a run that is not kept asks the page for nothing', async () => {
  await expect(run(undefined)).rejects.toThrow(/^the browser closed before the run was done$/);
});
