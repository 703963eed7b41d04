import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import committed from '../../../results/data/2026-11-24-lavapipe-quick.json';
import { checkRecord, readRecord } from '../../../results/record/check.ts';
import { seal } from '../../../results/record/digest.ts';
import type { RecordBody } from '../../../results/record/schema.ts';
import { DEFAULT_PARAMS } from '../../session/params.ts';
import { EXIT } from '../errors.ts';
import { drive, type PageBrowser } from '../hosts/browsers/in-page.ts';
import { KEEP_EVERY_MS } from '../hosts/host.ts';
import { exitCodeOfRun, interruptible, recorded } from './session.ts';

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

/** A run that is kept `times` times, and then ends. */
const kept = (out: string, times: number) =>
  recorded({ out, signal: new AbortController().signal }, async function* ({ keep }) {
    const now = vi.spyOn(performance, 'now');
    for (let i = 1; i <= times; i++) {
      now.mockReturnValue(1e9 + i * (KEEP_EVERY_MS + 1));
      keep?.(() => body);
    }
    now.mockRestore();
    yield { type: 'done', record: seal(body), spent: [] };
  });

/** Collects the lines on stderr. */
function stderrLines(): string[] {
  const lines: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)));
  return lines;
}

test('a journal that cannot be written is said once, the run goes on, and its record is written', async () => {
  const lines = stderrLines();
  const out = join(folder, 'run.json');
  mkdirSync(`${out}.unfinished`);
  const ended = await kept(out, 3);
  expect(ended.unwritten).toBeUndefined();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/run\.json\.unfinished cannot be written \(E[A-Z]+.*The run goes on/);
  expect(checkRecord(JSON.parse(readFileSync(out, 'utf8')))).toMatchObject({ ok: true });
});

test('a record that cannot be written where it belongs is returned, kept elsewhere, and named', async () => {
  const out = join(folder, 'run.json');
  mkdirSync(out);
  const ended = await kept(out, 0);
  expect(ended.record.id).toBe(seal(body).id);
  const [, elsewhere = ''] = /^the record is not in .*run\.json, which cannot be written \(.*\); it is in (.*)$/.exec(
    ended.unwritten ?? '',
  ) as RegExpExecArray;
  expect(readRecord(JSON.parse(readFileSync(elsewhere, 'utf8'))).id).toBe(ended.record.id);
  rmSync(join(elsewhere, '..'), { recursive: true });
  expect(exitCodeOfRun(ended)).toBe(EXIT.unwritten);
});

test('the journal of another run is moved aside, and that of this run is removed at its end', async () => {
  const lines = stderrLines();
  const out = join(folder, 'run.json');
  const [other, another] = ['2026-01-02T03:04:05.678Z', '2026-01-03T03:04:05.678Z'].map((created) =>
    seal({ ...body, created }),
  );
  for (const left of [other, another]) {
    writeFileSync(`${out}.unfinished`, JSON.stringify(left));
    await kept(out, 2);
  }
  const aside = (name: string): unknown => JSON.parse(readFileSync(`${out}.unfinished.${name}`, 'utf8'));
  expect([aside('before'), aside('before-2')]).toEqual([other, another]);
  expect(existsSync(`${out}.unfinished`)).toBe(false);
  expect(lines.join('\n')).toContain('the run of 2026-01-02T03:04:05.678Z, which ended early');
  expect(lines.join('\n')).toMatch(/is in .*run\.json\.unfinished\.before-2 now/);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends a session, and the next signal is not held back',
  async (signal) => {
    const before = process.listenerCount(signal);
    await interruptible(async (ended) => {
      expect(process.listenerCount(signal)).toBe(before + 1);
      process.emit(signal);
      expect(ended.aborted).toBe(true);
      expect(process.listenerCount(signal)).toBe(before);
    });
  },
);
