/**
 * Tuning in a browser, on SwiftShader, with one small kernel: the page keeps its own winners, and the terminal hands
 * its winners to the page.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineReport } from '../../../harness/tuning/events.ts';
import { checkRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { npmStart } from '../../support/hosts/npm-start.ts';
import { launchShell } from '../../support/hosts/shell.ts';
import { patient } from '../../support/patience.ts';
import { ALL } from '../../support/tier.ts';

const TOOL = 'dist/cli/hbmark.js';
const SMALL = ['--host', 'chromium', '--adapter', 'swiftshader', '--kernel', 'stream-read', '--memory', '0.1'];
/** A value that is no kernel's default. */
const LOADS_IN_FLIGHT = 2;

let folder: string;
let cache: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-'));
  cache = join(folder, 'tunings.json');
});
afterAll(() => rmSync(folder, { recursive: true }));

function hbmarkJson(...args: string[]): Promise<{ code: number; document: unknown }> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, HBMARK_CACHE: cache }, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [TOOL, ...args, '--json'], options, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(stderr));
      else resolve({ code: error === null ? 0 : Number(error.code), document: JSON.parse(stdout) });
    });
  });
}

// The page tunes in Chromium below, and the terminal in Node (tune.node.test.ts).
test.runIf(ALL)(
  'the terminal tunes in Chromium, keeps the winner, and benches it there beside the defaults',
  async () => {
    const tuned = await hbmarkJson('tune', ...SMALL, '--budget', '8');
    expect(tuned).toMatchObject({
      code: 0,
      document: {
        host: { kind: 'browser' },
        store: cache,
        tuned: [{ kernel: 'stream-read', variant: 'portable', evidence: { possible: expect.any(Number) } }],
        untuned: [],
      },
    });

    // The winner depends on chance, so the file is edited to name one. It is raced against other layouts, as what would be
    // planned; the fastest is measured, and the defaults beside it.
    const kept = JSON.parse(readFileSync(cache, 'utf8'));
    const [machine] = Object.values(kept.machines) as { winners: { tuning: Record<string, number> }[] }[];
    for (const winner of machine?.winners ?? []) winner.tuning.loadsInFlight = LOADS_IN_FLIGHT;
    writeFileSync(cache, JSON.stringify(kept));

    const out = join(folder, 'bench.json');
    const bench = await hbmarkJson('bench', ...SMALL, '--budget', '15', '--out', out);
    expect(bench.code).toBe(0);
    const { rows, record } = bench.document as { rows: Record<string, unknown>[]; record: RunRecord };
    // The ceiling has three sizes. The baseline has two: the ceiling's, and a small part of it.
    const ceiling = ['stream-read', 'stream-read', 'stream-read'];
    expect(rows.map(({ kernel }) => kernel)).toEqual([...ceiling, 'scalar-read', 'scalar-read']);
    const compared = expect.objectContaining({
      ...{ kernel: 'stream-read', status: 'measured', tuning: record.plan.cases[0]?.tuning },
      tunedOverDefault: { value: expect.any(Number), ci95: [expect.any(Number), expect.any(Number)] },
    });
    expect(rows).toContainEqual(compared);
    expect(record.plan.layouts[0]?.tried[0]?.tuning).toMatchObject({ loadsInFlight: LOADS_IN_FLIGHT });
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(record);
    expect(checkRecord(record)).toMatchObject({ ok: true });
  },
);

test('the page tunes before a run, uses and remembers what won, and forgets it when told to', async () => {
  const server = await npmStart();
  const browser = await launchShell();
  try {
    const context = patient(await browser.newContext());
    const page = await context.newPage();
    const reports: EngineReport[] = [];
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.exposeFunction('hbmarkReport', (report: EngineReport) => void reports.push(report));
    const address = `${server.address}?profile=kernels&kernels=stream-read&memory=0.1&budget=5`;

    await page.goto(address);
    await page.getByText('Nothing is tuned on this machine yet').waitFor();
    await page.getByLabel('Tune the kernels first').check();
    await page.getByLabel('for at most').fill('2');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: 'Download record' }).waitFor();

    const [tuned] = reports.flatMap((r) => (r.type === 'tuned' ? [r.tuned] : []));
    const last = reports.at(-1);
    if (last?.type !== 'done') throw new Error(`the last report was ${last?.type}`);
    const { measurements } = last.record;
    expect(measurements.map(({ case: c }) => c.tuning)).toEqual(measurements.map(() => tuned?.tuning));

    await page.goto(address);
    await page.getByText(/Tuned on this machine: 1 of \d+ kernels and formats, last on/).waitFor();
    await page.getByRole('button', { name: 'Forget', exact: true }).click();
    await page.getByText('Nothing is tuned on this machine yet').waitFor();
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await server.stop();
  }
});
